namespace EmbeddingFunctions.Local;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "worker: {Line}")]
    public static partial void WorkerOutput(ILogger logger, string line);

    [LoggerMessage(Level = LogLevel.Warning, Message = "worker: {Line}")]
    public static partial void WorkerError(ILogger logger, string line);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The worker ended with exit code {ExitCode}; starting it again in {Seconds} s"
    )]
    public static partial void WorkerDied(ILogger logger, int exitCode, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "The worker is back")]
    public static partial void WorkerRestarted(ILogger logger);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The worker does not start: {Reason}; trying again in {Seconds} s"
    )]
    public static partial void WorkerNotStarted(ILogger logger, string reason, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Function} failed: {Reason}")]
    public static partial void FunctionFailed(ILogger logger, string function, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A trigger has stopped: {Reason}")]
    public static partial void TriggerStopped(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The triggers stopped with: {Reason}")]
    public static partial void TriggersStopped(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "azurite: {Line}")]
    public static partial void AzuriteOutput(ILogger logger, string line);

    [LoggerMessage(Level = LogLevel.Warning, Message = "azurite: {Line}")]
    public static partial void AzuriteError(ILogger logger, string line);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The event of a write could not be queued ({Reason}); the next Reconcile finds the blob"
    )]
    public static partial void EventLost(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} could not be mirrored yet: {Reason}")]
    public static partial void MirrorFailed(ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} is not mirrored: {Reason}")]
    public static partial void NotMirrored(ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Folder} cannot be mirrored now: {Reason}")]
    public static partial void MirrorFailing(ILogger logger, string folder, string reason);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Folder} cannot be watched, so it is looked at every {Seconds} s only: {Reason}"
    )]
    public static partial void NoWatcher(ILogger logger, string folder, double seconds, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Function} succeeded after {Elapsed}")]
    public static partial void FunctionSucceeded(ILogger logger, string function, TimeSpan elapsed);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{What} runs as process {Id}")]
    public static partial void ProcessStarted(ILogger logger, string what, int id);
}
