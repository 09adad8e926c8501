namespace EmbeddingFunctions.Functions.Configuration;

/// <summary>Runs a piece of set-up until it has succeeded once. Thread-safe; all callers of a run that fails see its error.</summary>
internal sealed class Once(Func<CancellationToken, Task> setUp)
{
    private Lazy<Task> _current = Fresh(setUp);

    /// <summary>Completes once the set-up has succeeded; a set-up that failed is run again.</summary>
    public Task EnsureAsync(CancellationToken cancellationToken)
    {
        var current = _current;
        if (current is { IsValueCreated: true, Value: { IsCompleted: true, IsCompletedSuccessfully: false } })
        {
            Interlocked.CompareExchange(ref _current, Fresh(setUp), current);
            current = _current;
        }

        return current.Value.WaitAsync(cancellationToken);
    }

    /// <summary>Forgets the success: what was set up has gone away.</summary>
    public void Again() => _current = Fresh(setUp);

    // one caller that gives up must not end the set-up for the others
    private static Lazy<Task> Fresh(Func<CancellationToken, Task> setUp) => new(() => setUp(CancellationToken.None));
}
