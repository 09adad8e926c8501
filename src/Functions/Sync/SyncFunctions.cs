using Azure.Storage.Blobs;
using EmbeddingFunctions.Functions.Configuration;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace EmbeddingFunctions.Functions.Sync;

/// <summary>The triggers. All say only "look at this document".</summary>
internal sealed class SyncFunctions(
    DocumentSync sync,
    Retries retries,
    Reconciler reconciler,
    SyncSettings settings,
    ILogger<SyncFunctions> logger
)
{
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

        await retries.RecordAsync(request, cancellationToken);
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
                await retries.LaterAsync(request, cancellationToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await retries.AgainAsync(request, e, cancellationToken);
        }
    }
}
