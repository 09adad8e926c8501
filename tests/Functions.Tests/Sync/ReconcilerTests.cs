using EmbeddingFunctions.Functions.Sync;

namespace EmbeddingFunctions.Functions.Tests.Sync;

/// <summary>One Reconcile repairs whatever was missed.</summary>
public sealed class ReconcilerTests(Bench bench) : IClassFixture<Bench>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lost_events_of_every_kind_are_made_up_for()
    {
        await using var worker = bench.NewWorker(bench.NewContainer());
        foreach (var name in new[] { "same.txt", "changed.txt", "gone.txt" })
        {
            await worker.PutAsync(name, $"First text of {name}.");
            await worker.SyncAsync(name);
        }

        await worker.PutAsync("new.txt", "Never announced.");
        await worker.PutAsync("changed.txt", "Second text.");
        await worker.DeleteAsync("gone.txt");

        await worker.Reconciler.ReconcileAsync(Cancellation);

        (await worker.DrainAsync()).ShouldBe(["new.txt", "changed.txt", "gone.txt"], ignoreOrder: true);
        (await worker.RowAsync("new.txt"))!.State.ShouldBe(DocumentState.Indexed);
        (await worker.RowAsync("gone.txt"))!.State.ShouldBe(DocumentState.Removed);
        (await worker.KeysAsync()).Length.ShouldBe(3);

        await worker.Reconciler.ReconcileAsync(Cancellation);
        (await worker.DrainAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_document_under_way_is_not_put_on_the_queue_a_second_time()
    {
        await using var worker = bench.NewWorker(bench.NewContainer());
        await worker.PutAsync("new.txt", "Never announced.");

        await worker.Reconciler.ReconcileAsync(Cancellation);
        await worker.Reconciler.ReconcileAsync(Cancellation);

        (await worker.DrainAsync()).ShouldBe(["new.txt"]);
    }

    [Fact]
    public async Task An_index_that_was_dropped_is_filled_again()
    {
        var container = bench.NewContainer();
        await using (var worker = bench.NewWorker(container))
        {
            await worker.PutAsync("a.txt", "First text.");
            await worker.PutAsync("b.txt", "Second text.");
            await worker.SyncAsync("a.txt");
            await worker.SyncAsync("b.txt");
            await worker.Search.Indexes.DeleteIndexAsync(container, Cancellation);
        }

        await using var later = bench.NewWorker(container, time: new Later(TimeSpan.FromMinutes(2)));
        await later.Reconciler.ReconcileAsync(Cancellation);

        (await later.DrainAsync()).ShouldBe(["a.txt", "b.txt"], ignoreOrder: true);
        (await later.KeysAsync()).Length.ShouldBe(2);
    }

    [Fact]
    public async Task What_a_paused_worker_wrote_over_its_successor_is_taken_away()
    {
        var container = bench.NewContainer();
        await using var successor = bench.NewWorker(container);
        await successor.PutAsync("a.txt", "Old text of the paused worker.");
        var reached = new TaskCompletionSource();
        var resume = new TaskCompletionSource();
        var pause = new Faults
        {
            Before = async (_, address) =>
            {
                if (address.AbsolutePath.EndsWith("search.index", StringComparison.Ordinal))
                {
                    reached.TrySetResult();
                    await resume.Task;
                }
            },
        };
        await using var paused = bench.NewWorker(container, pause);
        var old = paused.SyncAsync("a.txt");
        await reached.Task.WaitAsync(Cancellation);

        await successor.PutAsync("a.txt", "New text.");
        await successor.ClaimRunsOutAsync("a.txt");
        (await successor.SyncAsync("a.txt")).ShouldBeTrue();
        var expected = await successor.KeysAsync();
        resume.SetResult();
        await old;
        (await successor.KeysAsync()).Length.ShouldBe(expected.Length + 1, "the late write should have left a ghost");

        await using var later = bench.NewWorker(container, time: new Later(TimeSpan.FromMinutes(2)));
        await later.Reconciler.ReconcileAsync(Cancellation);
        await later.DrainAsync();

        (await later.KeysAsync()).ShouldBe(expected);
    }

    [Fact]
    public async Task A_failure_that_may_pass_is_tried_again_and_a_lasting_one_is_not()
    {
        await using var worker = bench.NewWorker(bench.NewContainer());
        await worker.PutAsync("empty.txt", "");
        await worker.SyncAsync("empty.txt");
        await worker.PutAsync("given-up.txt", "Its tries were used up while search was down.");
        await worker.Functions.RecordPoisonAsync(
            new SyncRequest(worker.Storage.Documents.Name, "given-up.txt", Attempt: 8).ToMessage().ToString(),
            Cancellation
        );
        var row = (await worker.RowAsync("given-up.txt"))!;
        row.State.ShouldBe(DocumentState.Failed);
        row.Reason.ShouldNotBeEmpty();

        await worker.Reconciler.ReconcileAsync(Cancellation);

        (await worker.DrainAsync()).ShouldNotContain("empty.txt");
    }

    /// <summary>A clock that is ahead.</summary>
    private sealed class Later(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
