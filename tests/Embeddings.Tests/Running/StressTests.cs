using System.Globalization;
using EmbeddingFunctions.Embeddings.Tests.Tiny;

namespace EmbeddingFunctions.Embeddings.Tests.Running;

/// <summary>
/// Many callers, some of whom give up: no answer is wrong, missing or twice. Two seconds, or as many as the environment
/// variable STRESS_SECONDS says.
/// </summary>
public sealed class StressTests(LoadedModels models)
{
    private const int Callers = 8;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(
        double.Parse(Environment.GetEnvironmentVariable("STRESS_SECONDS") ?? "2", CultureInfo.InvariantCulture)
    );

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_real_model()
    {
        var texts = Enumerable
            .Range(0, 60)
            .Select(number => $"text {string.Join(' ', Enumerable.Range(0, number % 9))}");
        await RunAsync(await models.GetAsync("all-MiniLM-L6-v2"), [.. texts, "苹果", "[CLS]", ""]);
    }

    // So fast that everything waits for everything else; the line is short and the model comes and goes.
    [Fact]
    public async Task A_tiny_model_with_a_short_line_that_unloads()
    {
        using var folder = new TinyModel();
        var options = new EmbeddingModelOptions
        {
            Concurrency = 2,
            QueryConcurrency = 1,
            QueueLength = 2,
            UnloadAfter = TimeSpan.FromSeconds(1),
        };
        using var model = EmbeddingModel.Load(folder.Folder, options);
        await RunAsync(model, [.. Enumerable.Range(0, 50).Select(number => $"w{number % 10} W{number / 5}")]);
    }

    private static async Task RunAsync(EmbeddingModel model, string[] texts)
    {
        var expected = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            var options = new EmbedOptions { Prompt = "" };
            expected[text] = (await model.EmbedAsync([text], options, Cancelled))[0].Vector.ToArray();
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        end.CancelAfter(Duration);
        var tallies = await Task.WhenAll(
            Enumerable
                .Range(0, Callers)
                .Select(caller => Task.Run(() => CallAsync(model, texts, expected, caller, end.Token)))
        );
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{tallies.Sum(tally => tally.Answered)} answered, {tallies.Sum(tally => tally.GivenUp)} given up"
        );
        tallies.Sum(tally => tally.Answered).ShouldBePositive();
        tallies.Sum(tally => tally.GivenUp).ShouldBePositive();
    }

    private static async Task<(int Answered, int GivenUp)> CallAsync(
        EmbeddingModel model,
        string[] texts,
        Dictionary<string, float[]> expected,
        int caller,
        CancellationToken end
    )
    {
        var random = new Random(caller);
        var (answered, givenUp) = (0, 0);
        while (!end.IsCancellationRequested)
        {
            var asked = Enumerable.Range(0, random.Next(1, 20)).Select(_ => texts[random.Next(texts.Length)]).ToArray();
            var options = new EmbedOptions { Prompt = "", InputType = (InputType)random.Next(2) };
            using var patience = new CancellationTokenSource();
            if (random.Next(3) == 0)
            {
                patience.CancelAfter(random.Next(5));
            }

            try
            {
                var results = await model.EmbedAsync(asked, options, patience.Token);
                results.Count.ShouldBe(asked.Length);
                foreach (var (result, text) in results.Zip(asked))
                {
                    result.Vector.Span.SequenceEqual(expected[text]).ShouldBeTrue(text);
                }

                answered++;
            }
            catch (OperationCanceledException) when (patience.IsCancellationRequested)
            {
                givenUp++;
            }
        }

        return (answered, givenUp);
    }
}
