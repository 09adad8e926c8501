using EmbeddingFunctions.Embeddings.Running;

namespace EmbeddingFunctions.Embeddings.Tests.Running;

public sealed class RunQueueTests
{
    // Milliseconds. Only a queue that is wrong comes to them: its tests would wait for ever.
    private const int Patience = 60_000;

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
        await queue.RunAsync(InputType.Query, 1, index => { }, TestContext.Current.CancellationToken);
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

        void Note(string entry)
        {
            order.Add(entry);
            Wait(bothAreInLine);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task No_more_runs_at_once_than_there_are_slots()
    {
        using var queue = new RunQueue(new EmbeddingModelOptions { Concurrency = 3 });
        var (running, most) = (0, 0);
        await queue.RunAsync(InputType.Document, 200, index => Run(), TestContext.Current.CancellationToken);
        most.ShouldBeInRange(1, 3);

        void Run()
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            _ = Thread.Yield();
            _ = Interlocked.Decrement(ref running);
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

        void Run(int index)
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
        var waiting = queue.RunAsync(InputType.Document, 1, index => { }, source.Token);
        await source.CancelAsync();
        await waiting.ShouldThrowAsync<OperationCanceledException>();
        running.IsCompleted.ShouldBeFalse();
        mayEnd.Set();
        await running;
    }

    [Fact(Timeout = Patience)]
    public async Task A_full_line_makes_further_calls_wait_before_it_and_they_can_be_cancelled()
    {
        using var queue = new RunQueue(new EmbeddingModelOptions { Concurrency = 1, QueueLength = 2 });
        using var mayEnd = new ManualResetEventSlim();
        using var source = new CancellationTokenSource();
        var token = TestContext.Current.CancellationToken;
        var order = new List<int>();
        var inLine = Enumerable
            .Range(0, 2)
            .Select(call => queue.RunAsync(InputType.Document, 1, _ => Note(call), token))
            .ToList();
        var cancelled = queue.RunAsync(InputType.Document, 1, _ => Note(2), source.Token);
        var before = Enumerable
            .Range(3, 3)
            .Select(call => queue.RunAsync(InputType.Document, 1, _ => Note(call), token))
            .ToList();
        await queue.RunAsync(InputType.Query, 1, _ => { }, token);
        await source.CancelAsync();
        await cancelled.ShouldThrowAsync<OperationCanceledException>();
        mayEnd.Set();
        await Task.WhenAll([.. inLine, .. before]);
        order.Order().ShouldBe([0, 1, 3, 4, 5]);
        (order[0], order[1], order[4]).ShouldBe((0, 1, 5));

        void Note(int call)
        {
            Wait(mayEnd);
            order.Add(call);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task Calls_before_a_full_line_fail_when_the_queue_is_disposed()
    {
        using var mayEnd = new ManualResetEventSlim();
        var token = TestContext.Current.CancellationToken;
        var queue = new RunQueue(new EmbeddingModelOptions { Concurrency = 1, QueueLength = 1 });
        using var hasBegun = new ManualResetEventSlim();
        var running = queue.RunAsync(InputType.Document, 1, _ => Begin(), token);
        var before = queue.RunAsync(InputType.Document, 1, _ => { }, token);
        while (!hasBegun.IsSet)
        {
            await Task.Yield();
        }

        queue.Dispose();
        mayEnd.Set();
        await before.ShouldThrowAsync<ObjectDisposedException>();
        await running;

        void Begin()
        {
            hasBegun.Set();
            Wait(mayEnd);
        }
    }

    private static void Wait(ManualResetEventSlim gate) => gate.Wait(TestContext.Current.CancellationToken);

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; value > seen; seen = most)
        {
            _ = Interlocked.CompareExchange(ref most, value, seen);
        }
    }
}
