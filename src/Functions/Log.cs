using EmbeddingFunctions.Functions.Sync;
using Microsoft.Extensions.Logging;

namespace EmbeddingFunctions.Functions;

/// <summary>Every event that is logged. Never the content of a document or a query.</summary>
internal static partial class Log
{
    [LoggerMessage(
        1,
        LogLevel.Information,
        "{Document} is {State}: {Chunks} chunks ({Embedded} embedded, {Kept} kept, {Deleted} deleted) in {Milliseconds} ms"
    )]
    public static partial void Synced(
        ILogger logger,
        DocumentPath document,
        DocumentState state,
        int chunks,
        int embedded,
        int kept,
        int deleted,
        long milliseconds
    );

    [LoggerMessage(2, LogLevel.Information, "{Document} is {State} at stage '{Stage}': {Reason}")]
    public static partial void Unreadable(
        ILogger logger,
        DocumentPath document,
        DocumentState state,
        string stage,
        string reason
    );

    [LoggerMessage(3, LogLevel.Warning, "{Document} failed (try {Attempt}), next try in {Pause}: {Reason}")]
    public static partial void WillRetry(
        ILogger logger,
        DocumentPath document,
        int attempt,
        TimeSpan pause,
        string reason
    );

    [LoggerMessage(
        4,
        LogLevel.Error,
        "{Document} failed at stage '{Stage}' {Attempts} times and is given up until the next Reconcile: {Reason}"
    )]
    public static partial void GivenUp(
        ILogger logger,
        DocumentPath document,
        string stage,
        int attempts,
        string reason
    );

    [LoggerMessage(5, LogLevel.Debug, "{Document} is claimed by another worker; it is looked at again in {Pause}")]
    public static partial void Busy(ILogger logger, DocumentPath document, TimeSpan pause);

    [LoggerMessage(6, LogLevel.Warning, "A message of the poison queue was not understood: {Reason}")]
    public static partial void PoisonNotUnderstood(ILogger logger, string reason);

    [LoggerMessage(7, LogLevel.Debug, "Reconciled {Container}: {Blobs} blobs, {Requested} documents put on the queue")]
    public static partial void Reconciled(ILogger logger, string container, int blobs, int requested);

    [LoggerMessage(8, LogLevel.Debug, "An event of container '{Container}' was ignored; only '{Expected}' is indexed")]
    public static partial void ForeignContainer(ILogger logger, string container, string expected);

    [LoggerMessage(9, LogLevel.Information, "Ready: model {Model} is loaded, and the index is one of it")]
    public static partial void Ready(ILogger logger, string model);

    [LoggerMessage(10, LogLevel.Error, "Not ready: {Reason}")]
    public static partial void NotReady(ILogger logger, string reason);

    [LoggerMessage(12, LogLevel.Information, "Reconcile of {Container} waits: {Messages} messages are on the queue")]
    public static partial void ReconcileWaits(ILogger logger, string container, int messages);

    [LoggerMessage(14, LogLevel.Error, "{Container} is not reconciled: {Reason}")]
    public static partial void ReconcileStuck(ILogger logger, string container, string reason);

    [LoggerMessage(13, LogLevel.Warning, "That {Document} failed could not be written to the ledger: {Reason}")]
    public static partial void NotRecorded(ILogger logger, DocumentPath document, string reason);

    [LoggerMessage(11, LogLevel.Error, "{Function} failed")]
    public static partial void FunctionFailed(ILogger logger, Exception exception, string function);
}
