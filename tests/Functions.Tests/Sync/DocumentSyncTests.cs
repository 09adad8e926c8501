using Azure;
using EmbeddingFunctions.Documents;
using EmbeddingFunctions.Functions.Sync;

namespace EmbeddingFunctions.Functions.Tests.Sync;

/// <summary>The index holds what the container holds, whatever crashes, repeats or races.</summary>
public sealed class DocumentSyncTests(Bench bench) : IClassFixture<Bench>
{
    private const string Path = "报告/harbour log.txt";

    private static readonly string Long = string.Join("\n\n", Enumerable.Range(1, 12).Select(Paragraph));
    private static readonly string Short = string.Join("\n\n", new[] { 2, 5, 30 }.Select(Paragraph));

    [Fact]
    public async Task A_document_is_indexed_changed_and_removed()
    {
        await using var worker = bench.NewWorker(bench.NewContainer());
        await worker.PutAsync(Path, Long);

        (await worker.SyncAsync(Path)).ShouldBeTrue();
        var row = (await worker.RowAsync(Path)).ShouldNotBeNull();
        (row.State, row.Stage, row.Reason).ShouldBe((DocumentState.Indexed, "", ""));
        row.Model.ShouldBe("all-MiniLM-L6-v2-384");
        row.ContentHash.Length.ShouldBe(64);
        var before = await worker.KeysAsync();
        before.Length.ShouldBe(row.Chunks);
        before.Length.ShouldBeGreaterThan(5);

        await worker.PutAsync(Path, Short);
        (await worker.SyncAsync(Path)).ShouldBeTrue();
        var after = await worker.KeysAsync();
        after.Length.ShouldBe(3);
        after.Intersect(before).Count().ShouldBe(2);

        await worker.DeleteAsync(Path);
        (await worker.SyncAsync(Path)).ShouldBeTrue();
        (await worker.KeysAsync()).ShouldBeEmpty();
        (await worker.RowAsync(Path))!.State.ShouldBe(DocumentState.Removed);
    }

