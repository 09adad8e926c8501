using System.Diagnostics;
using System.Globalization;
using EmbeddingFunctions.Embeddings;

namespace Benchmarks;

/// <summary>What tokenizing costs: to load, beside embedding, and for texts made to be slow.</summary>
internal static class TokensBenchmark
{
    private const int Rounds = 7;
    private const int Passages = 100;

    private static readonly (string What, string Unit)[] Hostile =
    [
        ("one letter", "a"),
        ("one ideograph", "海"),
        ("combining marks", "\u0301"),
        ("spaces", " "),
        ("lone surrogates", "\uD800"),
    ];

    public static async Task RunAsync(string name, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Places.Repository, "models", name);
        var load = Median(() => TextTokenizer.Load(folder));
        var read = Median(() =>
        {
            foreach (var file in Directory.EnumerateFiles(folder))
            {
                _ = File.ReadAllBytes(file);
            }
        });
        Tell($"{name}: its tokenizer loads in {1000 * load:0} ms, of which reading the files takes {1000 * read:0} ms");

        var tokenizer = TextTokenizer.Load(folder);
        using var model = EmbeddingModel.Load(folder, new EmbeddingModelOptions { Concurrency = 1 });
        var texts = Texts.Of(model, 130, Passages);
        var tokenizing = Median(() => texts.Sum(text => tokenizer.Encode(text).Count));
        var started = Stopwatch.GetTimestamp();
        _ = await model.EmbedAsync(texts, new EmbedOptions(), cancellationToken);
        var embedding = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Tell($"tokenizing 130-token passages is {100 * tokenizing / embedding:0.0} % of embedding them on one core");

        foreach (var (what, unit) in Hostile)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var times = new[] { 1, 2, 4, 8 }.Select(million => Time(million, unit)).ToList();
            Tell(
                $"{what}: 1, 2, 4, 8 million characters take 1, {times[1] / times[0]:0.0}, {times[2] / times[0]:0.0}, {times[3] / times[0]:0.0} times {times[0]:0.00} s"
            );
        }

        double Time(int million, string unit)
        {
            var text = string.Concat(Enumerable.Repeat(unit, million * 1_000_000));
            return Median(() => tokenizer.Encode(text), rounds: 3);
        }
    }

    private static double Median<T>(Func<T> work, int rounds = Rounds) =>
        Median(
            () =>
            {
                _ = work();
            },
            rounds
        );

    private static double Median(Action work, int rounds = Rounds)
    {
        work();
        var times = Enumerable
            .Range(0, rounds)
            .Select(_ =>
            {
                var started = Stopwatch.GetTimestamp();
                work();
                return Stopwatch.GetElapsedTime(started).TotalSeconds;
            })
            .Order()
            .ToList();
        return times[rounds / 2];
    }

    private static void Tell(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
