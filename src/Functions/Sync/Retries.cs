using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.Index;
using Microsoft.Extensions.Logging;

namespace EmbeddingFunctions.Functions.Sync;

/// <summary>When a document that could not be dealt with is looked at again, and when it is given up. Thread-safe.</summary>
internal sealed class Retries(
    SyncQueue queue,
    Ledger ledger,
    DocumentChunks chunks,
    StorageAccount storage,
    SyncSettings settings,
    ILogger<Retries> logger
)
{
    /// <summary>How soon a document that another worker has is looked at again.</summary>
    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(5);

    /// <summary>Another worker has it: that counts as no try.</summary>
    public async Task LaterAsync(SyncRequest request, CancellationToken cancellationToken)
    {
        Log.Busy(logger, request.Document, BusyPause);
        await queue.SendAsync(request, BusyPause, cancellationToken);
    }

    /// <summary>
    /// A try failed for a passing reason. The queue's own retries come at one fixed pause; a service that is down for an hour needs
    /// growing ones. If the queue cannot be written either, the exception goes to the host, whose retries then apply.
    /// </summary>
    public async Task AgainAsync(SyncRequest request, Exception reason, CancellationToken cancellationToken)
    {
        if (reason is IndexMismatchException)
        {
            // in the ledger already; Reconcile brings it back once the index fits
            return;
        }

        var next = request with { Attempt = request.Attempt + 1 };
        if (next.Attempt >= settings.MaxAttempts)
        {
            await queue.GiveUpAsync(next, cancellationToken);
            return;
        }

        var pause = new Backoff(settings.FirstPause, settings.LongestPause).After(next.Attempt);
        Log.WillRetry(logger, request.Document, next.Attempt, pause, DocumentSync.Reason(reason));
        await queue.SendAsync(next, pause, cancellationToken);
    }

    /// <summary>
    /// Writes down a document that was given up, or whose message the host gave up because the worker stopped at each try. It may
    /// have stopped for a neighbour's sake, so Reconcile tries it again, later each time.
    /// </summary>
    public async Task RecordAsync(SyncRequest request, CancellationToken cancellationToken)
    {
        if (request.Container != settings.Container)
        {
            return;
        }

        while (true)
        {
            var blob = storage.Documents.GetBlobClient(request.Path);
            var etag = (await blob.FindPropertiesAsync(cancellationToken))?.ETag;
            var known = await ledger.FindAsync(request.Document, cancellationToken);
            var isGone = etag is null && known is null or { State: DocumentState.Removed };
            if (isGone || chunks.IsCurrent(known, etag))
            {
                return;
            }

            var row = known ?? new LedgerRow { Document = request.Document, State = DocumentState.Failed };
            var hasReason = request.Attempt >= settings.MaxAttempts && row.Reason.Length > 0;
            row = row with
            {
                State = DocumentState.Failed,
                Passing = true,
                Stage = hasReason ? row.Stage : Stages.Worker,
                Reason = hasReason ? row.Reason : "The worker stopped each time it was tried.",
                GivenUp = chunks.IsOf(row, etag) ? row.GivenUp + 1 : 1,
                ETag = LedgerRow.Bare(etag),
                Recipe = chunks.Recipe,
            };
            if (await ledger.TryWriteAsync(row, cancellationToken))
            {
                Log.GivenUp(logger, row.Document, row.Stage, row.Attempts, row.Reason);
                return;
            }
        }
    }
}