    [Fact]
    public async Task What_is_indexed_already_is_not_written_again()
    {
        var container = bench.NewContainer();
        await using var worker = bench.NewWorker(container);
        await worker.PutAsync(Path, Long);
        await worker.SyncAsync(Path);
        List<string> requests = [];
        var watched = new Faults { Before = (method, address) => Note(requests, $"{method} {address.AbsolutePath}") };
        await using var second = bench.NewWorker(container, watched);

        (await second.SyncAsync(Path)).ShouldBeTrue();

        requests.ShouldNotContain(request => request.Contains("search.index", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_worker_may_die_at_any_request_of_indexing(bool answerLost)
    {
        var expected = await FreshKeysAsync(Long);
        await DieEverywhereAsync(answerLost, worker => worker.PutAsync(Path, Long), expected, DocumentState.Indexed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_worker_may_die_at_any_request_of_a_change(bool answerLost)
    {
        var expected = await FreshKeysAsync(Short);
        await DieEverywhereAsync(
            answerLost,
            async worker =>
            {
                await worker.PutAsync(Path, Long);
                await worker.SyncAsync(Path);
                await worker.PutAsync(Path, Short);
            },
            expected,
            DocumentState.Indexed
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_worker_may_die_at_any_request_of_a_removal(bool answerLost) =>
        await DieEverywhereAsync(
            answerLost,
            async worker =>
            {
                await worker.PutAsync(Path, Long);
                await worker.SyncAsync(Path);
                await worker.DeleteAsync(Path);
            },
            [],
            DocumentState.Removed
        );

    [Fact]
    public async Task A_search_during_a_change_never_finds_nothing()
    {
        var container = bench.NewContainer();
        await using var observer = bench.NewWorker(container);
        await observer.PutAsync(Path, Long);
        await observer.SyncAsync(Path);
        var changed = string.Join("\n\n", Enumerable.Range(100, 12).Select(Paragraph));
        List<int> seen = [];
        var watched = new Faults { Before = async (_, _) => seen.Add((await observer.KeysAsync()).Length) };
        await using var worker = bench.NewWorker(container, watched);

        await observer.PutAsync(Path, changed);
        await worker.SyncAsync(Path);

        seen.Count.ShouldBeGreaterThan(5);
        seen.Min().ShouldBeGreaterThanOrEqualTo((await observer.KeysAsync()).Length);
    }

    [Fact]
    public async Task Two_workers_at_one_document_leave_one_consistent_set()
    {
        var container = bench.NewContainer();
        await using var one = bench.NewWorker(container);
        await using var two = bench.NewWorker(container);
        for (var round = 0; round < 5; round++)
        {
            var text = string.Join("\n\n", Enumerable.Range(round, 4 + round).Select(Paragraph));
            await one.PutAsync(Path, text);

            await Task.WhenAll(UntilDoneAsync(one), UntilDoneAsync(two), UntilDoneAsync(one), UntilDoneAsync(two));

            (await one.KeysAsync()).ShouldBe(await FreshKeysAsync(text, container));
        }
    }

    [Fact]
    public async Task A_document_that_turns_unreadable_leaves_no_ghost()
    {
        await using var worker = bench.NewWorker(bench.NewContainer());
        await worker.PutAsync(Path, Long);
        await worker.SyncAsync(Path);

        await worker.PutAsync(Path, " \n ");
        (await worker.SyncAsync(Path)).ShouldBeTrue();

        (await worker.KeysAsync()).ShouldBeEmpty();
        var row = (await worker.RowAsync(Path))!;
        (row.State, row.Stage, row.Chunks).ShouldBe((DocumentState.Skipped, "read", 0));
        row.Reason.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_document_that_took_too_long_to_read_is_tried_again_and_keeps_its_chunks()
    {
        var container = bench.NewContainer();
        await using var worker = bench.NewWorker(container);
        await worker.PutAsync(Path, Long);
        await worker.SyncAsync(Path);
        var before = await worker.KeysAsync();
        await worker.PutAsync(Path, string.Join("\n\n", Enumerable.Range(1, 20_000).Select(Paragraph)));
        var settings = new Dictionary<string, string> { ["Read:Time"] = "00:00:00" };
        await using var busy = bench.NewWorker(container, settings: settings);

        var refusal = await Should.ThrowAsync<DocumentException>(busy.SyncAsync(Path));

        refusal.Fault.ShouldBe(DocumentFault.Exhausted);
        var row = (await worker.RowAsync(Path))!;
        (row.State, row.Stage, row.Passing).ShouldBe((DocumentState.Pending, "read", true));
        (await worker.KeysAsync()).ShouldBe(before);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_search_service_that_refuses_is_said_in_the_ledger(bool isRemoved)
    {
        var container = bench.NewContainer();
        await using var worker = bench.NewWorker(container);
        await worker.PutAsync(Path, Long);
        await worker.SyncAsync(Path);
        await (isRemoved ? worker.DeleteAsync(Path) : worker.PutAsync(Path, Short));
        var faults = new Faults
        {
            Before = (_, address) =>
                address.AbsolutePath.EndsWith("search.index", StringComparison.Ordinal)
                    ? throw new RequestFailedException(403, "The key is not an admin key.")
                    : Task.CompletedTask,
        };
        await using var refused = bench.NewWorker(container, faults);

        await refused.Functions.SyncBlobAsync(
            new SyncRequest(container, Path).ToMessage().ToString(),
            TestContext.Current.CancellationToken
        );

        var row = (await worker.RowAsync(Path))!;
        (row.State, row.Stage, row.Passing, row.Attempts).ShouldBe((DocumentState.Pending, "index", true, 1));
        row.Reason.ShouldContain("admin key");
    }

    [Fact]
    public async Task An_index_that_is_deleted_under_a_running_worker_is_created_again()
    {
        var container = bench.NewContainer();
        await using var worker = bench.NewWorker(container);
        await worker.PutAsync(Path, Long);
        await worker.SyncAsync(Path);
        var keys = await worker.KeysAsync();
        await worker.Search.Indexes.DeleteIndexAsync(container, TestContext.Current.CancellationToken);

        (await worker.SyncAsync(Path, force: true)).ShouldBeTrue();

        (await worker.KeysAsync()).ShouldBe(keys);
    }

    [Fact]
    public async Task Equal_paragraphs_each_have_a_chunk()
    {
        var text = string.Join("\n\n", Enumerable.Range(0, 6).Select(_ => Paragraph(7)));
        await using var worker = bench.NewWorker(bench.NewContainer());
        await worker.PutAsync(Path, text);

        await worker.SyncAsync(Path);

        (await worker.KeysAsync()).Length.ShouldBe((await worker.RowAsync(Path))!.Chunks);
        (await worker.KeysAsync()).Length.ShouldBe(6);
    }

    /// <summary>Kills a worker at its first request, its second, … until it lives; after each death another worker cleans up.</summary>
    private async Task DieEverywhereAsync(
        bool answerLost,
        Func<Worker, Task> prepare,
        string[] expected,
        DocumentState state
    )
    {
        var container = bench.NewContainer();
        for (var step = 1; ; step++)
        {
            await using var healthy = bench.NewWorker(container);
            await prepare(healthy);
            var faults = new Faults { DiesAt = step, AnswerLost = answerLost };
            await using (var dying = bench.NewWorker(container, faults))
            {
                await DieAsync(dying);
            }

            if (!faults.Died)
            {
                step.ShouldBeGreaterThan(8);
                return;
            }

            await healthy.ClaimRunsOutAsync(Path);
            (await healthy.SyncAsync(Path)).ShouldBeTrue($"after a death at request {step}");
            (await healthy.KeysAsync()).Select(WithoutDocument).ShouldBe(expected, $"after a death at request {step}");
            (await healthy.RowAsync(Path))?.State.ShouldBe(state, $"after a death at request {step}");

            await healthy.Storage.Documents.GetBlobClient(Path).DeleteIfExistsAsync();
            await healthy.SyncAsync(Path);
            (await healthy.KeysAsync()).ShouldBeEmpty();
        }
    }

    private static async Task DieAsync(Worker dying)
    {
        try
        {
            await dying.SyncAsync(Path);
        }
        catch (Exception e) when (DeadWorkerException.IsIn(e))
        {
            // as meant
        }
    }

    private static async Task UntilDoneAsync(Worker worker)
    {
        while (!await worker.SyncAsync(Path))
        {
            await Task.Yield();
        }
    }

    /// <summary>Keys that a first run over a new container gives, less the document's own part unless it is that container.</summary>
    private async Task<string[]> FreshKeysAsync(string text, string? container = null)
    {
        var fresh = bench.NewContainer();
        await using var worker = bench.NewWorker(fresh);
        await worker.PutAsync(Path, text);
        await worker.SyncAsync(Path);
        var keys = (await worker.KeysAsync()).Select(WithoutDocument);
        return container is null ? [.. keys] : [.. keys.Select(key => $"{new DocumentPath(container, Path).Id}-{key}")];
    }

    private static string WithoutDocument(string key) => key.Split('-', 2)[1];

    private static Task Note(List<string> requests, string request)
    {
        requests.Add(request);
        return Task.CompletedTask;
    }

    private static string Paragraph(int number) =>
        $"Entry {number}. The harbour master wrote down {number} ships, {number * 3} barrels of tar and a great many ropes, "
        + "and then he closed the book and walked along the quay to the old light.";
}
