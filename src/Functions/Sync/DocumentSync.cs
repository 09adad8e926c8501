using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using EmbeddingFunctions.Documents;
using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.Index;
using Microsoft.Extensions.Logging;

namespace EmbeddingFunctions.Functions.Sync;

/// <summary>
/// Makes the index hold exactly the chunks of one document as its blob is now. Idempotent: any number of calls, in any order,
/// at once or after a crash, end in the same index.
/// </summary>
internal sealed class DocumentSync(
    StorageAccount storage,
    Ledger ledger,
    ChunkIndex index,
    DocumentChunks chunks,
    SyncSettings settings,
    TimeProvider time,
    ILogger<DocumentSync> logger
)
{
    /// <summary>Rounds for a blob that is written again while it is being indexed, before the queue gets it back.</summary>
    private const int Rounds = 3;

    /// <summary>A blob up to this size is done before anybody could read in the ledger that it is being worked on.</summary>
    private const long SmallBytes = 64 * 1024;

    private static readonly TimeSpan QuickLook = TimeSpan.FromSeconds(5);

    /// <summary>Looks at the document and does what is needed.</summary>
    /// <returns>False if it is to be looked at again soon: another worker has it, or its blob keeps changing.</returns>
    public async Task<bool> SyncAsync(SyncRequest request, CancellationToken cancellationToken)
    {
        await using var manifest = await Manifest.TryClaimAsync(
            storage,
            request.Document,
            settings.ClaimFor,
            time,
            cancellationToken
        );
        if (manifest is null)
        {
            return false;
        }

        using var claimed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, manifest.Lost);
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                if (await LookAsync(request, manifest, claimed.Token))
                {
                    return true;
                }
            }

            return false;
        }
        catch (ClaimLostException)
        {
            return false;
        }
        catch (OperationCanceledException) when (manifest.Lost.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>One look. False if the blob was written meanwhile.</summary>
    private async Task<bool> LookAsync(SyncRequest request, Manifest manifest, CancellationToken cancellationToken)
    {
        var blob = storage.Documents.GetBlobClient(request.Path);
        using var download = await OpenAsync(blob, cancellationToken);

        // a document that never had a manifest was never indexed
        var known =
            manifest.IsNew && download is not null ? null : await ledger.FindAsync(request.Document, cancellationToken);
        var etag = LedgerRow.Bare(download?.Details.ETag);
        var run = new SyncRun(request, manifest, known, etag, chunks.Recipe, ledger, time);
        if (!request.Force && chunks.IsCurrent(known, download?.Details.ETag))
        {
            return true;
        }

        try
        {
            if (download is null)
            {
                await RemoveAsync(run, cancellationToken);
                return true;
            }

            await IndexOrSettleAsync(run, download, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412 && run.Stage == Stages.Read)
        {
            return false;
        }
        catch (Exception e) when (e is not OperationCanceledException and not ClaimLostException)
        {
            await RecordFailureAsync(run, e, cancellationToken);
            throw;
        }

        return IsQuick(run) || (await blob.FindPropertiesAsync(cancellationToken))?.ETag == download.Details.ETag;
    }

    private async Task IndexOrSettleAsync(
        SyncRun run,
        BlobDownloadStreamingResult download,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await IndexAsync(run, download, cancellationToken);
        }
        catch (DocumentException e) when (e.Fault != DocumentFault.Exhausted)
        {
            await SettleAsync(run, e, cancellationToken);
        }
    }

    private async Task IndexAsync(
        SyncRun run,
        BlobDownloadStreamingResult download,
        CancellationToken cancellationToken
    )
    {
        // nothing is read or embedded for an index that cannot take it
        await ReachIndexAsync(run, cancellationToken);

        run.Stage = Stages.Read;
        var isLarge = download.Details.ContentLength > SmallBytes;
        if (isLarge)
        {
            await run.WriteAsync(run.Row(DocumentState.Indexing), cancellationToken);
        }

        var source = await chunks.ReadAsync(run.Request.Document, download, cancellationToken);
        run.ContentHash = source.ContentHash;

        run.Stage = Stages.Chunk;
        var cut = await chunks.CutAsync(source, cancellationToken);
        var wanted = cut.Select(chunk => chunk.Key).ToHashSet();

        run.Stage = Stages.Index;
        var old = await OldKeysAsync(run, cancellationToken);
        if (!wanted.SetEquals(old))
        {
            await run.Manifest.WriteAsync(old.Union(wanted), cancellationToken);
        }

        var kept = await MergeAsync(run, cut.Where(chunk => old.Contains(chunk.Key)), cancellationToken);

        run.Stage = Stages.Embed;
        if (isLarge)
        {
            await run.WriteAsync(run.Row(DocumentState.Indexing), cancellationToken);
        }

        var added = await EmbedAsync(run, cut.Where(chunk => !kept.Contains(chunk.Key)), cancellationToken);

        // only now: a search finds the old text or the new one, but never nothing
        run.Stage = Stages.Index;
        var unwanted = old.Except(wanted).ToList();
        if (unwanted.Count > 0)
        {
            await run.Manifest.AssertHeldAsync(cancellationToken);
            await index.DeleteAsync(unwanted, cancellationToken);
            await run.Manifest.WriteAsync(wanted, cancellationToken);
        }

        run.Stage = "";
        var row = run.Row(DocumentState.Indexed) with
        {
            Model = chunks.Stamp,
            Chunks = wanted.Count,
            KeySum = DocumentPath.KeySum(wanted),
            GivenUp = 0,
        };
        await run.WriteAsync(row, cancellationToken);
        Log.Synced(logger, run.Request.Document, row.State, row.Chunks, added, kept.Count, unwanted.Count, row.TookMs);
    }

    /// <summary>
    /// Renews what may have changed about chunks that the manifest has. Returns the keys that are in the index: the manifest names
    /// some that never got there.
    /// </summary>
    private async Task<HashSet<string>> MergeAsync(
        SyncRun run,
        IEnumerable<KeyedChunk> known,
        CancellationToken cancellationToken
    )
    {
        HashSet<string> kept = [];
        await run.Manifest.AssertHeldAsync(cancellationToken);
        var merges = known.Select(chunk =>
        {
            kept.Add(chunk.Key);
            return chunk.ToMerge();
        });
        kept.ExceptWith(await index.MergeAsync(merges, cancellationToken));
        return kept;
    }

    private async Task<int> EmbedAsync(SyncRun run, IEnumerable<KeyedChunk> added, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var batch in chunks.EmbedAsync(added, cancellationToken))
        {
            run.Stage = Stages.Index;
            await run.Manifest.AssertHeldAsync(cancellationToken);
            await index.UploadAsync(batch, cancellationToken);
            count += batch.Count;
            run.Stage = Stages.Embed;
        }

        return count;
    }

    private async Task RemoveAsync(SyncRun run, CancellationToken cancellationToken)
    {
        await ReachIndexAsync(run, cancellationToken);
        var deleted = await ClearAsync(run, cancellationToken);
        run.Stage = "";
        if (run.Known is { State: not DocumentState.Removed } || deleted > 0)
        {
            var row = run.Row(DocumentState.Removed) with { Chunks = 0, KeySum = 0 };
            await run.WriteAsync(row, cancellationToken);
            Log.Synced(logger, run.Request.Document, row.State, 0, 0, 0, deleted, row.TookMs);
        }

        // last: with it the claim ends, and another worker may find the document put again
        await run.Manifest.DeleteAsync(cancellationToken);
    }

    private Task ReachIndexAsync(SyncRun run, CancellationToken cancellationToken)
    {
        run.Stage = Stages.Index;
        return index.EnsureAsync(cancellationToken);
    }

    /// <summary>Takes every chunk of the document out of the index.</summary>
    private async Task<int> ClearAsync(SyncRun run, CancellationToken cancellationToken)
    {
        var old = await OldKeysAsync(run, cancellationToken);
        if (old.Count > 0)
        {
            await run.Manifest.AssertHeldAsync(cancellationToken);
            await index.DeleteAsync(old, cancellationToken);
            await run.Manifest.WriteAsync([], cancellationToken);
        }

        return old.Count;
    }

    private async Task SettleAsync(SyncRun run, DocumentException reason, CancellationToken cancellationToken)
    {
        // what was indexed of an older version of it is not what the container holds now
        var stage = run.Stage;
        run.Stage = Stages.Index;
        await ClearAsync(run, cancellationToken);
        run.Stage = stage;
        var state = reason.Fault switch
        {
            DocumentFault.Unsupported or DocumentFault.Empty or DocumentFault.NoTextLayer => DocumentState.Skipped,
            _ => DocumentState.Failed,
        };
        var row = run.Row(state) with
        {
            Reason = reason.Message,
            Model = chunks.Stamp,
            Chunks = 0,
            KeySum = 0,
            GivenUp = 0,
        };
        await run.WriteAsync(row, cancellationToken);
        Log.Unreadable(logger, run.Request.Document, state, run.Stage, row.Reason);
    }

    /// <summary>Writes down a failure that may pass. If even that fails, the queue still knows of the document.</summary>
    private async Task RecordFailureAsync(SyncRun run, Exception reason, CancellationToken cancellationToken)
    {
        // another try makes no sense before somebody has changed a setting or the index
        var isStuck = reason is IndexMismatchException;
        var row = run.Row(isStuck ? DocumentState.Failed : DocumentState.Pending);
        row = row with
        {
            Reason = Reason(reason),
            Passing = true,
            Attempts = run.Request.Attempt + 1,
            GivenUp = isStuck ? row.GivenUp + 1 : row.GivenUp,
        };
        try
        {
            await run.WriteAsync(row, cancellationToken);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            Log.NotRecorded(logger, run.Request.Document, Reason(e));
        }
    }

    private async Task<HashSet<string>> OldKeysAsync(SyncRun run, CancellationToken cancellationToken)
    {
        var keys = await run.Manifest.ReadAsync(cancellationToken);
        if (run.Request.Force)
        {
            var document = run.Request.Document;
            await foreach (
                var (key, _) in index
                    .KeysAsync(document.Container, document.ToString(), cancellationToken)
                    .WithCancellation(cancellationToken)
            )
            {
                keys.Add(key);
            }
        }

        return keys;
    }

    /// <summary>
    /// A blob that is written during a look brings an event of its own, which waits for the claim. To look again at once saves
    /// that wait, and is worth a round trip only after a look that took long.
    /// </summary>
    private static bool IsQuick(SyncRun run) => run.Took < QuickLook;

    /// <summary>What the ledger and the log say of a failure.</summary>
    internal static string Reason(Exception e) => $"{e.Last().GetType().Name}: {e.Last().FirstLine()}";

    private static async Task<BlobDownloadStreamingResult?> OpenAsync(
        BlobClient blob,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await blob.DownloadStreamingAsync(cancellationToken: cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }
}
