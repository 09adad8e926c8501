using Lucene.Net.Index;
using Lucene.Net.Search;

namespace EmbeddingFunctions.SearchEmulator.FullText;

/// <summary>BM25 over the rows that a filter left.</summary>
internal static class TextSearch
{
    /// <summary>The best <paramref name="top"/> hits, best first, and all rows that matched.</summary>
    /// <param name="snapshot">What to search.</param>
    /// <param name="query">Null matches nothing.</param>
    /// <param name="rows">Other rows do not count.</param>
    /// <param name="top">How many hits are kept.</param>
    /// <param name="rescore">The score of a row from its text score; null keeps that.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static (IReadOnlyList<Hit> Hits, RowSet Matched) Run(
        Snapshot snapshot,
        Query? query,
        RowSet rows,
        int top,
        Func<int, float, float>? rescore,
        CancellationToken cancellationToken
    )
    {
        var best = new TopHits(top);
        var matched = new RowSet(snapshot.Count);
        Collect(
            snapshot,
            query,
            (row, score) =>
            {
                if (!rows[row])
                    return;
                matched.Add(row);
                best.Add(new Hit(row, rescore is null ? score : rescore(row, score)));
            },
            cancellationToken
        );
        return (best.BestFirst(), matched);
    }

    /// <summary>Calls back with every live row that matches and its score: constant 1 for a text that matches all.</summary>
    public static void Each(
        Snapshot snapshot,
        TextQuery text,
        Action<int, float> collect,
        CancellationToken cancellationToken
    )
    {
        var query = text.MatchesAll
            ? new MatchAllDocsQuery()
            : TextQueryBuilder.Build(text, snapshot.Schema, weights: null, cancellationToken);
        Collect(snapshot, query, collect, cancellationToken);
    }

    private static void Collect(
        Snapshot snapshot,
        Query? query,
        Action<int, float> collect,
        CancellationToken cancellationToken
    )
    {
        if (query is null)
            return;
        var searcher = new IndexSearcher(snapshot.Text) { Similarity = snapshot.Schema.Similarity };
        try
        {
            searcher.Search(query, new RowCollector(snapshot, collect, cancellationToken));
        }
        catch (BooleanQuery.TooManyClausesException)
        {
            throw TextQueryBuilder.TooManyClauses();
        }
    }

    private sealed class RowCollector(
        Snapshot snapshot,
        Action<int, float> collect,
        CancellationToken cancellationToken
    ) : ICollector
    {
        private Scorer? _scorer;
        private NumericDocValues? _ords;
        private int _seen;

        // Lucene's other scorer makes a table of 2048 buckets for every inner disjunction: thirty times slower with thousands of words.
        public bool AcceptsDocsOutOfOrder => false;

        public void SetScorer(Scorer scorer) => _scorer = scorer;

        public void SetNextReader(AtomicReaderContext context) =>
            _ords = context.AtomicReader.GetNumericDocValues(TextIndex.OrdField);

        public void Collect(int doc)
        {
            if ((++_seen & 0xFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            var row = snapshot.RowOf(_ords!.Get(doc));
            if (row < 0 || !snapshot.Live[row])
                return;
            var score = _scorer!.GetScore();
            collect(row, float.IsFinite(score) ? score : 0);
        }
    }
}
