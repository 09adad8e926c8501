using EmbeddingFunctions.Local.Settings;
using EmbeddingFunctions.Local.Worker.Protocol;

namespace EmbeddingFunctions.Local.Worker;

/// <summary>Keeps one worker running: one that dies is started again, ever later when it keeps dying.</summary>
internal sealed class WorkerSupervisor : IAsyncDisposable
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    /// <summary>A worker that lived this long has not died of its start.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly WorkerGateway _gateway;
    private readonly AppSettings _settings;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private volatile TaskCompletionSource<WorkerProcess> _current = NewCurrent();

    private WorkerSupervisor(WorkerGateway gateway, AppSettings settings, ILogger logger, WorkerProcess first)
    {
        _gateway = gateway;
        _settings = settings;
        _logger = logger;
        Functions = first.Functions;
        _current.SetResult(first);
        _watching = WatchAsync(first);
    }

    /// <summary>The same for every start: they are compiled in.</summary>
    public IReadOnlyList<Function> Functions { get; }

    /// <summary>The worker, or null while there is none.</summary>
    public WorkerProcess? Current =>
        _current.Task is { IsCompletedSuccessfully: true } task && !_stop.IsCancellationRequested
            ? Completed(task)
            : null;

    /// <exception cref="LocalException">The first worker does not start: then none will.</exception>
    public static async Task<WorkerSupervisor> StartAsync(
        WorkerGateway gateway,
        AppSettings settings,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var first = await WorkerProcess.StartAsync(gateway, settings, logger, cancellationToken);
            return new WorkerSupervisor(gateway, settings, logger, first);
        }
        catch (WorkerException e)
        {
            throw new LocalException($"The functions' worker does not start: {e.Message}.", e);
        }
    }

    /// <summary>Invokes as soon as there is a worker.</summary>
    /// <exception cref="WorkerException">The function failed, or the worker went while it ran.</exception>
    public async Task InvokeAsync(InvocationRequest request, CancellationToken cancellationToken)
    {
        var worker = await _current.Task.WaitAsync(cancellationToken);
        await worker.InvokeAsync(request, cancellationToken);
    }

    /// <summary>Ends the worker, in peace if it can.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        if (_current.Task is { IsCompletedSuccessfully: true } task)
        {
            await using var worker = Completed(task);
            await worker.StopAsync(Grace);
        }
        _stop.Dispose();
    }

    private async Task WatchAsync(WorkerProcess worker)
    {
        var delay = FirstDelay;
        try
        {
            while (true)
            {
                var started = TimeProvider.System.GetTimestamp();
                var exitCode = await worker.Exited.WaitAsync(_stop.Token);
                _current = NewCurrent();
                await worker.DisposeAsync();
                delay = TimeProvider.System.GetElapsedTime(started) > Settled ? FirstDelay : delay;
                Log.WorkerDied(_logger, exitCode, delay.TotalSeconds);
                (worker, delay) = await RestartAsync(delay);
                _current.SetResult(worker);
                Log.WorkerRestarted(_logger);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Local stops
        }
    }

    private async Task<(WorkerProcess Worker, TimeSpan NextDelay)> RestartAsync(TimeSpan delay)
    {
        while (true)
        {
            await Task.Delay(delay, _stop.Token);
            delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
            try
            {
                return (await WorkerProcess.StartAsync(_gateway, _settings, _logger, _stop.Token), delay);
            }
            catch (Exception e) when (e is WorkerException or LocalException)
            {
                Log.WorkerNotStarted(_logger, e.Message, delay.TotalSeconds);
            }
        }
    }

    private static TaskCompletionSource<WorkerProcess> NewCurrent() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

#pragma warning disable RS0030, MA0042 // only called for a task that has completed
    private static WorkerProcess Completed(Task<WorkerProcess> task) => task.Result;
#pragma warning restore RS0030, MA0042
}
