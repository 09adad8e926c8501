namespace EmbeddingFunctions.Local;

/// <summary>What has been started; disposing stops the last one first, and all of them whatever happens.</summary>
internal sealed class Parts : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _started = new();

    public T Add<T>(T part)
        where T : IAsyncDisposable
    {
        _started.Push(part);
        return part;
    }

    public async ValueTask DisposeAsync()
    {
        List<Exception> failures = [];
        while (_started.TryPop(out var part))
        {
            try
            {
                await part.DisposeAsync();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                failures.Add(e);
            }
        }
        if (failures.Count > 0)
        {
            throw new AggregateException("Stopping failed.", failures);
        }
    }
}
