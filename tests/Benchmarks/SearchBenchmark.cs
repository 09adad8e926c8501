using System.Diagnostics;
using System.Numerics.Tensors;
using EmbeddingFunctions.SearchEmulator.Columns;
using EmbeddingFunctions.SearchEmulator.Schema;
using EmbeddingFunctions.SearchEmulator.Vectors;

namespace Benchmarks;

/// <summary>The parts of the search emulator that decide its speed, each against what it cannot be faster than.</summary>
internal static class SearchBenchmark
{
    public const int Dimensions = 384;
    private const int Rounds = 15;
    private const int RowsPerSlice = 8192;

    public static async Task RunAsync(int vectors, int documents, CancellationToken cancellationToken)
    {
        Scans(vectors, cancellationToken);
        GC.Collect();
        await SearchUploadBenchmark.RunAsync(documents, cancellationToken);
        GC.Collect();
        await SearchStartBenchmark.RunAsync(vectors, cancellationToken);
    }

    /// <summary>Like a small embedding model's: 2000 clusters, every vector of length 1.</summary>
    public static float[] Vector(Random random, float[][] centres)
    {
        var centre = centres[random.Next(centres.Length)];
        var vector = new float[Dimensions];
        for (var i = 0; i < Dimensions; i++)
            vector[i] = centre[i] + (random.NextSingle() - 0.5f) * 0.6f;
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }

    public static float[][] Centres(Random random) =>
        [
            .. Enumerable
                .Range(0, 2000)
                .Select(_ => Enumerable.Range(0, Dimensions).Select(_ => random.NextSingle() - 0.3f).ToArray()),
        ];

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    public static double Milliseconds(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static void Scans(int most, CancellationToken cancellationToken)
    {
        var random = new Random(1);
        var centres = Centres(random);
        var column = new VectorColumn(Dimensions, VectorMetric.Cosine);
        var bare = new List<float[]>();
        var perRow = 0.0;
        foreach (var count in new[] { most / 100, most / 10, most }.Where(c => c > 0))
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var from = bare.Sum(b => b.Length) / Dimensions;
            for (var row = from; row < count; row += RowsPerSlice)
            {
                var slice = new float[Math.Min(RowsPerSlice, count - row) * Dimensions];
                for (var i = 0; i < slice.Length; i += Dimensions)
                    Vector(random, centres).CopyTo(slice, i);
                bare.Add(slice);
                for (var i = 0; i < slice.Length; i += Dimensions)
                    column.Append(slice.AsSpan(i, Dimensions));
                cancellationToken.ThrowIfCancellationRequested();
            }
            var grown = GC.GetTotalMemory(forceFullCollection: true) - before - (long)(count - from) * Dimensions * 4;
            perRow = grown / (double)(count - from);
            Compare(column, bare, count, random, cancellationToken);
        }
        Console.WriteLine($"memory: {perRow:0} bytes a vector, {perRow / (Dimensions * 4):0.000} of its floats");
    }

    private static void Compare(
        VectorColumn column,
        List<float[]> bare,
        int count,
        Random random,
        CancellationToken cancellationToken
    )
    {
        var all = new RowSet(count);
        var few = new RowSet(count);
        for (var row = 0; row < count; row++)
        {
            all.Add(row);
            if (random.Next(100) == 0)
                few.Add(row);
        }
        var query = Vector(random, Centres(random));
        WarmUp(() =>
        {
            Best(bare, query);
            VectorScanner.Nearest(column, query, 10, all, cancellationToken);
            VectorScanner.Nearest(column, query, 10, few, cancellationToken);
        });
        List<double> bares = [];
        List<double> scans = [];
        List<double> filtered = [];
        for (var round = 0; round < Rounds; round++)
        {
            var best = 0f;
            bares.Add(Milliseconds(() => best = Best(bare, query)));
            var top = 0f;
            scans.Add(
                Milliseconds(() => top = VectorScanner.Nearest(column, query, 10, all, cancellationToken)[0].Score)
            );
            filtered.Add(Milliseconds(() => VectorScanner.Nearest(column, query, 10, few, cancellationToken)));
            // The two must have found the same vector: its score is 1/(2 - cosine).
            if (Math.Abs(1 / (2 - best) - top) > 1e-5)
                throw new InvalidOperationException($"The scan found {top}, the bare one {1 / (2 - best)}.");
        }
        var (bareTime, scan, filter) = (Median(bares), Median(scans), Median(filtered));
        Console.WriteLine(
            $"{count} vectors: bare {bareTime:0.0} ms, query {scan:0.0} ms = {scan / bareTime:0.00} of it; 1 % filtered {filter:0.00} ms = {filter / scan:0.000} of the query"
        );
    }

    // Until the runtime has compiled the loops for good, as in a service that runs for longer than a second.
    public static void WarmUp(Action action)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started).TotalSeconds < 2; )
            action();
    }

    private static float Best(List<float[]> slices, float[] query)
    {
        var best = new float[slices.Count];
        Parallel.For(
            0,
            slices.Count,
            slice =>
            {
                var values = slices[slice].AsSpan();
                var most = float.NegativeInfinity;
                for (var i = 0; i < values.Length; i += Dimensions)
                    most = Math.Max(most, TensorPrimitives.Dot(query, values.Slice(i, Dimensions)));
                best[slice] = most;
            }
        );
        return TensorPrimitives.Max<float>(best);
    }
}
