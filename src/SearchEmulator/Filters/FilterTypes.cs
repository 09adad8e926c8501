namespace EmbeddingFunctions.SearchEmulator.Filters;

/// <summary>Which operands go together, and what a comparison says about an order or a null.</summary>
internal static class FilterTypes
{
    private static readonly char[] DefaultDelimiters = [' ', ','];

    /// <summary>The comparison with the field on the left.</summary>
    public static (Comparison Operator, FilterNode.Reference Field, object? Literal) FieldFirst(
        FilterNode.Compare compare
    ) =>
        (compare.Left, compare.Right) switch
        {
            (FilterNode.Reference field, FilterNode.Literal literal) => (compare.Operator, field, literal.Value),
            (FilterNode.Literal literal, FilterNode.Reference field) => (
                Mirrored(compare.Operator),
                field,
                literal.Value
            ),
            _ => throw Invalid(
                "Comparison must be between a field, range variable or function call and a literal value."
            ),
        };

    /// <exception cref="ServiceException">400 when the literal cannot be compared with the field.</exception>
    public static void Check(
        string? collectionType,
        Field field,
        Comparison comparison,
        object? literal,
        FilterNode.Compare compare
    )
    {
        var fits = (field.Kind, literal) switch
        {
            _ when collectionType is not null => false,
            (_, null) => true,
            (FieldKind.String, string) or (FieldKind.Date, DateTimeOffset) => true,
            (FieldKind.Boolean, bool) => comparison is Comparison.Eq or Comparison.Ne,
            (FieldKind.Int32 or FieldKind.Int64 or FieldKind.Double, long or double) => true,
            _ => false,
        };
        if (fits)
            return;
        var (fieldType, literalType) = (collectionType ?? field.ElementTypeName, NameOf(literal));
        var isFieldLeft = compare.Left is FilterNode.Reference;
        throw Invalid(
            $"A binary operator with incompatible types was detected. Found operand types '{(isFieldLeft ? fieldType : literalType)}' and '{(isFieldLeft ? literalType : fieldType)}' for operator kind '{KindName(compare.Operator)}'."
        );
    }

    public static string NameOf(object? literal) =>
        literal switch
        {
            string => "Edm.String",
            bool => "Edm.Boolean",
            long and >= int.MinValue and <= int.MaxValue => "Edm.Int32",
            long => "Edm.Int64",
            double => "Edm.Double",
            DateTimeOffset => "Edm.DateTimeOffset",
            _ => "<null>",
        };

    /// <summary>True: is null; false: is not null; null: never (an order with null).</summary>
    public static bool? NullTest(Comparison comparison) =>
        comparison switch
        {
            Comparison.Eq => true,
            Comparison.Ne => false,
            _ => null,
        };

    /// <summary>An order of null means that there is none: a null value or NaN, which only <c>ne</c> accepts.</summary>
    public static bool Test(Comparison comparison, int? order) =>
        comparison switch
        {
            Comparison.Eq => order == 0,
            Comparison.Ne => order != 0,
            Comparison.Gt => order > 0,
            Comparison.Ge => order >= 0,
            Comparison.Lt => order < 0,
            _ => order <= 0,
        };

    public static int? Order(double left, double right) =>
        double.IsNaN(left) || double.IsNaN(right) ? null : left.CompareTo(right);

    /// <summary>A long or double as double.</summary>
    public static double Real(object number) => number is long integer ? integer : (double)number;

    public static string[] Split(FilterNode.SearchIn searchIn) =>
        searchIn.Values.Split(
            searchIn.Delimiters is { } delimiters ? delimiters.ToCharArray() : DefaultDelimiters,
            StringSplitOptions.RemoveEmptyEntries
        );

    private static Comparison Mirrored(Comparison comparison) =>
        comparison switch
        {
            Comparison.Gt => Comparison.Lt,
            Comparison.Ge => Comparison.Le,
            Comparison.Lt => Comparison.Gt,
            Comparison.Le => Comparison.Ge,
            _ => comparison,
        };

    private static string KindName(Comparison comparison) =>
        comparison switch
        {
            Comparison.Eq => "Equal",
            Comparison.Ne => "NotEqual",
            Comparison.Gt => "GreaterThan",
            Comparison.Ge => "GreaterThanOrEqual",
            Comparison.Lt => "LessThan",
            _ => "LessThanOrEqual",
        };

    private static ServiceException Invalid(string message) => ServiceException.InvalidExpression(message, "$filter");
}
