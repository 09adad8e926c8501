using Azure.Storage.Blobs;
using EmbeddingFunctions.Functions.Configuration;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace EmbeddingFunctions.Functions.Sync;

/// <summary>The triggers. All say only "look at this document".</summary>
internal sealed class SyncFunctions(
    DocumentSync sync,
    SyncQueue queue,
    Reconciler reconciler,
    Ledger ledger,
    SyncSettings settings,
    ILogger<SyncFunctions> logger
)
{
    /// <summary>How soon a document that another worker has is looked at again.</summary>
    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(5);

    /// <summary>A message of Event Grid, of Local's blob proxy, or of our own.</summary>
    [Function("SyncBlob")]
    public Task SyncBlobAsync(
        [QueueTrigger("%Sync:Queue%", Connection = StorageAccount.Connection)] string message,
        CancellationToken cancellationToken
    ) => RunAsync(SyncRequest.Parse(message), cancellationToken);

    /// <summary>The polling trigger, where there are no events. It sees no deletions; Reconcile does.</summary>
    [Function("IndexBlob")]
    public Task IndexBlobAsync(
        [BlobTrigger("%Sync:Container%/{name}", Connection = StorageAccount.Connection)] BlobClient blob,
        CancellationToken cancellationToken
    ) => RunAsync(new SyncRequest(blob.BlobContainerName, blob.Name), cancellationToken);

    /// <summary>Repairs what events missed.</summary>
    [Function("Reconcile")]
    public Task ReconcileAsync(
        [TimerTrigger("%Sync:ReconcileSchedule%")] TimerInfo timer,
        CancellationToken cancellationToken
    ) => reconciler.ReconcileAsync(cancellationToken);

    /// <summary>Writes down what was given up, or what took its worker down each time it was tried.</summary>
    [Function("RecordPoison")]
    public async Task RecordPoisonAsync(
        [QueueTrigger("%Sync:Queue%-poison", Connection = StorageAccount.Connection)] string message,
        CancellationToken cancellationToken
    )
    {
        SyncRequest request;
        try
        {
            request = SyncRequest.Parse(message);
        }
        catch (FormatException e)
        {
            Log.PoisonNotUnderstood(logger, e.Message);
            return;
        }

        var row =
            await ledger.FindAsync(request.Document, cancellationToken)
            ?? new LedgerRow { Document = request.Document, State = DocumentState.Pending };
        if (row.Settled)
        {
            return;
        }

        var gaveReason = row.Reason.Length > 0;
        row = row with
        {
            State = DocumentState.Failed,
            Passing = gaveReason,
            Stage = gaveReason ? row.Stage : Stages.Worker,
            Reason = gaveReason ? row.Reason : "The worker stopped each time it was tried.",
        };
        await ledger.WriteAsync(row, cancellationToken);
        Log.GivenUp(logger, row.Document, row.Stage, row.Attempts, row.Reason);
    }

    private async Task RunAsync(SyncRequest request, CancellationToken cancellationToken)
    {
        if (request.Container != settings.Container)
        {
            Log.ForeignContainer(logger, request.Container, settings.Container);
            return;
        }

        try
        {
            if (!await sync.SyncAsync(request, cancellationToken))
            {
                Log.Busy(logger, request.Document, BusyPause);
                await queue.SendAsync(request, BusyPause, cancellationToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await AgainAsync(request with { Attempt = request.Attempt + 1 }, e, cancellationToken);
        }
    }

    /// <summary>
    /// The queue's own retries come at one fixed pause; a service that is down for an hour needs growing ones. If the queue
    /// cannot be written either, the exception goes to the host, whose retries then apply.
    /// </summary>
    private async Task AgainAsync(SyncRequest request, Exception reason, CancellationToken cancellationToken)
    {
        if (request.Attempt >= settings.MaxAttempts)
        {
            await queue.GiveUpAsync(request, cancellationToken);
            return;
        }

        var pause = Pause(request.Attempt);
        Log.WillRetry(logger, request.Document, request.Attempt, pause, DocumentSync.Reason(reason));
        await queue.SendAsync(request, pause, cancellationToken);
    }

    /// <summary>Pause after the n-th failure: the first pause, doubled n-1 times, up to the longest.</summary>
    private TimeSpan Pause(int attempt)
    {
        var factor = Math.Pow(2, Math.Min(attempt - 1, 30));
        return TimeSpan.FromSeconds(
            Math.Min(settings.FirstPause.TotalSeconds * factor, settings.LongestPause.TotalSeconds)
        );
    }
}
