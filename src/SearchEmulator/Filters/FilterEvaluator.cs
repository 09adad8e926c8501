namespace EmbeddingFunctions.SearchEmulator.Filters;

internal static class FilterEvaluator
{
    /// <summary>The live rows of a snapshot that pass; all of them without a filter.</summary>
    public static RowSet Matching(Snapshot snapshot, string? filter, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(filter))
            return snapshot.Live;
        var test = new FilterBinder(snapshot).Bind(FilterParser.Parse(filter));
        var rows = new RowSet(snapshot.Count);
        for (var row = snapshot.Live.Next(0); row >= 0; row = snapshot.Live.Next(row + 1))
        {
            if ((row & 0xFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (test(row))
                rows.Add(row);
        }
        return rows;
    }
}
