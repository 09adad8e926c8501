namespace EmbeddingFunctions.Embeddings.Running;

/// <summary>
/// A model's heavy parts (tokenizer, network) and the queue that runs them: loaded when first needed, let go when nobody
/// has needed them for a while, loaded again after that. Thread-safe.
/// </summary>
internal sealed class Engine<TParts> : IDisposable
    where TParts : class, IDisposable
{
    // A lock: loading, counting users and letting go must not overlap, and all three are rare or short.
    private readonly Lock _gate = new();
    private readonly Func<TParts> _load;
    private readonly RunQueue _queue;
    private readonly RunQueue? _ownQueue;
    private readonly TimeSpan? _unloadAfter;
    private readonly ITimer? _timer;
    private TParts? _parts;
    private int _users;
    private bool _disposed;

    /// <param name="load">Opens the parts; called again after they were let go.</param>
    /// <param name="sharedQueue">Of several models; null makes one of its own.</param>
    /// <param name="options">How the machine is used.</param>
    /// <param name="time">Says when parts have been idle for long enough.</param>
    public Engine(Func<TParts> load, RunQueue? sharedQueue, EmbeddingModelOptions options, TimeProvider time)
    {
        _load = load;
        _unloadAfter = options.UnloadAfter;
        _ownQueue = sharedQueue is null ? new RunQueue(options) : null;
        _queue = sharedQueue ?? _ownQueue!;
        _timer = _unloadAfter is null
            ? null
            : time.CreateTimer(_ => Unload(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public bool IsLoaded
    {
        get
        {
            lock (_gate)
            {
                return _parts is not null;
            }
        }
    }

    /// <summary>One result an index, in their order, from the queue's threads.</summary>
    /// <exception cref="ObjectDisposedException">The model is disposed, or is while indexes wait.</exception>
    public async Task<TResult[]> RunAsync<TResult>(
        InputType line,
        int count,
        Func<TParts, int, TResult> run,
        CancellationToken cancellationToken
    )
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), typeof(EmbeddingModel));
        cancellationToken.ThrowIfCancellationRequested();
        var results = new TResult[count];
        if (count > 0)
        {
            await _queue.RunAsync(line, count, i => results[i] = Use(parts => run(parts, i)), cancellationToken);
        }

        return results;
    }

    /// <summary>On the thread that calls.</summary>
    public TResult Use<TResult>(Func<TParts, TResult> use)
    {
        var parts = Enter();
        try
        {
            return use(parts);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>What runs comes to its end, and the last one out closes the parts, which native code may still be using.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            Close();
        }

        _ownQueue?.Dispose();
        _timer?.Dispose();
    }

    private TParts Enter()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(EmbeddingModel));
            _parts ??= _load();
            _users++;
            return _parts;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            _users--;
            if (_disposed)
            {
                Close();
            }
            else if (_users == 0 && _unloadAfter is { } idle)
            {
                _ = _timer!.Change(idle, Timeout.InfiniteTimeSpan);
            }
        }
    }

    // A use that began after the timer fired has set it anew when it ends.
    private void Unload()
    {
        lock (_gate)
        {
            Close();
        }
    }

    private void Close()
    {
        if (_users == 0)
        {
            _parts?.Dispose();
            _parts = null;
        }
    }
}
