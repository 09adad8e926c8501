namespace EmbeddingFunctions.SearchEmulator.Filters;

/// <summary>
/// A parsed filter, not yet checked against a schema. <c>and</c> and <c>or</c> hold any number of operands: a filter of thousands of
/// clauses is wide, not deep.
/// </summary>
internal abstract record FilterNode
{
    public sealed record And(IReadOnlyList<FilterNode> Operands) : FilterNode;

    public sealed record Or(IReadOnlyList<FilterNode> Operands) : FilterNode;

    public sealed record Not(FilterNode Operand) : FilterNode;

    public sealed record Compare(Comparison Operator, FilterNode Left, FilterNode Right) : FilterNode;

    /// <summary>Null, string, bool, long, double, DateTimeOffset or <see cref="GeoPoint"/>.</summary>
    public sealed record Literal(object? Value) : FilterNode;

    /// <summary>A field, or the range variable of the lambda around it (then possibly with a sub-field).</summary>
    public sealed record Reference(string Path) : FilterNode;

    /// <summary><c>field/any(x: body)</c>; no body means "has any element".</summary>
    public sealed record Lambda(string Path, bool IsAll, string? Variable, FilterNode? Body) : FilterNode;

    public sealed record SearchIn(FilterNode Target, string Values, string? Delimiters) : FilterNode;

    /// <summary><c>geo.distance(field, point)</c> in kilometres; the operand of a comparison only.</summary>
    public sealed record Distance(Reference Target, GeoPoint Point) : FilterNode;

    /// <summary><c>search.ismatch</c>, or <c>search.ismatchscoring</c>, which adds to the score of what it matches.</summary>
    public sealed record IsMatch(TextQuery Query, bool IsScoring) : FilterNode;
}

internal enum Comparison
{
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}
