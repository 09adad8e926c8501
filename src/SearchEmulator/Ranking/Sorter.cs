namespace EmbeddingFunctions.SearchEmulator.Ranking;

/// <summary>
/// Orders hits by <c>$orderby</c>: nulls come first ascending and last descending, but no point is as far as can be; ties go by score,
/// then by row.
/// </summary>
internal sealed class Sorter
{
    private readonly Comparison<Hit>[] _comparisons;

    private Sorter(Comparison<Hit>[] comparisons) => _comparisons = comparisons;

    /// <summary>Null when no order was asked for.</summary>
    /// <exception cref="ServiceException">400 on unknown or unsortable fields.</exception>
    public static Sorter? Parse(string? orderBy, Snapshot snapshot) =>
        string.IsNullOrWhiteSpace(orderBy)
            ? null
            : new Sorter([.. OrderByParser.Parse(orderBy).Select(k => Ordered(k, snapshot)), ByScore, ByRow]);

    public IReadOnlyList<Hit> Sort(IReadOnlyList<Hit> hits)
    {
        var sorted = hits.ToArray();
        Array.Sort(sorted, Compare);
        return sorted;
    }

    private static Comparison<Hit> Ordered(OrderKey key, Snapshot snapshot)
    {
        Comparison<Hit> ascending = key switch
        {
            { Field: null } => (a, b) => a.Score.CompareTo(b.Score),
            { Point: { } point } => ByDistance(key.Field, point, snapshot),
            _ => ByField(key.Field, snapshot),
        };
        return key.IsDescending ? (a, b) => ascending(b, a) : ascending;
    }

    private static Comparison<Hit> ByField(string path, Snapshot snapshot)
    {
        var field = Sortable(path, snapshot);
        if (field.Kind == FieldKind.Point)
            throw OrderByParser.Invalid($"'{path}' is a geography field: it can be sorted by geo.distance only.");
        var column = snapshot.Table.Values(field);
        return (a, b) => column.Compare(a.Row, b.Row);
    }

    private static Comparison<Hit> ByDistance(string path, GeoPoint point, Snapshot snapshot)
    {
        var field = Sortable(path, snapshot);
        if (field.Kind != FieldKind.Point)
            throw OrderByParser.Invalid($"'{path}' is of type '{field.TypeName}', but geo.distance needs a point.");
        var points = (PointColumn)snapshot.Table.Values(field);
        return (a, b) => Distance(a).CompareTo(Distance(b));

        double Distance(Hit hit) =>
            points[hit.Row] is { } place ? Geography.Distance(place, point) : double.PositiveInfinity;
    }

    private static Field Sortable(string path, Snapshot snapshot)
    {
        var field =
            snapshot.Schema.Find(path)
            ?? throw OrderByParser.Invalid($"Could not find a property named '{path}' on type 'search.document'.");
        return field.Sortable && !field.InsideCollection && field.Kind is not FieldKind.Complex
            ? field
            : throw OrderByParser.Invalid(
                $"'{path}' is not a sortable field. Only sortable fields can be used in orderby expressions."
            );
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
}
