using Azure.Storage.Blobs.Models;
using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.Index;
using Microsoft.Extensions.Logging;

namespace EmbeddingFunctions.Functions.Sync;

/// <summary>
/// Compares the container, the ledger and the index, and puts every document on the queue about which they disagree. Repairs lost
/// events, workers that died, and an index that lost or kept what it should not.
/// </summary>
internal sealed class Reconciler(
    StorageAccount storage,
    Ledger ledger,
    ChunkIndex index,
    DocumentChunks chunks,
    SyncQueue queue,
    SyncSettings settings,
    TimeProvider time,
    ILogger<Reconciler> logger
)
{
    /// <summary>The index may show a write late: what is younger is not compared with it.</summary>
    private static readonly TimeSpan IndexLag = TimeSpan.FromMinutes(1);

    /// <summary>One pass over everything. Memory: some hundred bytes a document.</summary>
    public async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        await storage.EnsureAsync(cancellationToken);
        var rows = new Dictionary<string, LedgerRow>(StringComparer.Ordinal);
        await foreach (var row in ledger.RowsAsync(new LedgerQuery(settings.Container), cancellationToken))
        {
            rows[row.Document.Id] = row;
        }

        var (blobs, requested) = await CompareBlobsAsync(rows, cancellationToken);
        requested += await CompareIndexAsync(rows, cancellationToken);
        Log.Reconciled(logger, settings.Container, blobs, requested);
    }

    private async Task<(int Blobs, int Requested)> CompareBlobsAsync(
        Dictionary<string, LedgerRow> rows,
        CancellationToken cancellationToken
    )
    {
        var (blobs, requested) = (0, 0);
        HashSet<string> present = [];
        await foreach (var blob in storage.Documents.GetBlobsAsync(new GetBlobsOptions(), cancellationToken))
        {
            blobs++;
            var document = new DocumentPath(settings.Container, blob.Name);
            present.Add(document.Id);
            var row = rows.GetValueOrDefault(document.Id);
            if (!chunks.IsCurrent(row, blob.Properties.ETag) && !IsUnderWay(row))
            {
                await RequestAsync(document, row, force: false, cancellationToken);
                requested++;
            }
        }

        foreach (var row in rows.Values)
        {
            if (row.State != DocumentState.Removed && !present.Contains(row.Document.Id) && !IsUnderWay(row))
            {
                await RequestAsync(row.Document, row, force: false, cancellationToken);
                requested++;
            }
        }

        return (blobs, requested);
    }

    /// <summary>Counts first: keys are only listed if the sums differ.</summary>
    private async Task<int> CompareIndexAsync(Dictionary<string, LedgerRow> rows, CancellationToken cancellationToken)
    {
        var expected = rows.Values.Sum(row => (long)row.Chunks);
        if (await index.CountAsync(settings.Container, cancellationToken) == expected)
        {
            return 0;
        }

        Dictionary<string, (string Document, int Chunks)> found = [];
        await foreach (var (key, document) in index.KeysAsync(settings.Container, null, cancellationToken))
        {
            var id = key.Split('-', 2)[0];
            found[id] = (document, found.GetValueOrDefault(id).Chunks + 1);
        }

        var requested = 0;
        var settledBefore = time.GetUtcNow() - IndexLag;
        foreach (
            var row in rows.Values.Where(row =>
                (row.Settled || row.State == DocumentState.Removed) && row.Updated < settledBefore
            )
        )
        {
            if (found.GetValueOrDefault(row.Document.Id).Chunks != row.Chunks)
            {
                await RequestAsync(row.Document, row, force: true, cancellationToken);
                requested++;
            }
        }

        foreach (var (id, (document, _)) in found.Where(pair => !rows.ContainsKey(pair.Key)))
        {
            var path = new DocumentPath(settings.Container, document[(settings.Container.Length + 1)..]);
            if (path.Id == id)
            {
                await RequestAsync(path, null, force: true, cancellationToken);
                requested++;
            }
        }

        return requested;
    }

    private async Task RequestAsync(
        DocumentPath document,
        LedgerRow? row,
        bool force,
        CancellationToken cancellationToken
    )
    {
        row ??= new LedgerRow { Document = document, State = DocumentState.Pending };

        // the row first: written after the message, it could overwrite what a quick worker has already found
        await ledger.WriteAsync(row with { State = DocumentState.Pending, Stage = "" }, cancellationToken);
        await queue.SendAsync(
            new SyncRequest(document.Container, document.Path, Force: force),
            TimeSpan.Zero,
            cancellationToken
        );
    }

    /// <summary>A row that was written lately and is not settled has a message on the queue, or a worker at it.</summary>
    private bool IsUnderWay(LedgerRow? row) =>
        row is { State: DocumentState.Pending or DocumentState.Indexing }
        && row.Updated > time.GetUtcNow() - settings.StaleAfter;
}
