using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using EmbeddingFunctions.Embeddings;

namespace Benchmarks;

internal static class StartBenchmark
{
    private const string Model = "multilingual-e5-small";
    private const int Rounds = 3;

    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        List<double> alone = [];
        List<double> product = [];
        for (var round = 0; round < Rounds; round++)
        {
            alone.Add(await SecondsAsync(() => AloneAsync(cancellationToken)));
            product.Add(await SecondsAsync(() => ProductAsync(cancellationToken)));
        }

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Model}: first vector {Median(product):0.0} s after everything was started; {Median(alone):0.00} s after Load alone"
            )
        );
    }

    private static async Task AloneAsync(CancellationToken cancellationToken)
    {
        using var model = EmbeddingModel.Load(Path.Combine(Places.Repository, "models", Model));
        _ = await model.EmbedAsync(["first"], new EmbedOptions(), cancellationToken);
    }

    private static async Task ProductAsync(CancellationToken cancellationToken)
    {
        await using var local = await LocalProduct.StartAsync(cancellationToken);
        using var answer = await local.Http.PostAsJsonAsync(
            "api/embed",
            new { input = "first", model = Model },
            cancellationToken
        );
        answer.EnsureSuccessStatusCode();
        _ = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    private static async Task<double> SecondsAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
