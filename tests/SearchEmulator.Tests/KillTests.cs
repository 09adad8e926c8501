using System.Globalization;
using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>
/// A process is killed (SIGKILL) while three clients upload, replace and delete; or while it ends, or starts. Twenty times, or as often as
/// the environment variable SEARCH_KILLS says.
/// </summary>
public sealed class KillTests
{
    private const int Writers = 3;
    private const int PerWriter = 30;

    private static readonly int Kills = int.Parse(
        Environment.GetEnvironmentVariable("SEARCH_KILLS") ?? "20",
        CultureInfo.InvariantCulture
    );

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_process_loses_no_acknowledged_batch_and_keeps_no_part_of_one()
    {
        var folder = Emulator.NewFolder();
        var random = new Random(7);
        var acknowledged = new int[Writers];
        for (var kill = 0; kill < Kills; kill++)
        {
            await WriteAndDieAsync(folder, kill, random, acknowledged);
            if (kill % 4 == 2)
                await StartAndDieAsync(folder, random, withoutText: kill % 8 == 2);
            await using var emulator = await Emulator.StartAsync(folder);
            for (var writer = 0; writer < Writers; writer++)
                acknowledged[writer] = await BatchOfAsync(emulator, writer, acknowledged[writer]);
        }
        var derived = await DerivedAsync(folder);
        Directory.Delete(Path.Combine(folder, "indexes", "things", "lucene"), recursive: true);
        (await DerivedAsync(folder)).ShouldBe(derived);
        Directory.Delete(folder, recursive: true);
    }

    // Each dies at another moment: in the middle of its writes, or, every fourth, while it puts the text index on disk at its end.
    private static async Task WriteAndDieAsync(string folder, int kill, Random random, int[] acknowledged)
    {
        using var child = await EmulatorProcess.StartAsync(folder);
        if (kill == 0)
            await child.SendAsync("POST", $"indexes?{Emulator.Version}", TestIndex.Everything());
        using var over = new CancellationTokenSource();
        var (count, enough) = (0, random.Next(1, 25));
        var writers = Enumerable.Range(0, Writers).Select(WriteAsync).ToArray();
        while (Volatile.Read(ref count) < enough)
            await Task.Delay(1, Token);
        if (kill % 4 == 3)
        {
            await over.CancelAsync();
            await child.StopAsync();
            await Task.Delay(random.Next(150), Token);
        }
        await Task.Delay(random.Next(20), Token);
        child.Kill();
        await over.CancelAsync();
        await Task.WhenAll(writers);

        async Task WriteAsync(int writer)
        {
            while (!over.IsCancellationRequested && await child.IndexAsync(Batch(writer, acknowledged[writer] + 1)))
            {
                acknowledged[writer]++;
                Interlocked.Increment(ref count);
            }
        }
    }

    private static async Task StartAndDieAsync(string folder, Random random, bool withoutText)
    {
        if (withoutText)
            Directory.Delete(Path.Combine(folder, "indexes", "things", "lucene"), recursive: true);
        using var child = EmulatorProcess.Launch(folder);
        await Task.Delay(random.Next(100, 600), Token);
        child.Kill();
        await child.WaitForExitAsync(Token);
    }

    /// <summary>One new document that stays; the writer's even ones replaced; its odd ones there after even batches alone.</summary>
    private static IEnumerable<object> Batch(int writer, int batch) =>
        Enumerable
            .Range(0, PerWriter)
            .Select(i =>
                i % 2 == 0 || batch % 2 == 0 ? Document($"{writer}-{i}", $"w{writer}") : Deletion($"{writer}-{i}")
            )
            .Append(Document($"{writer}-kept-{batch}", $"kept{writer}"))
            .Select(action =>
            {
                if ((string)action["@search.action"] != "delete")
                {
                    action["title"] = $"word batch{batch}";
                    action["small"] = batch;
                    action["vector"] = new[] { 1f, batch, writer, 0 };
                }
                return action;
            });

    private static Dictionary<string, object> Document(string id, string kind) =>
        new(StringComparer.Ordinal)
        {
            ["@search.action"] = "mergeOrUpload",
            ["id"] = id,
            ["kind"] = kind,
        };

    private static Dictionary<string, object> Deletion(string id) =>
        new(StringComparer.Ordinal) { ["@search.action"] = "delete", ["id"] = id };

    /// <summary>The batch that all of the writer's documents are of, by column, text and vector: the last acknowledged or the one after.</summary>
    private static async Task<int> BatchOfAsync(Emulator emulator, int writer, int acknowledged)
    {
        var own = await AllAsync(emulator, new { filter = $"kind eq 'w{writer}'", top = 1000 });
        var batch = own.Length == 0 ? 0 : own.Select(d => (int)d["small"]!).Distinct().ShouldHaveSingleItem();
        batch.ShouldBeOneOf(acknowledged, acknowledged + 1);
        var expected = batch switch
        {
            0 => 0,
            _ when batch % 2 == 0 => PerWriter,
            _ => PerWriter / 2,
        };
        own.Length.ShouldBe(expected);
        own.ShouldAllBe(d => (string)d["title"]! == $"word batch{batch}" && (float)d["vector"]![1]! == batch);
        var kept = await AllAsync(
            emulator,
            new
            {
                filter = $"kind eq 'kept{writer}'",
                top = 1000,
                count = true,
            }
        );
        kept.Length.ShouldBe(Math.Min(batch, 1000));
        if (batch == 0)
            return 0;
        // The text index and the vectors have the same documents, and no others.
        var named = own.Select(d => (string)d["id"]!)
            .Append($"{writer}-kept-{batch}")
            .Order(StringComparer.Ordinal)
            .ToList();
        foreach (
            var search in new object[]
            {
                new
                {
                    search = $"batch{batch}",
                    filter = $"small eq {batch} and (kind eq 'w{writer}' or kind eq 'kept{writer}')",
                    top = 1000,
                },
                new
                {
                    vectorQueries = new[] { TestIndex.VectorQuery([1, batch, writer, 0], 1000) },
                    filter = $"small eq {batch} and (kind eq 'w{writer}' or kind eq 'kept{writer}')",
                    top = 1000,
                },
            }
        )
            (await AllAsync(emulator, search))
                .Select(d => (string)d["id"]!)
                .Order(StringComparer.Ordinal)
                .ShouldBe(named);
        return batch;
    }

    private static async Task<JsonNode[]> AllAsync(Emulator emulator, object search) =>
        [.. (await emulator.SearchAsync("things", search))["value"]!.AsArray().Select(d => d!)];

    /// <summary>What text index and columns say of every document.</summary>
    private static async Task<string> DerivedAsync(string folder)
    {
        await using var emulator = await Emulator.StartAsync(folder);
        List<string> lines = [];
        for (var writer = 0; writer < Writers; writer++)
        {
            foreach (var kind in new[] { $"w{writer}", $"kept{writer}" })
            {
                var found = await AllAsync(
                    emulator,
                    new
                    {
                        search = "word",
                        filter = $"kind eq '{kind}'",
                        orderby = "id",
                        top = 1000,
                    }
                );
                found.ShouldNotBeEmpty();
                lines.AddRange(found.Select(d => $"{d["id"]} {d["title"]} {d["small"]} {d["vector"]!.ToJsonString()}"));
            }
        }
        return string.Join('\n', lines);
    }
}
