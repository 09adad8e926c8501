using EmbeddingFunctions.Functions.Sync;

namespace EmbeddingFunctions.Functions.Tests.Sync;

/// <summary>What is given up rests, and comes back.</summary>
public sealed class RetriesTests(Bench bench) : IClassFixture<Bench>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lasting_failure_is_not_tried_again()
    {
        await using var worker = bench.NewWorker(bench.NewContainer());
        await worker.PutAsync("empty.txt", "");
        await worker.SyncAsync("empty.txt");

        await worker.Reconciler.ReconcileAsync(Cancellation);

        (await worker.DrainAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_given_up_comes_back_after_a_rest_that_grows()
    {
        var container = bench.NewContainer();
        await using var worker = bench.NewWorker(container);
        await worker.PutAsync("killer.txt", "It takes its worker down.");
        foreach (var rest in new[] { 5, 10, 20 })
        {
            await worker.PoisonAsync("killer.txt");
            var row = (await worker.RowAsync("killer.txt"))!;
            (row.State, row.Stage, row.Passing).ShouldBe((DocumentState.Failed, "worker", true));

            await using var early = bench.NewWorker(container, time: new Later(TimeSpan.FromMinutes(rest - 1)));
            await early.Reconciler.ReconcileAsync(Cancellation);
            (await early.TakeAsync()).ShouldBe(0, $"{rest} minutes are not over");

            await using var later = bench.NewWorker(container, time: new Later(TimeSpan.FromMinutes(rest + 1)));
            await later.Reconciler.ReconcileAsync(Cancellation);
            (await later.TakeAsync()).ShouldBe(1, $"{rest} minutes are over");
        }

        await worker.SyncAsync("killer.txt");
        var indexed = (await worker.RowAsync("killer.txt"))!;
        (indexed.State, indexed.Reason, indexed.GivenUp).ShouldBe((DocumentState.Indexed, "", 0));
    }

    [Fact]
    public async Task A_changed_document_that_died_beside_a_killer_is_indexed_in_the_end()
    {
        var container = bench.NewContainer();
        await using var worker = bench.NewWorker(container);
        await worker.PutAsync("bystander.txt", "Old text.");
        await worker.SyncAsync("bystander.txt");
        await worker.PutAsync("bystander.txt", "New text.");
        await worker.PoisonAsync("bystander.txt");
        (await worker.RowAsync("bystander.txt"))!.State.ShouldBe(DocumentState.Failed);

        await using var later = bench.NewWorker(container, time: new Later(TimeSpan.FromMinutes(6)));
        await later.Reconciler.ReconcileAsync(Cancellation);

        (await later.DrainAsync()).ShouldBe(["bystander.txt"]);
        (await later.RowAsync("bystander.txt"))!.State.ShouldBe(DocumentState.Indexed);
    }

    [Fact]
    public async Task A_late_poison_message_does_not_touch_what_is_settled()
    {
        await using var worker = bench.NewWorker(bench.NewContainer());
        await worker.PutAsync("a.txt", "Some text.");
        await worker.SyncAsync("a.txt");
        await worker.PutAsync("gone.txt", "Some text.");
        await worker.SyncAsync("gone.txt");
        await worker.DeleteAsync("gone.txt");
        await worker.SyncAsync("gone.txt");

        foreach (var path in new[] { "a.txt", "gone.txt", "never.txt" })
        {
            await worker.PoisonAsync(path);
        }

        (await worker.RowAsync("a.txt"))!.State.ShouldBe(DocumentState.Indexed);
        (await worker.RowAsync("gone.txt"))!.State.ShouldBe(DocumentState.Removed);
        (await worker.RowAsync("never.txt")).ShouldBeNull();
    }
}
