using Azure;
using Azure.Storage.Blobs;
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

    /// <summary>While more messages than this wait, most of what is not indexed yet is on its way: nothing is added to them.</summary>
    private const int MostWaiting = 1000;

    /// <summary>How long the ledger remembers a document that is gone.</summary>
    private static readonly TimeSpan RememberRemoved = TimeSpan.FromDays(7);

    /// <summary>How long a document rests that was given up so many times in a row.</summary>
    private static readonly Backoff Rest = new(TimeSpan.FromMinutes(5), TimeSpan.FromDays(1));

    /// <summary>An empty blob: when it was written, all keys of the index had been listed.</summary>
    private BlobClient Listed => storage.State.GetBlobClient("index-listed");

    /// <summary>One pass over everything. Memory: some hundred bytes a document.</summary>
    public async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        try
        {
            await index.EnsureAsync(cancellationToken);
        }
        catch (IndexMismatchException e)
        {
            // no document could be put into it
            Log.ReconcileStuck(logger, settings.Container, e.Message);
            return;
        }

        if (await queue.CountAsync(cancellationToken) is > MostWaiting and var waiting)
        {
            Log.ReconcileWaits(logger, settings.Container, waiting);
            return;
        }

        var rows = new Dictionary<string, LedgerRow>(StringComparer.Ordinal);
        await foreach (var row in ledger.RowsAsync(new LedgerQuery(settings.Container), cancellationToken))
        {
            rows[row.Document.Id] = row;
        }

        Dictionary<string, Request> requests = [];
        var blobs = await CompareBlobsAsync(rows, requests, cancellationToken);
        var listed = await CompareIndexAsync(rows, requests, cancellationToken);
        var requested = 0;
        foreach (var (row, force) in requests.Values)
        {
            requested += await queue.RequestAsync(row, force, cancellationToken) ? 1 : 0;
        }

        if (listed)
        {
            await Listed.UploadAsync(BinaryData.Empty, overwrite: true, cancellationToken);
        }

        await ForgetAsync(rows.Values, cancellationToken);
        Log.Reconciled(logger, settings.Container, blobs, requested);
    }

    private async Task<int> CompareBlobsAsync(
        Dictionary<string, LedgerRow> rows,
        Dictionary<string, Request> requests,
        CancellationToken cancellationToken
    )
    {
        var blobs = 0;
        HashSet<string> present = [];
        await foreach (var blob in storage.Documents.GetBlobsAsync(new GetBlobsOptions(), cancellationToken))
        {
            blobs++;
            var document = new DocumentPath(settings.Container, blob.Name);
            present.Add(document.Id);
            var row = rows.GetValueOrDefault(document.Id) ?? Unseen(document);
            await CompareAsync(row, blob.Properties.ETag);
        }

        foreach (var row in rows.Values.Where(row => !present.Contains(row.Document.Id)))
        {
            await CompareAsync(row, etag: null);
        }

        return blobs;

        async Task CompareAsync(LedgerRow row, ETag? etag)
        {
            var isRight = etag is null ? row.State == DocumentState.Removed : chunks.IsCurrent(row, etag);
            if (!isRight && !await IsUnderWayAsync(row, etag, cancellationToken))
            {
                requests[row.Document.Id] = new(row, Force: false);
            }
        }
    }

    private async Task<bool> IsUnderWayAsync(LedgerRow row, ETag? etag, CancellationToken cancellationToken) =>
        row.State switch
        {
            // there is a message, which may wait for its time
            DocumentState.Pending => row.Version != default && row.Updated > time.GetUtcNow() - settings.StaleAfter,

            // a worker that died keeps its message hidden for minutes, but its claim only for seconds
            DocumentState.Indexing => await Manifest.IsClaimedAsync(storage, row.Document, cancellationToken),
            DocumentState.Failed when row.Passing && chunks.IsOf(row, etag) => row.Updated
                > time.GetUtcNow() - Rest.After(row.GivenUp),
            _ => false,
        };

    /// <summary>Counts first: keys are only listed if the sums differ, or if that was last done long ago.</summary>
    /// <returns>True if they were.</returns>
    private async Task<bool> CompareIndexAsync(
        Dictionary<string, LedgerRow> rows,
        Dictionary<string, Request> requests,
        CancellationToken cancellationToken
    )
    {
        var expected = rows.Values.Sum(row => (long)row.Chunks);
        if (
            await index.CountAsync(settings.Container, cancellationToken) == expected
            && (await Listed.FindPropertiesAsync(cancellationToken))?.LastModified
                > time.GetUtcNow() - settings.ListIndexEvery
        )
        {
            return false;
        }

        Dictionary<string, Found> found = [];
        await foreach (var (key, document) in index.KeysAsync(settings.Container, null, cancellationToken))
        {
            var id = key.Split('-', 2)[0];
            var before = found.GetValueOrDefault(id);
            found[id] = new(document, before.Chunks + 1, unchecked(before.KeySum + DocumentPath.KeySum(key)));
        }

        var settledBefore = time.GetUtcNow() - IndexLag;
        foreach (var row in rows.Values.Where(IsComparable))
        {
            var (_, count, keySum) = found.GetValueOrDefault(row.Document.Id);
            if (count != row.Chunks || keySum != row.KeySum)
            {
                requests[row.Document.Id] = new(row, Force: true);
            }
        }

        foreach (var (id, (document, _, _)) in found.Where(pair => !rows.ContainsKey(pair.Key)))
        {
            var path = new DocumentPath(settings.Container, document[(settings.Container.Length + 1)..]);
            if (path.Id == id)
            {
                requests[id] = new(Unseen(path), Force: true);
            }
        }

        return true;

        bool IsComparable(LedgerRow row) =>
            (row.Settled || row.State == DocumentState.Removed) && row.Updated < settledBefore;
    }

    private async Task ForgetAsync(IEnumerable<LedgerRow> rows, CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - RememberRemoved;
        foreach (var row in rows.Where(row => row.State == DocumentState.Removed && row.Updated < before))
        {
            await Manifest.DeleteEmptyAsync(storage, row.Document, cancellationToken);
            await ledger.ForgetAsync(row, cancellationToken);
        }
    }

    private static LedgerRow Unseen(DocumentPath document) =>
        new() { Document = document, State = DocumentState.Pending };

    /// <param name="Row">The document as the ledger has it.</param>
    /// <param name="Force">True if the index is not what the ledger says it is.</param>
    private readonly record struct Request(LedgerRow Row, bool Force);

    /// <summary>What the index has of a document.</summary>
    private readonly record struct Found(string Document, int Chunks, long KeySum);
}
