namespace EmbeddingFunctions.SearchEmulator.Ranking;

/// <summary>Orders hits by <c>$orderby</c>; nulls come first ascending and last descending, ties go by score, then by row.</summary>
internal sealed class Sorter
{
    private const string Parameter = "$orderby";
    private const int MostClauses = 32;

    private readonly Comparison<Hit>[] _comparisons;

    private Sorter(Comparison<Hit>[] comparisons) => _comparisons = comparisons;

    /// <summary>Null when no order was asked for.</summary>
    /// <exception cref="ServiceException">400 on unknown or unsortable fields.</exception>
    public static Sorter? Parse(string? orderBy, Snapshot snapshot)
    {
        if (string.IsNullOrWhiteSpace(orderBy))
            return null;
        if (orderBy.Contains("geo.distance", StringComparison.Ordinal))
            throw ServiceException.NotSupported("The function 'geo.distance' in $orderby");
        var clauses = orderBy.Split(',');
        if (clauses.Length > MostClauses)
            throw Invalid($"$orderby can have {MostClauses} clauses, but {clauses.Length} were found.");
        return new Sorter([.. clauses.Select(c => Clause(c, orderBy, snapshot)), ByScore, ByRow]);
    }

    public IReadOnlyList<Hit> Sort(IReadOnlyList<Hit> hits)
    {
        var sorted = hits.ToArray();
        Array.Sort(sorted, Compare);
        return sorted;
    }

    private static Comparison<Hit> Clause(string clause, string all, Snapshot snapshot)
    {
        var parts = clause.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var isScore = parts is ["search.score()", ..];
        var isDescending = parts switch
        {
            [_] => isScore,
            [_, "asc"] => false,
            [_, "desc"] => true,
            [] => throw Invalid($"Expression expected at position {all.Length} in '{all}'."),
            _ => throw Invalid($"Syntax error in '{clause.Trim()}' of '{all}'."),
        };
        Comparison<Hit> ascending = isScore ? (a, b) => a.Score.CompareTo(b.Score) : ByField(parts[0], snapshot);
        return isDescending ? (a, b) => ascending(b, a) : ascending;
    }

    private static Comparison<Hit> ByField(string path, Snapshot snapshot)
    {
        var field =
            snapshot.Schema.Find(path)
            ?? throw Invalid($"Could not find a property named '{path}' on type 'search.document'.");
        if (!field.Sortable || field.InsideCollection || field.Kind is FieldKind.Complex)
            throw Invalid(
                $"'{path}' is not a sortable field. Only sortable fields can be used in orderby expressions."
            );
        if (field.Kind == FieldKind.Point)
            throw Invalid($"'{path}' is a geography field: it can be sorted by geo.distance only.");
        var column = snapshot.Table.Values(field);
        return (a, b) => column.Compare(a.Row, b.Row);
    }

    private static int ByScore(Hit a, Hit b) => b.Score.CompareTo(a.Score);

    private static int ByRow(Hit a, Hit b) => a.Row.CompareTo(b.Row);

    private int Compare(Hit a, Hit b)
    {
        foreach (var comparison in _comparisons)
        {
            if (comparison(a, b) is not 0 and var order)
                return order;
        }
        return 0;
    }

    private static ServiceException Invalid(string message) => ServiceException.InvalidExpression(message, Parameter);
}
