namespace EmbeddingFunctions.SearchEmulator;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "An index could not be written, or not repaired after that.")]
    public static partial void WriteFailed(ILogger logger, Exception exception);

    [LoggerMessage(2, LogLevel.Error, "The data folder cannot be used: {Reason}")]
    public static partial void DiskFailed(ILogger logger, string reason);

    [LoggerMessage(3, LogLevel.Error, "{Method} {Resource} failed.")]
    public static partial void RequestFailed(ILogger logger, string method, string resource, Exception exception);
}
