using System.Collections.Concurrent;

namespace EmbeddingFunctions.Embeddings.Running;

/// <summary>
/// The threads that run texts, and whose turn it is. A call stands in its line once, however many texts it has, and goes
/// to the line's end after each text: calls share the threads evenly and none starves. Documents and queries have lines
/// and threads of their own, since a run cannot be interrupted: a query never waits for a document. A line that is full
/// makes further calls wait before it, and lets in the one that came first.
/// </summary>
internal sealed class RunQueue : IDisposable
{
    private readonly Line _documents;
    private readonly Line _queries;

    public RunQueue(EmbeddingModelOptions options)
    {
        _ = options.Checked();
        _documents = new Line(options.Concurrency, options.QueueLength, ThreadPriority.BelowNormal);
        _queries = new Line(options.QueryConcurrency, options.QueueLength, ThreadPriority.Normal);
    }

    /// <summary>Runs indexes 0 to <paramref name="count"/> - 1. The first that fails fails the call, and the rest is not run.</summary>
    public Task RunAsync(InputType line, int count, Action<int> run, CancellationToken cancellationToken) =>
        (line == InputType.Query ? _queries : _documents).RunAsync(count, run, cancellationToken);

    /// <summary>Runs that have begun end; calls that wait fail with ObjectDisposedException.</summary>
    public void Dispose()
    {
        _documents.Dispose();
        _queries.Dispose();
    }

    private sealed class Line : IDisposable
    {
        private readonly BlockingCollection<RunCall> _calls = [];
        private readonly SemaphoreSlim _room;

        public Line(int slots, int length, ThreadPriority priority)
        {
            _room = new SemaphoreSlim(length);
            for (var slot = 0; slot < (slots == 0 ? Environment.ProcessorCount : slots); slot++)
            {
                // Not the thread pool: it has as many threads as cores, and runs that fill it would hold up everything else.
                new Thread(() => Work(priority)) { IsBackground = true, Name = "embedding" }.Start();
            }
        }

        public async Task RunAsync(int count, Action<int> run, CancellationToken cancellationToken)
        {
            await _room.WaitAsync(cancellationToken);
            var call = new RunCall(count, run, cancellationToken);
            Enqueue(call);
            await call.Completion;
        }

        // Those before the line are let in and find it closed.
        public void Dispose() => _calls.CompleteAdding();

        private void Work(ThreadPriority priority)
        {
            OwnPriority.Set(priority);
            foreach (var call in _calls.GetConsumingEnumerable(CancellationToken.None))
            {
                if (call.TryTake(out var index))
                {
                    Enqueue(call);
                    call.Run(index);
                }
                else
                {
                    _ = _room.Release();
                }
            }
        }

        private void Enqueue(RunCall call)
        {
            try
            {
                _calls.Add(call, CancellationToken.None);
            }
            catch (InvalidOperationException)
            {
                call.Abandon(new ObjectDisposedException(nameof(EmbeddingModel)));
                _ = _room.Release();
            }
        }
    }
}
