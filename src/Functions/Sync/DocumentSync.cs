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
        var run = new Run(request, manifest, known, time.GetTimestamp());
        if (download is null)
        {
            await RemoveAsync(run, cancellationToken);
            return true;
        }

        var etag = download.Details.ETag;
        if (!request.Force && chunks.IsCurrent(known, etag))
        {
            return true;
        }

        run.ETag = LedgerRow.Bare(etag);
        if (download.Details.ContentLength > SmallBytes)
        {
            await ledger.WriteAsync(Row(run, DocumentState.Indexing), cancellationToken);
        }

        try
        {
            await IndexAsync(run, download, cancellationToken);
        }
        catch (DocumentException e)
        {
            // what was indexed of an older version of it is not what the container holds now
            await ClearAsync(run, cancellationToken);
            await SettleAsync(run, e, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412 && run.Stage == Stages.Read)
        {
            return false;
        }
        catch (Exception e) when (e is not OperationCanceledException and not ClaimLostException)
        {
            var failed = Row(run, DocumentState.Pending) with
            {
                Reason = Reason(e),
                Passing = true,
                Attempts = request.Attempt + 1,
            };
            await ledger.WriteAsync(failed, cancellationToken);
            throw;
        }

        return IsQuick(run) || await HasETagAsync(blob, etag, cancellationToken);
    }

    private async Task IndexAsync(Run run, BlobDownloadStreamingResult download, CancellationToken cancellationToken)
    {
        var source = await DocumentChunks.ReadAsync(run.Request.Document, download, cancellationToken);
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

        // keys that the manifest has may never have reached the index: it says so itself
        var kept = old.Intersect(wanted).ToHashSet();
        if (kept.Count > 0)
        {
            var merges = cut.Where(chunk => kept.Contains(chunk.Key)).Select(chunk => chunk.ToMerge());
            var missing = await index.MergeAsync(merges, cancellationToken);
            kept.ExceptWith(missing);
        }

        run.Stage = Stages.Embed;
        var added = 0;
        await foreach (var batch in chunks.EmbedAsync(cut.Where(chunk => !kept.Contains(chunk.Key)), cancellationToken))
        {
            run.Stage = Stages.Index;
            await run.Manifest.AssertHeldAsync(cancellationToken);
            await index.UploadAsync(batch, cancellationToken);
            added += batch.Count;
            run.Stage = Stages.Embed;
        }

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
        var row = Row(run, DocumentState.Indexed) with
        {
            Model = chunks.Stamp,
            Pipeline = DocumentPath.Pipeline,
            Chunks = wanted.Count,
        };
        await ledger.WriteAsync(row, cancellationToken);
        Log.Synced(logger, run.Request.Document, row.State, row.Chunks, added, kept.Count, unwanted.Count, row.TookMs);
    }

    private async Task RemoveAsync(Run run, CancellationToken cancellationToken)
    {
        var deleted = await ClearAsync(run, cancellationToken);
        await run.Manifest.DeleteAsync(cancellationToken);
        if (run.Known is { State: not DocumentState.Removed } || deleted > 0)
        {
            var row = Row(run, DocumentState.Removed) with { Chunks = 0 };
            await ledger.WriteAsync(row, cancellationToken);
            Log.Synced(logger, run.Request.Document, row.State, 0, 0, 0, deleted, row.TookMs);
        }
    }

    /// <summary>Takes every chunk of the document out of the index.</summary>
    private async Task<int> ClearAsync(Run run, CancellationToken cancellationToken)
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

    private async Task SettleAsync(Run run, DocumentException reason, CancellationToken cancellationToken)
    {
        var state = reason.Fault switch
        {
            DocumentFault.Unsupported or DocumentFault.Empty or DocumentFault.NoTextLayer => DocumentState.Skipped,
            _ => DocumentState.Failed,
        };
        var row = Row(run, state) with
        {
            Reason = reason.Message,
            Model = chunks.Stamp,
            Pipeline = DocumentPath.Pipeline,
            Chunks = 0,
        };
        await ledger.WriteAsync(row, cancellationToken);
        Log.Unreadable(logger, run.Request.Document, state, run.Stage, row.Reason);
    }

    private async Task<HashSet<string>> OldKeysAsync(Run run, CancellationToken cancellationToken)
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

    private LedgerRow Row(Run run, DocumentState state) =>
        new()
        {
            Document = run.Request.Document,
            State = state,
            Stage = run.Stage,
            ETag = run.ETag,
            ContentHash = run.ContentHash,
            Model = run.Known?.Model ?? "",
            Pipeline = run.Known?.Pipeline ?? 0,
            Chunks = run.Known?.Chunks ?? 0,
            Attempts = run.Request.Attempt,
            TookMs = (long)time.GetElapsedTime(run.Started).TotalMilliseconds,
        };

    /// <summary>
    /// A blob that is written during a look brings an event of its own, which waits for the claim. To look again at once saves
    /// that wait, and is worth a round trip only after a look that took long.
    /// </summary>
    private bool IsQuick(Run run) => time.GetElapsedTime(run.Started) < QuickLook;

    /// <summary>The first line of a message; the clients of Azure add headers and bodies below it.</summary>
    internal static string Reason(Exception e) => $"{e.GetType().Name}: {e.Message.Split('\n', 2)[0].Trim()}";

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

    private static async Task<bool> HasETagAsync(BlobClient blob, ETag etag, CancellationToken cancellationToken)
    {
        try
        {
            var properties = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
            return properties.Value.ETag == etag;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return false;
        }
    }

    /// <summary>One look at one document, and how far it has come.</summary>
    private sealed record Run(SyncRequest Request, Manifest Manifest, LedgerRow? Known, long Started)
    {
        public string Stage { get; set; } = Stages.Read;
        public string ETag { get; set; } = "";
        public string ContentHash { get; set; } = "";
    }
}

/// <summary>Where a document can fail.</summary>
internal static class Stages
{
    public const string Read = "read";
    public const string Chunk = "chunk";
    public const string Embed = "embed";
    public const string Index = "index";

    /// <summary>The worker itself stopped.</summary>
    public const string Worker = "worker";
}
