using System.Diagnostics;

namespace Benchmarks;

internal static class LatencyBenchmark
{
    public static async Task RunAsync(int documents, CancellationToken cancellationToken)
    {
        await using var product = await LocalProduct.StartAsync(cancellationToken);
        string[] texts = [.. Enumerable.Range(0, documents).Select(seed => Texts.Passage(PathBenchmark.Page, seed))];
        await product.PutAsync(texts[..(documents / 10)], cancellationToken);
        await product.IndexedAsync(0, documents / 10, cancellationToken);

        for (var warm = 0; warm < 50; warm++)
        {
            await AskAsync(product, warm, cancellationToken);
        }

        List<double> idle = [];
        for (var asked = 0; asked < 100; asked++)
        {
            idle.Add(await AskAsync(product, asked, cancellationToken));
        }

        await Parallel.ForEachAsync(
            Enumerable.Range(documents / 10, documents - (documents / 10)),
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken },
            async (number, token) => await product.PutAsync($"page-{number:0000}.txt", texts[number], token)
        );
        List<double> busy = [];
        var indexing = product.IndexedAsync(0, documents * 95 / 100, cancellationToken);
        while (!indexing.IsCompleted)
        {
            for (var asked = 0; asked < 20; asked++)
            {
                busy.Add(await AskAsync(product, busy.Count, cancellationToken));
            }
        }

        Console.WriteLine(
            $"idle: median {Median(idle):0.0} ms of {idle.Count}; while indexing: median {Median(busy):0.0} ms of {busy.Count}"
        );
        Console.WriteLine(
            $"a query while {documents} documents are indexed takes {Median(busy) / Median(idle):0.0} times as long"
        );
    }

    private static async Task<double> AskAsync(LocalProduct product, int number, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await product.AskAsync($"who repaired the bridge in season {number}", cancellationToken);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
