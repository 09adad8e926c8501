using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Similarities;

namespace EmbeddingFunctions.SearchEmulator.FullText;

/// <summary>BM25 over the rows that a filter left.</summary>
internal static class TextSearch
{
    /// <summary>The best <paramref name="top"/> hits, best first, and how many there are in all.</summary>
    public static (IReadOnlyList<Hit> Hits, int Total) Run(
        Snapshot snapshot,
        Query? query,
        RowSet rows,
        int top,
        CancellationToken cancellationToken
    )
    {
        if (query is null)
            return ([], 0);
        var searcher = new IndexSearcher(snapshot.Text)
        {
            Similarity = new BM25Similarity(snapshot.Schema.K1, snapshot.Schema.B),
        };
        var collector = new RowCollector(snapshot, rows, top, cancellationToken);
        try
        {
            searcher.Search(query, collector);
        }
        catch (BooleanQuery.TooManyClausesException)
        {
            throw TextQueryBuilder.TooManyClauses();
        }
        return (collector.Best.BestFirst(), collector.Total);
    }

    private sealed class RowCollector(Snapshot snapshot, RowSet rows, int top, CancellationToken cancellationToken)
        : ICollector
    {
        private Scorer? _scorer;
        private NumericDocValues? _ords;

        public TopHits Best { get; } = new(top);

        public int Total { get; private set; }

        public bool AcceptsDocsOutOfOrder => true;

        public void SetScorer(Scorer scorer) => _scorer = scorer;

        public void SetNextReader(AtomicReaderContext context) =>
            _ords = context.AtomicReader.GetNumericDocValues(TextIndex.OrdField);

        public void Collect(int doc)
        {
            var row = snapshot.RowOf(_ords!.Get(doc));
            if (row < 0 || !rows[row])
                return;
            if ((++Total & 0xFFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            var score = _scorer!.GetScore();
            Best.Add(new Hit(row, float.IsFinite(score) ? score : 0));
        }
    }
}
