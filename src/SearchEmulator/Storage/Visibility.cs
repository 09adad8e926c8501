namespace EmbeddingFunctions.SearchEmulator.Storage;

/// <summary>
/// The state that searches and look-ups see: the latest one, or with a delay the latest that is old enough, as the service shows
/// writes some seconds after it acknowledged them. One thread publishes; any thread acquires.
/// </summary>
internal sealed class Visibility : IDisposable
{
    private readonly TimeSpan _delay;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closing = new();
    private Snapshot _visible;
    private Task _shown = Task.CompletedTask;

    /// <param name="delay">Zero shows everything at once.</param>
    /// <param name="time">The clock of the delay.</param>
    /// <param name="first">Visible from the start.</param>
    public Visibility(TimeSpan delay, TimeProvider time, Snapshot first)
    {
        (_delay, _time, _visible) = (delay, time, first);
        first.TryAcquire();
    }

    /// <summary>The caller disposes it. Null when the index has been closed.</summary>
    public Snapshot? Acquire()
    {
        while (!_closing.IsCancellationRequested)
        {
            var visible = Volatile.Read(ref _visible);
            if (visible.TryAcquire())
                return visible;
        }
        return null;
    }

    public void Publish(Snapshot next)
    {
        next.TryAcquire();
        if (_delay == TimeSpan.Zero)
            Show(next);
        else
            _shown = ShowLaterAsync(next, _shown, _time.GetTimestamp());
    }

    public void Dispose()
    {
        _closing.Cancel();
        _visible.Dispose();
    }

    private async Task ShowLaterAsync(Snapshot next, Task before, long published)
    {
        try
        {
            await before;
            if (_delay - _time.GetElapsedTime(published) is { Ticks: > 0 } rest)
                await Task.Delay(rest, _time, _closing.Token);
            Show(next);
        }
        catch (OperationCanceledException)
        {
            next.Dispose();
        }
    }

    private void Show(Snapshot next)
    {
        var previous = Interlocked.Exchange(ref _visible, next);
        previous.Dispose();
    }
}
