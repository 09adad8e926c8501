using System.Collections.Concurrent;

namespace EmbeddingFunctions.Embeddings.Running;

/// <summary>
/// The threads that run texts, and whose turn it is. A call stands in its line once, however many texts it has, and goes
/// to the line's end after each text: calls share the threads evenly and none starves. Documents and queries have lines
/// and threads of their own, since a run cannot be interrupted: a query never waits for a document.
/// </summary>
internal sealed class RunQueue : IDisposable
{
    private readonly BlockingCollection<RunCall> _documents = [];
    private readonly BlockingCollection<RunCall> _queries = [];

    public RunQueue(EmbeddingModelOptions options)
    {
        Start(_documents, Slots(options.Concurrency), ThreadPriority.BelowNormal);
        Start(_queries, Slots(options.QueryConcurrency), ThreadPriority.Normal);

        static int Slots(int concurrency) =>
            concurrency switch
            {
                0 => Environment.ProcessorCount,
                > 0 and <= EmbeddingModelOptions.MaxConcurrency => concurrency,
                _ => throw new ArgumentOutOfRangeException(
                    nameof(concurrency),
                    concurrency,
                    $"expected 0 to {EmbeddingModelOptions.MaxConcurrency}"
                ),
            };
    }

    /// <summary>Results in the order of the indexes. The first index that fails fails the call.</summary>
    public Task<TextEmbedding[]> RunAsync(
        InputType line,
        int count,
        Func<int, TextEmbedding> run,
        CancellationToken cancellationToken
    )
    {
        var call = new RunCall(count, run, cancellationToken);
        Enqueue(line == InputType.Query ? _queries : _documents, call);
        return call.Completion;
    }

    /// <summary>Runs that have begun end; calls that wait fail with ObjectDisposedException.</summary>
    public void Dispose()
    {
        _documents.CompleteAdding();
        _queries.CompleteAdding();
    }

    private static void Enqueue(BlockingCollection<RunCall> line, RunCall call)
    {
        try
        {
            line.Add(call, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            call.Abandon(new ObjectDisposedException(nameof(EmbeddingModel)));
        }
    }

    private static void Start(BlockingCollection<RunCall> line, int slots, ThreadPriority priority)
    {
        for (var slot = 0; slot < slots; slot++)
        {
            // Not the thread pool: it has as many threads as cores, and runs that fill it would hold up everything else.
            new Thread(() => Work(line, priority))
            {
                IsBackground = true,

                Name = "embedding",
            }.Start();
        }
    }

    private static void Work(BlockingCollection<RunCall> line, ThreadPriority priority)
    {
        OwnPriority.Set(priority);
        foreach (var call in line.GetConsumingEnumerable(CancellationToken.None))
        {
            if (call.TryTake(out var index))
            {
                Enqueue(line, call);
                call.Run(index);
            }
        }
    }
}
