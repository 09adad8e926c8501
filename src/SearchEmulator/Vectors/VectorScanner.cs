using System.Collections.Concurrent;
using System.Numerics.Tensors;

namespace EmbeddingFunctions.SearchEmulator.Vectors;

/// <summary>Exact nearest neighbours by reading every row that may be an answer.</summary>
internal static class VectorScanner
{
    private const int RowsPerSlice = 8192;

    /// <summary>The <paramref name="k"/> nearest of <paramref name="rows"/>, best first, with scores as the service gives them.</summary>
    public static IReadOnlyList<Hit> Nearest(
        VectorColumn column,
        float[] query,
        int k,
        RowSet rows,
        CancellationToken cancellationToken
    )
    {
        var length = TensorPrimitives.Norm<float>(query);
        var queryScale =
            column.Metric != VectorMetric.Cosine ? 1
            : length > 0 ? 1 / length
            : 0;
        var slices = (rows.Capacity + RowsPerSlice - 1) / RowsPerSlice;
        var best = new TopHits(k);
        if (slices <= 2)
        {
            Scan(column, query, queryScale, rows, 0, rows.Capacity, best);
            return best.BestFirst();
        }
        var parts = new ConcurrentBag<TopHits>();
        Parallel.For(
            0,
            slices,
            new ParallelOptions { CancellationToken = cancellationToken },
            () => new TopHits(k),
            (slice, _, mine) =>
            {
                var from = slice * RowsPerSlice;
                Scan(column, query, queryScale, rows, from, Math.Min(from + RowsPerSlice, rows.Capacity), mine);
                return mine;
            },
            parts.Add
        );
        foreach (var part in parts)
            best.AddAll(part);
        return best.BestFirst();
    }

    private static void Scan(
        VectorColumn column,
        float[] query,
        float queryScale,
        RowSet rows,
        int from,
        int to,
        TopHits best
    )
    {
        for (var row = rows.Next(from); row >= 0 && row < to; row = rows.Next(row + 1))
        {
            var scale = column.Scale(row);
            if (float.IsNaN(scale))
                continue;
            best.Add(new Hit(row, Score(column.Metric, query, column[row], queryScale * scale)));
        }
    }

    private static float Score(VectorMetric metric, ReadOnlySpan<float> query, ReadOnlySpan<float> vector, float scale)
    {
        if (metric == VectorMetric.Euclidean)
        {
            var distance = TensorPrimitives.Distance(query, vector);
            return 1 / (1 + distance * distance);
        }
        var closeness = TensorPrimitives.Dot(query, vector) * scale;
        if (metric == VectorMetric.Cosine)
            return 1 / (2 - Math.Min(closeness, 1));
        // The formula has a pole at 2, where only vectors longer than 1 get: beyond 1 the score goes on as the product itself,
        // which keeps the order and is finite.
        return closeness <= 1 ? 1 / (2 - closeness) : closeness;
    }
}
