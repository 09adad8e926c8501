using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.Models;
using EmbeddingFunctions.Functions.Tests.Sync;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmbeddingFunctions.Functions.Tests.Models;

/// <summary>Health says whether the app can work, why not, and that it can again.</summary>
public sealed class WarmupTests(Bench bench) : IClassFixture<Bench>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_index_of_another_model_is_said_until_it_is_gone()
    {
        var container = bench.NewContainer();
        await using (var other = bench.NewWorker(container))
        {
            await other.Index.EnsureAsync(Cancellation);
        }

        var settings = new Dictionary<string, string> { ["Models:Default"] = "bge-small-zh-v1.5" };
        await using var worker = bench.NewWorker(container, settings: settings);
        await ShouldFailUntilAsync(
            worker,
            reason =>
            {
                reason.ShouldContain("'all-MiniLM-L6-v2-384'");
                reason.ShouldContain("'bge-small-zh-v1.5-512'");
                reason.ShouldContain("Search__Index");
                reason.ShouldContain("delete the index");
            },
            () => worker.Search.Indexes.DeleteIndexAsync(container, Cancellation)
        );
    }

    [Fact]
    public async Task A_search_service_that_is_away_is_said_until_it_is_back()
    {
        var away = true;
        var faults = new Faults
        {
            Before = (_, _) =>
                away
                    ? Task.FromException(new Azure.RequestFailedException(0, "Refused.\nLong text."))
                    : Task.CompletedTask,
        };
        await using var worker = bench.NewWorker(bench.NewContainer(), faults);
        await ShouldFailUntilAsync(
            worker,
            reason => reason.ShouldBe("The search service cannot be used: Refused."),
            () =>
            {
                away = false;
                return Task.CompletedTask;
            }
        );
    }

    private static async Task ShouldFailUntilAsync(Worker worker, Action<string> check, Func<Task> mend)
    {
        var time = new FakeTimeProvider();
        using var warmup = new Warmup(
            worker.Get<ModelCatalog>(),
            worker.Get<ModelSettings>(),
            worker.Index,
            new Started(),
            time,
            NullLogger<Warmup>.Instance
        );
        warmup.Readiness.ShouldBe(new Readiness("live", null));
        await warmup.StartAsync(Cancellation);
        await UntilAsync(time, () => warmup.Readiness.Status == "failed");
        var reason = warmup.Readiness.Reason.ShouldNotBeNull();
        reason.ShouldNotContain("\n");
        check(reason);

        await mend();
        await UntilAsync(time, () => warmup.Readiness.Status == "ready");
        warmup.Readiness.Reason.ShouldBeNull();
        await warmup.StopAsync(Cancellation);
    }

    /// <summary>Lets time pass for the app until something holds.</summary>
    private static async Task UntilAsync(FakeTimeProvider time, Func<bool> holds)
    {
        while (!holds())
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10, Cancellation);
        }
    }

    private sealed class Started : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => new(canceled: true);
        public CancellationToken ApplicationStopping => CancellationToken.None;
        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => throw new NotSupportedException();
    }
}
