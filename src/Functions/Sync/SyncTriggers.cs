using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace EmbeddingFunctions.Functions.Sync;

internal sealed class SyncTriggers(ILogger<SyncTriggers> logger)
{
    [Function("SyncBlob")]
    public void SyncBlob([QueueTrigger("%Sync:Queue%", Connection = "Documents")] BinaryData message) =>
        Log("SyncBlob", message);

    [Function("RecordPoison")]
    public void RecordPoison([QueueTrigger("%Sync:Queue%-poison", Connection = "Documents")] BinaryData message) =>
        Log("RecordPoison", message);

    [Function("IndexBlob")]
    public void IndexBlob([BlobTrigger("%Sync:Container%/{name}", Connection = "Documents")] BlobClient blob) =>
        Log("IndexBlob", blob.Name);

    [Function("Reconcile")]
    public void Reconcile([TimerTrigger("%Sync:ReconcileSchedule%")] TimerInfo timer) =>
        Log("Reconcile", timer.ScheduleStatus?.Next);

    private void Log(string function, object? argument)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            logger.LogInformation("{Function} {Argument}", function, argument);
        }
    }
}
