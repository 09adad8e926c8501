namespace EmbeddingFunctions.SearchEmulator.Filters;

internal static class FilterEvaluator
{
    // Below two of them one thread is faster.
    private const int WordsPerSlice = 512;

    /// <summary>The live rows of a snapshot that pass; all of them without a filter.</summary>
    public static FilterMatch Matching(
        Snapshot snapshot,
        string? filter,
        bool allowText,
        CancellationToken cancellationToken
    )
    {
        if (string.IsNullOrWhiteSpace(filter))
            return new FilterMatch(snapshot.Live, null);
        if (snapshot.Filters.Find(filter) is { } known)
            return new FilterMatch(known, null);
        var asksForText = false;
        float[]? scores = null;
        var test = new FilterBinder(snapshot, allowText ? TextMatches : null).Bind(FilterParser.Parse(filter));
        var rows = new RowSet(snapshot.Count);
        Parallel.For(
            0,
            (rows.Words + WordsPerSlice - 1) / WordsPerSlice,
            new ParallelOptions { CancellationToken = cancellationToken },
            slice => Test(slice * WordsPerSlice, Math.Min((slice + 1) * WordsPerSlice, rows.Words))
        );
        if (!asksForText)
            snapshot.Filters.Keep(filter, rows);
        return new FilterMatch(rows, scores);

        void Test(int from, int to)
        {
            for (var word = from; word < to; word++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (snapshot.Live.Word(word) is var live and not 0)
                    rows.SetWord(word, test(word, live));
            }
        }

        RowSet TextMatches(FilterNode.IsMatch match)
        {
            asksForText = true;
            var found = new RowSet(snapshot.Count);
            var sums = match.IsScoring ? scores ??= new float[snapshot.Count] : [];
            TextSearch.Each(
                snapshot,
                match.Query,
                (row, score) =>
                {
                    found.Add(row);
                    if (match.IsScoring)
                        sums[row] += score;
                },
                cancellationToken
            );
            return found;
        }
    }
}

/// <summary>The rows that pass, and what <c>search.ismatchscoring</c> adds to the score of each row; null where it is not used.</summary>
internal sealed record FilterMatch(RowSet Rows, float[]? Scores);
