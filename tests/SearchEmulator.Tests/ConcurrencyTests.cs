using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>
/// Two writers and eight readers at once: every answer is of one state between two batches, whatever it was asked for. Ten seconds, or as
/// many as the environment variable SEARCH_SECONDS says.
/// </summary>
public sealed class ConcurrencyTests
{
    private const int PerWriter = 20;

    private static readonly int Seconds = int.Parse(
        Environment.GetEnvironmentVariable("SEARCH_SECONDS") ?? "10",
        CultureInfo.InvariantCulture
    );

    [Fact]
    public async Task Every_answer_is_of_one_snapshot_and_memory_stays()
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        await Task.WhenAll(WriteAsync(0, 1), WriteAsync(1, 1));
        using var done = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 2).Select(WriteUntilDoneAsync).ToArray();
        var readers = Enumerable.Range(0, 8).Select(ReadUntilDoneAsync).ToArray();
        var clock = Stopwatch.StartNew();
        long early = 0;
        while (clock.Elapsed.TotalSeconds < Seconds && !writers.Concat(readers).Any(t => t.IsFaulted))
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            // After a third of the time everything that is filled once is full.
            if (early == 0 && clock.Elapsed.TotalSeconds > Seconds / 3.0)
                early = GC.GetTotalMemory(forceFullCollection: true);
        }
        await done.CancelAsync();
        var batches = (await Task.WhenAll(writers)).Sum();
        var answers = (await Task.WhenAll(readers)).Sum();
        var late = GC.GetTotalMemory(forceFullCollection: true);
        TestContext.Current.SendDiagnosticMessage(
            "{0} batches, {1} answers in {2} s; memory {3} MB, then {4} MB",
            batches,
            answers,
            Seconds,
            early >> 20,
            late >> 20
        );
        batches.ShouldBeGreaterThan(20);
        answers.ShouldBeGreaterThan(80);
        late.ShouldBeLessThan(early + (64L << 20));

        Task WriteAsync(int writer, int generation) =>
            emulator.IndexAsync(
                "things",
                [
                    .. Enumerable
                        .Range(0, PerWriter)
                        .Select(i => new
                        {
                            id = $"{writer}-{i}",
                            title = $"constant generation{generation}",
                            kind = $"writer{writer}",
                            small = generation,
                            vector = new[] { 1f, generation, writer, 0 },
                        }),
                ]
            );

        async Task<int> WriteUntilDoneAsync(int writer)
        {
            var generation = 1;
            while (!done.IsCancellationRequested)
                await WriteAsync(writer, ++generation);
            return generation;
        }

        async Task<int> ReadUntilDoneAsync(int reader)
        {
            object[] searches =
            [
                new { search = "*", top = 100 },
                new
                {
                    search = "constant",
                    top = 100,
                    count = true,
                },
                new
                {
                    search = "constant",
                    filter = "small ge 0 and kind ne 'none'",
                    orderby = "small desc",
                    top = 100,
                },
                new { vectorQueries = new[] { TestIndex.VectorQuery([1, 0, 0, 0], 100) }, top = 100 },
                new
                {
                    search = "constant",
                    vectorQueries = new[] { TestIndex.VectorQuery([1, 0, 0, 0], 100) },
                    top = 100,
                },
            ];
            var last = new int[2];
            var reads = 0;
            while (!done.IsCancellationRequested)
            {
                var answer = await emulator.SearchAsync("things", searches[(reads + reader) % searches.Length]);
                for (var writer = 0; writer < 2; writer++)
                    last[writer] = OneGeneration(answer, writer, last[writer]);
                reads++;
            }
            return reads;
        }
    }

    /// <summary>The generation that all documents of a writer are of, by column, text and vector; never below an earlier one.</summary>
    private static int OneGeneration(JsonNode answer, int writer, int last)
    {
        JsonNode[] found =
        [
            .. answer["value"]!.AsArray().Select(d => d!).Where(d => (string)d["kind"]! == $"writer{writer}"),
        ];
        found.Length.ShouldBe(PerWriter);
        found.Select(d => (string)d["id"]!).Distinct(StringComparer.Ordinal).Count().ShouldBe(PerWriter);
        var (small, title, vector) = found
            .Select(d => ((int)d["small"]!, (string)d["title"]!, (int)(float)d["vector"]![1]!))
            .Distinct()
            .ShouldHaveSingleItem();
        title.ShouldBe($"constant generation{small}");
        vector.ShouldBe(small);
        small.ShouldBeGreaterThanOrEqualTo(last);
        return small;
    }
}
