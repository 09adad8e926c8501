namespace EmbeddingFunctions.Embeddings.Running;

/// <summary>The items of one call. One holder at a time takes the next index; taken ones run side by side.</summary>
internal sealed class RunCall
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<int> _run;
    private readonly int _count;
    private readonly CancellationTokenRegistration _cancellation;
    private Failure? _failure;
    private int _next;

    // Indexes that run, and one for the right to take more.
    private int _open = 1;

    public RunCall(int count, Action<int> run, CancellationToken cancellationToken)
    {
        (_count, _run) = (count, run);
        _cancellation = cancellationToken.UnsafeRegister((_, token) => _completion.TrySetCanceled(token), state: null);
    }

    public Task Completion => _completion.Task;

    /// <summary>False once all are taken, or the call has failed or been cancelled: the caller lets go of it for good.</summary>
    public bool TryTake(out int index)
    {
        index = _next;
        if (_next == _count || Volatile.Read(ref _failure) is not null || _completion.Task.IsCompleted)
        {
            Close();
            return false;
        }

        _next++;
        _ = Interlocked.Increment(ref _open);
        return true;
    }

    public void Run(int index)
    {
        try
        {
            _run(index);
        }
        catch (Exception e)
        {
            Fail(new Failure(index, e));
        }

        Close();
    }

    /// <summary>Ends a call that nobody will take from any more.</summary>
    public void Abandon(Exception reason)
    {
        Fail(new Failure(int.MaxValue, reason));
        Close();
    }

    private void Fail(Failure failure)
    {
        for (var seen = _failure; seen is null || failure.Index < seen.Index; )
        {
            var before = Interlocked.CompareExchange(ref _failure, failure, seen);
            if (ReferenceEquals(before, seen))
            {
                return;
            }

            seen = before;
        }
    }

    private void Close()
    {
        if (Interlocked.Decrement(ref _open) != 0)
        {
            return;
        }

        _ = _failure is { } failure ? _completion.TrySetException(failure.Reason) : _completion.TrySetResult();
        _cancellation.Dispose();
    }

    private sealed record Failure(int Index, Exception Reason);
}
