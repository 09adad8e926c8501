namespace EmbeddingFunctions.SearchEmulator.Filters;

internal static class FilterEvaluator
{
    /// <summary>The live rows of a snapshot that pass; all of them without a filter.</summary>
    public static FilterMatch Matching(
        Snapshot snapshot,
        string? filter,
        bool allowText,
        CancellationToken cancellationToken
    )
    {
        var scores = new List<IReadOnlyDictionary<int, float>>();
        if (string.IsNullOrWhiteSpace(filter))
            return new FilterMatch(snapshot.Live, scores);
        var test = new FilterBinder(snapshot, allowText ? TextMatches : null).Bind(FilterParser.Parse(filter));
        var rows = new RowSet(snapshot.Count);
        for (var row = snapshot.Live.Next(0); row >= 0; row = snapshot.Live.Next(row + 1))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (test(row))
                rows.Add(row);
        }
        return new FilterMatch(rows, scores);

        IReadOnlyDictionary<int, float> TextMatches(FilterNode.IsMatch match)
        {
            var found = TextSearch.Scores(snapshot, match.Query, cancellationToken);
            if (match.IsScoring)
                scores.Add(found);
            return found;
        }
    }
}

/// <summary>The rows that pass, and what <c>search.ismatchscoring</c> adds to their scores.</summary>
internal sealed record FilterMatch(RowSet Rows, IReadOnlyList<IReadOnlyDictionary<int, float>> Scores);
