using Azure.Search.Documents.Models;
using EmbeddingFunctions.Functions.Index;
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
    public async Task A_ghost_and_a_lost_chunk_that_even_out_are_found_once_the_keys_are_listed()
    {
        var container = bench.NewContainer();
        await using var worker = bench.NewWorker(container);
        await worker.PutAsync("a.txt", "First text.");
        await worker.SyncAsync("a.txt");
        await worker.Reconciler.ReconcileAsync(Cancellation);
        var right = await worker.KeysAsync();
        var ghost = new DocumentPath(container, "a.txt").ChunkKey("", "Never in the file.", 0);
        await worker.Index.UploadAsync([Ghost(container, "a.txt", ghost)], Cancellation);
        await worker.Index.DeleteAsync(right, Cancellation);
        (await worker.KeysAsync()).ShouldBe([ghost]);

        await using (var soon = bench.NewWorker(container, time: new Later(TimeSpan.FromMinutes(10))))
        {
            await soon.Reconciler.ReconcileAsync(Cancellation);
            (await soon.DrainAsync()).ShouldBeEmpty("the keys were listed a moment ago");
        }

        await using var later = bench.NewWorker(container, time: new Later(TimeSpan.FromHours(25)));
        await later.Reconciler.ReconcileAsync(Cancellation);
        (await later.DrainAsync()).ShouldBe(["a.txt"]);
        (await later.KeysAsync()).ShouldBe(right);
    }

    [Fact]
    public async Task Chunks_of_a_document_that_nobody_knows_are_taken_away()
    {
        var container = bench.NewContainer();
        await using var worker = bench.NewWorker(container);
        var ghost = new DocumentPath(container, "ghost.txt").ChunkKey("", "Left over.", 0);
        await worker.Index.UploadAsync([Ghost(container, "ghost.txt", ghost)], Cancellation);

        await worker.Reconciler.ReconcileAsync(Cancellation);
        await worker.DrainAsync();

        (await worker.KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_document_whose_worker_died_is_put_back_as_soon_as_its_claim_has_run_out()
    {
        var container = bench.NewContainer();
        await using var worker = bench.NewWorker(container);
        await worker.PutAsync("large.txt", Large);
        var reached = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        var faults = new Faults
        {
            Before = async (_, address) =>
            {
                if (address.AbsolutePath.EndsWith("search.index", StringComparison.Ordinal))
                {
                    reached.TrySetResult();
                    await never.Task;
                }
            },
        };
        await using var dead = bench.NewWorker(container, faults);
        _ = dead.SyncAsync("large.txt");
        await reached.Task.WaitAsync(Cancellation);
        (await worker.RowAsync("large.txt"))!.State.ShouldBe(DocumentState.Indexing);

        await worker.Reconciler.ReconcileAsync(Cancellation);
        (await worker.TakeAsync()).ShouldBe(0, "a worker is at it");

        await worker.ClaimRunsOutAsync("large.txt");
        await worker.Reconciler.ReconcileAsync(Cancellation);
        (await worker.DrainAsync()).ShouldBe(["large.txt"]);
        (await worker.RowAsync("large.txt"))!.State.ShouldBe(DocumentState.Indexed);
        never.SetException(new DeadWorkerException());
    }

    [Fact]
    public async Task A_row_that_a_worker_wrote_meanwhile_is_not_overwritten()
    {
        var container = bench.NewContainer();
        await using var worker = bench.NewWorker(container);
        await worker.PutAsync("a.txt", "Old text.");
        await worker.SyncAsync("a.txt");
        await worker.PutAsync("a.txt", "New text.");
        var faults = new Faults
        {
            // the moment after the ledger was read
            Before = async (method, address) =>
            {
                if (
                    method == "PUT"
                    && address.AbsolutePath.Contains($"{container}documents(", StringComparison.Ordinal)
                )
                {
                    await worker.SyncAsync("a.txt");
                }
            },
        };
        await using var slow = bench.NewWorker(container, faults);

        await slow.Reconciler.ReconcileAsync(Cancellation);

        (await worker.TakeAsync()).ShouldBe(0);
        (await worker.RowAsync("a.txt"))!.State.ShouldBe(DocumentState.Indexed);
    }

    [Fact]
    public async Task A_long_queue_goes_first()
    {
        await using var worker = bench.NewWorker(bench.NewContainer());
        await worker.PutAsync("a.txt", "Some text.");
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 1001),
            Cancellation,
            async (_, token) => await worker.Storage.Queue.SendMessageAsync("waits", token)
        );

        await worker.Reconciler.ReconcileAsync(Cancellation);

        (await worker.RowAsync("a.txt")).ShouldBeNull();
    }

    [Fact]
    public async Task What_is_gone_is_forgotten_after_a_week()
    {
        var container = bench.NewContainer();
        await using var worker = bench.NewWorker(container);
        await worker.PutAsync("gone.txt", "Some text.");
        await worker.SyncAsync("gone.txt");
        await worker.DeleteAsync("gone.txt");
        await worker.SyncAsync("gone.txt");

        await using (var later = bench.NewWorker(container, time: new Later(TimeSpan.FromDays(6))))
        {
            await later.Reconciler.ReconcileAsync(Cancellation);
        }

        (await worker.RowAsync("gone.txt"))!.State.ShouldBe(DocumentState.Removed);

        await using (var later = bench.NewWorker(container, time: new Later(TimeSpan.FromDays(8))))
        {
            await later.Reconciler.ReconcileAsync(Cancellation);
        }

        (await worker.RowAsync("gone.txt")).ShouldBeNull();
    }

    [Fact]
    public async Task Other_settings_of_chunks_deal_with_every_document_anew()
    {
        var container = bench.NewContainer();
        await using (var worker = bench.NewWorker(container))
        {
            await worker.PutAsync("a.txt", Large[..600]);
            await worker.SyncAsync("a.txt");
        }

        var settings = new Dictionary<string, string> { ["Chunks:MaxTokens"] = "120" };
        await using var other = bench.NewWorker(container, settings: settings);
        var before = await other.KeysAsync();
        await other.Reconciler.ReconcileAsync(Cancellation);

        (await other.DrainAsync()).ShouldBe(["a.txt"]);
        (await other.KeysAsync()).Length.ShouldBeLessThan(before.Length);
        (await other.RowAsync("a.txt"))!.Chunks.ShouldBe((await other.KeysAsync()).Length);
    }

    [Fact]
    public async Task Another_model_against_the_index_is_said_in_the_ledger_and_starts_no_storm()
    {
        var container = bench.NewContainer();
        await using (var worker = bench.NewWorker(container))
        {
            await worker.PutAsync("a.txt", "Some text.");
            await worker.SyncAsync("a.txt");
        }

        var settings = new Dictionary<string, string> { ["Models:Default"] = "bge-small-zh-v1.5" };
        await using var other = bench.NewWorker(container, settings: settings);
        await other.Reconciler.ReconcileAsync(Cancellation);
        (await other.TakeAsync()).ShouldBe(0);
        await other.Functions.SyncBlobAsync(new SyncRequest(container, "a.txt").ToMessage().ToString(), Cancellation);

        var row = (await other.RowAsync("a.txt"))!;
        (row.State, row.Stage, row.Passing, row.Chunks).ShouldBe((DocumentState.Failed, "index", true, 1));
        row.Reason.ShouldContain("all-MiniLM-L6-v2-384");
        (await other.TakeAsync()).ShouldBe(0);

        // set back, or to another index: both get all documents right
        settings["Search:Index"] = $"{container}-bge";
        await using var renamed = bench.NewWorker(container, settings: settings);
        await renamed.Reconciler.ReconcileAsync(Cancellation);
        (await renamed.DrainAsync()).ShouldBe(["a.txt"]);
        (await renamed.KeysAsync()).Length.ShouldBe(1);
    }

    private static readonly string Large = string.Join(
        "\n\n",
        Enumerable
            .Range(1, 1500)
            .Select(number => $"Entry {number}: the harbour master wrote down {number} ships and went home.")
    );

    private static SearchDocument Ghost(string container, string path, string key) =>
        new()
        {
            [Fields.Id] = key,
            [Fields.Container] = container,
            [Fields.Document] = $"{container}/{path}",
            [Fields.Content] = "ghost",
        };
}
