using System.Collections.Concurrent;
using System.Numerics.Tensors;

namespace EmbeddingFunctions.SearchEmulator.Vectors;

/// <summary>Exact nearest neighbours by reading every row that may be an answer.</summary>
internal static class VectorScanner
{
    private const int RowsPerSlice = 32 * VectorColumn.RowsPerSegment;

    // Below it, waiting for a second thread costs more than it saves.
    private const int FloatsWorthSharing = 1_000_000;

    /// <summary>The <paramref name="k"/> nearest of <paramref name="rows"/>, best first, with scores as the service gives them.</summary>
    public static IReadOnlyList<Hit> Nearest(
        VectorColumn column,
        float[] query,
        int k,
        RowSet rows,
        CancellationToken cancellationToken
    )
    {
        var queryScale = column.ScaleOf(query);
        var best = new TopHits(k);
        if ((long)rows.Count() * column.Dimensions < FloatsWorthSharing)
        {
            Scan(column, query, rows, 0, rows.Capacity, best);
        }
        else
        {
            var slices = (rows.Capacity + RowsPerSlice - 1) / RowsPerSlice;
            var parts = new ConcurrentBag<TopHits>();
            Parallel.For(
                0,
                slices,
                new ParallelOptions { CancellationToken = cancellationToken },
                () => new TopHits(k),
                (slice, _, mine) =>
                {
                    var from = slice * RowsPerSlice;
                    Scan(column, query, rows, from, Math.Min(from + RowsPerSlice, rows.Capacity), mine);
                    return mine;
                },
                parts.Add
            );
            foreach (var part in parts)
                best.AddAll(part);
        }
        return [.. best.BestFirst().Select(hit => hit with { Score = Score(column.Metric, hit.Score, queryScale) })];
    }

    // By closeness, which orders as scores do: only the hits that are left get one.
    private static void Scan(VectorColumn column, float[] query, RowSet rows, int from, int to, TopHits best)
    {
        var (dimensions, stride) = (column.Dimensions, column.Stride);
        var isEuclidean = column.Metric == VectorMetric.Euclidean;
        var row = rows.Next(from);
        while (row >= 0 && row < to)
        {
            var segment = column.SegmentOf(row);
            var first = row & -VectorColumn.RowsPerSegment;
            var end = Math.Min(first + VectorColumn.RowsPerSegment, to);
            for (; row >= 0 && row < end; row = rows.Next(row + 1))
            {
                var at = (row - first) * stride;
                var vector = segment.AsSpan(at, dimensions);
                var closeness = isEuclidean
                    ? -TensorPrimitives.Distance(query, vector)
                    : TensorPrimitives.Dot(query, vector);
                closeness *= segment[at + dimensions];
                // NaN, where there is no vector, is not at least anything.
                if (closeness >= best.Least)
                    best.Add(new Hit(row, closeness));
            }
        }
    }

    private static float Score(VectorMetric metric, float closeness, float queryScale) =>
        metric switch
        {
            VectorMetric.Euclidean => 1 / (1 + closeness * closeness),
            VectorMetric.Cosine => 1 / (2 - Math.Min(closeness * queryScale, 1)),
            // The formula has a pole at 2, where only vectors longer than 1 get: beyond 1 the score goes on as the product itself,
            // which keeps the order and is finite.
            _ => closeness <= 1 ? 1 / (2 - closeness) : closeness,
        };
}
