using System.Globalization;
using EmbeddingFunctions.Functions.Sync;

namespace EmbeddingFunctions.Functions.Tests.Sync;

/// <summary>After any sequence of changes, crashes, lost and late messages, one Reconcile makes the index what a fresh run gives.</summary>
public sealed class ChaosTests(Bench bench) : IClassFixture<Bench>
{
    private static readonly string[] Paths = ["a.txt", "folder/b.txt", "报告.txt"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Six disorders; more with the environment variable CHAOS_SEEDS.</summary>
    public static TheoryData<int> Seeds =>
        [
            .. Enumerable.Range(
                1,
                int.Parse(Environment.GetEnvironmentVariable("CHAOS_SEEDS") ?? "6", CultureInfo.InvariantCulture)
            ),
        ];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task One_reconcile_ends_any_disorder(int seed)
    {
        var random = new Random(seed);
        var container = bench.NewContainer();
        await using var healthy = bench.NewWorker(container);
        for (var step = 0; step < 20; step++)
        {
            await DisorderAsync(healthy, container, random);
        }

        foreach (var path in Paths)
        {
            await healthy.ClaimRunsOutAsync(path);
        }

        await using var later = bench.NewWorker(container, time: new Later(TimeSpan.FromHours(25)));
        await later.Reconciler.ReconcileAsync(Cancellation);
        await later.DrainAsync();

        (await later.KeysAsync()).ShouldBe(await FreshKeysAsync(healthy), $"seed {seed}");
        await later.Reconciler.ReconcileAsync(Cancellation);
        (await later.DrainAsync()).ShouldBeEmpty($"seed {seed}: all is right already");
    }

    private async Task DisorderAsync(Worker healthy, string container, Random random)
    {
        var path = Paths[random.Next(Paths.Length)];
        switch (random.Next(6))
        {
            case 0 or 1:
                await healthy.PutAsync(path, Text(random));
                break;
            case 2:
                await healthy
                    .Storage.Documents.GetBlobClient(path)
                    .DeleteIfExistsAsync(cancellationToken: Cancellation);
                break;
            case 3:
                await healthy.PoisonAsync(path);
                break;
            default:
                var faults = new Faults { DiesAt = random.Next(1, 16), AnswerLost = random.Next(2) == 0 };
                await using (var dying = bench.NewWorker(container, faults))
                {
                    await DieAsync(() =>
                        random.Next(4) == 0 ? dying.Reconciler.ReconcileAsync(Cancellation) : dying.SyncAsync(path)
                    );
                }

                if (random.Next(3) > 0)
                {
                    await healthy.ClaimRunsOutAsync(path);
                }

                break;
        }
    }

    private static async Task DieAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (DeadWorkerException.IsIn(e))
        {
            // as meant
        }
    }

    /// <summary>Some of twenty paragraphs: versions of a document share chunks.</summary>
    private static string Text(Random random) =>
        string.Join(
            "\n\n",
            Enumerable
                .Range(1, 20)
                .Where(_ => random.Next(4) == 0)
                .Select(number =>
                    $"Entry {number}. The harbour master wrote down {number} ships and {number * 3} barrels of tar, "
                    + "closed the book and walked along the quay to the old light."
                )
        );

    private async Task<string[]> FreshKeysAsync(Worker healthy)
    {
        var container = bench.NewContainer();
        await using var fresh = bench.NewWorker(container);
        List<string> keys = [];
        foreach (var path in Paths)
        {
            var blob = healthy.Storage.Documents.GetBlobClient(path);
            if (!await blob.ExistsAsync(Cancellation))
            {
                continue;
            }

            await fresh.PutAsync(path, (await blob.DownloadContentAsync(Cancellation)).Value.Content.ToString());
            await fresh.SyncAsync(path);
            var own = new DocumentPath(healthy.Storage.Documents.Name, path).Id;
            var other = new DocumentPath(container, path).Id;
            keys.AddRange(
                (await fresh.KeysAsync())
                    .Where(key => key.StartsWith(other, StringComparison.Ordinal))
                    .Select(key => own + key[other.Length..])
            );
        }

        return [.. keys.Order(StringComparer.Ordinal)];
    }
}
