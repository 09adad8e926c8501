namespace EmbeddingFunctions.SearchEmulator;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "A batch could not be written; the derived data of the index is made again.")]
    public static partial void WriteFailed(ILogger logger, Exception exception);

    [LoggerMessage(2, LogLevel.Critical, "The derived data of an index could not be made again; it refuses writes.")]
    public static partial void RepairFailed(ILogger logger, Exception exception);

    [LoggerMessage(3, LogLevel.Error, "{Method} {Resource} failed.")]
    public static partial void RequestFailed(ILogger logger, string method, string resource, Exception exception);
}
