using EmbeddingFunctions.Embeddings.Running;

namespace EmbeddingFunctions.Embeddings.Tests;

public sealed class RunQueueTests
{
    // Milliseconds. Only a queue that is wrong comes to them: its tests would wait for ever.
    private const int Patience = 60_000;

    private static readonly TextEmbedding Nothing = new(default, 0, false);

    [Fact(Timeout = Patience)]
    public async Task A_query_does_not_wait_for_documents()
    {
        using var queue = new RunQueue(new EmbeddingModelOptions { Concurrency = 1, QueryConcurrency = 1 });
        using var documentsMayEnd = new ManualResetEventSlim();
        var documents = queue.RunAsync(
            InputType.Document,
            2,
            index => Wait(documentsMayEnd),
            TestContext.Current.CancellationToken
        );
        await queue.RunAsync(InputType.Query, 1, index => Nothing, TestContext.Current.CancellationToken);
        documents.IsCompleted.ShouldBeFalse();
        documentsMayEnd.Set();
        await documents;
    }

    [Fact(Timeout = Patience)]
    public async Task Calls_take_turns()
    {
        using var queue = new RunQueue(new EmbeddingModelOptions { Concurrency = 1 });
        using var bothAreInLine = new ManualResetEventSlim();
        var order = new List<string>();
        var first = queue.RunAsync(
            InputType.Document,
            4,
            index => Note($"first {index}"),
            TestContext.Current.CancellationToken
        );
        var second = queue.RunAsync(
            InputType.Document,
            2,
            index => Note($"second {index}"),
            TestContext.Current.CancellationToken
        );
        bothAreInLine.Set();
        await Task.WhenAll(first, second);
        order.ShouldBe(["first 0", "first 1", "second 0", "first 2", "second 1", "first 3"], ignoreOrder: true);
        order.IndexOf("second 1").ShouldBeLessThan(order.IndexOf("first 3"));

        TextEmbedding Note(string entry)
        {
            order.Add(entry);
            return Wait(bothAreInLine);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task No_more_runs_at_once_than_there_are_slots()
    {
        using var queue = new RunQueue(new EmbeddingModelOptions { Concurrency = 3 });
        var (running, most) = (0, 0);
        await queue.RunAsync(InputType.Document, 200, index => Run(), TestContext.Current.CancellationToken);
        most.ShouldBeInRange(1, 3);

        TextEmbedding Run()
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            _ = Thread.Yield();
            _ = Interlocked.Decrement(ref running);
            return Nothing;
        }
    }

    [Fact(Timeout = Patience)]
    public async Task The_first_index_that_fails_fails_the_call_and_the_rest_is_not_run()
    {
        using var queue = new RunQueue(new EmbeddingModelOptions { Concurrency = 2 });
        using var laterHasFailed = new ManualResetEventSlim();
        var runs = 0;
        var call = queue.RunAsync(InputType.Document, 1000, Run, TestContext.Current.CancellationToken);
        (await call.ShouldThrowAsync<InvalidOperationException>()).Message.ShouldBe("0");
        runs.ShouldBeLessThan(1000);

        TextEmbedding Run(int index)
        {
            _ = Interlocked.Increment(ref runs);
            if (index == 0)
            {
                laterHasFailed.Wait(TestContext.Current.CancellationToken);
            }
            else
            {
                laterHasFailed.Set();
            }

            throw new InvalidOperationException($"{index}");
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_call_that_waits_is_cancelled_without_its_turn()
    {
        using var queue = new RunQueue(new EmbeddingModelOptions { Concurrency = 1 });
        using var mayEnd = new ManualResetEventSlim();
        using var source = new CancellationTokenSource();
        var running = queue.RunAsync(
            InputType.Document,
            1,
            index => Wait(mayEnd),
            TestContext.Current.CancellationToken
        );
        var waiting = queue.RunAsync(InputType.Document, 1, index => Nothing, source.Token);
        await source.CancelAsync();
        await waiting.ShouldThrowAsync<OperationCanceledException>();
        running.IsCompleted.ShouldBeFalse();
        mayEnd.Set();
        await running;
    }

    private static TextEmbedding Wait(ManualResetEventSlim gate)
    {
        gate.Wait(TestContext.Current.CancellationToken);
        return Nothing;
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; value > seen; seen = most)
        {
            _ = Interlocked.CompareExchange(ref most, value, seen);
        }
    }
}
