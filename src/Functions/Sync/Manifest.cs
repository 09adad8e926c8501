using System.IO.Compression;
using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using EmbeddingFunctions.Functions.Configuration;

namespace EmbeddingFunctions.Functions.Sync;

/// <summary>
/// The keys that a document may have in the index, in a blob whose lease is the claim on the document. Every key is written
/// here before it is written to the index, so that whoever comes after a crash knows what to take away.
/// </summary>
internal sealed class Manifest : IAsyncDisposable
{
    private readonly BlobClient _blob;
    private readonly BlobLeaseClient _lease;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _released = new();
    private readonly Task _renewal;

    private readonly TimeSpan _claimFor;
    private readonly TimeProvider _time;
    private DateTimeOffset _expires;
    private bool _written;

    private Manifest(
        BlobLeaseClient lease,
        BlobClient blob,
        bool created,
        DateTimeOffset asked,
        TimeSpan claimFor,
        TimeProvider time
    )
    {
        _blob = blob;
        _lease = lease;
        IsNew = created;
        _expires = asked + claimFor;
        _claimFor = claimFor;
        _time = time;
        _renewal = KeepAsync();
    }

    /// <summary>True if there was no manifest before this claim.</summary>
    public bool IsNew { get; }

    /// <summary>Cancelled when the claim is lost: whoever holds it must write no more.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Claims a document; null if another worker has it.</summary>
    public static async Task<Manifest?> TryClaimAsync(
        StorageAccount storage,
        DocumentPath document,
        TimeSpan claimFor,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        await storage.EnsureAsync(cancellationToken);
        var blob = BlobOf(storage, document);
        var lease = blob.GetBlobLeaseClient();

        // most documents that come are new: to create first saves them a round trip
        var created = await CreateAsync(blob, cancellationToken);
        try
        {
            var asked = time.GetUtcNow();
            await lease.AcquireAsync(claimFor, cancellationToken: cancellationToken);
            return new Manifest(lease, blob, created, asked, claimFor, time);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.LeaseAlreadyPresent)
        {
            return null;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            // the worker that had it has just removed the document
            return null;
        }
    }

    /// <summary>The keys as they were last written.</summary>
    public async Task<HashSet<string>> ReadAsync(CancellationToken cancellationToken)
    {
        if (IsNew && !_written)
        {
            return [];
        }

        var content = await HeldAsync(() => _blob.DownloadContentAsync(cancellationToken));
        var bytes = content.Value.Content;
        if (bytes.IsEmpty)
        {
            return [];
        }

        await using var gzip = new GZipStream(bytes.ToStream(), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip, Encoding.UTF8);
        var text = await reader.ReadToEndAsync(cancellationToken);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    /// <summary>Writes the keys whole. Fails if the claim is lost.</summary>
    public async Task WriteAsync(IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        var text = string.Join('\n', keys);
        if (text.Length > 0)
        {
            await using var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true);
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        }

        buffer.Position = 0;
        _written = true;
        var options = new BlobUploadOptions { Conditions = new() { LeaseId = _lease.LeaseId } };
        await HeldAsync(() => _blob.UploadAsync(buffer, options, cancellationToken));
    }

    /// <summary>
    /// Makes sure that the claim holds: by the clock as long as nobody else can have it yet, else by asking storage. A worker that
    /// was paused may have lost it without noticing.
    /// </summary>
    /// <exception cref="ClaimLostException">It does not.</exception>
    public async Task AssertHeldAsync(CancellationToken cancellationToken)
    {
        if (_time.GetUtcNow() >= _expires - (_claimFor / 3))
        {
            await HeldAsync(() => RenewAsync(cancellationToken));
        }
    }

    /// <summary>Deletes the manifest of a document that has no key in the index; ends the claim.</summary>
    /// <exception cref="ClaimLostException">Another worker has it now.</exception>
    public Task DeleteAsync(CancellationToken cancellationToken) =>
        HeldAsync(() =>
            _blob.DeleteIfExistsAsync(
                conditions: new() { LeaseId = _lease.LeaseId },
                cancellationToken: cancellationToken
            )
        );

    /// <summary>True if a worker is at the document, or was until less than a claim's time ago.</summary>
    public static async Task<bool> IsClaimedAsync(
        StorageAccount storage,
        DocumentPath document,
        CancellationToken cancellationToken
    )
    {
        var properties = await BlobOf(storage, document).FindPropertiesAsync(cancellationToken);
        return properties?.LeaseState == LeaseState.Leased;
    }

    /// <summary>Deletes what a worker that died left of a removed document; not if it has keys or is claimed.</summary>
    public static async Task DeleteEmptyAsync(
        StorageAccount storage,
        DocumentPath document,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var blob = BlobOf(storage, document);
            var properties = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
            if (properties.Value.ContentLength == 0)
            {
                await blob.DeleteIfExistsAsync(
                    conditions: new() { IfMatch = properties.Value.ETag },
                    cancellationToken: cancellationToken
                );
            }
        }
        catch (RequestFailedException e) when (IsLost(e))
        {
            // gone, or in use again
        }
    }

    /// <summary>Ends the claim.</summary>
    public async ValueTask DisposeAsync()
    {
        await _released.CancelAsync();
        await _renewal;
        using var limit = new CancellationTokenSource(_claimFor, _time);
        try
        {
            await _lease.ReleaseAsync(cancellationToken: limit.Token);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or OperationCanceledException)
        {
            // lost or deleted already; otherwise it runs out by itself
        }

        _lost.Dispose();
        _released.Dispose();
    }

    /// <summary>Renews the claim until it is released, or lost: taken by another worker, or run out while storage was away.</summary>
    private async Task KeepAsync()
    {
        while (!_released.IsCancellationRequested)
        {
            var left = _expires - _time.GetUtcNow();
            if (left <= TimeSpan.Zero)
            {
                await _lost.CancelAsync();
                return;
            }

            // a renewal that gets no answer must not outlive the claim
            using var limit = new CancellationTokenSource(left, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _released.Token);
            try
            {
                await Task.Delay(left < _claimFor / 3 ? left : _claimFor / 3, _time, either.Token);
                await RenewAsync(either.Token);
            }
            catch (OperationCanceledException)
            {
                // released, or run out
            }
            catch (RequestFailedException e) when (IsLost(e))
            {
                await _lost.CancelAsync();
                return;
            }
            catch (Exception e) when (e is RequestFailedException or AggregateException)
            {
                // storage is away for now; the claim still has time
            }
        }
    }

    private async Task<BlobLease> RenewAsync(CancellationToken cancellationToken)
    {
        var asked = _time.GetUtcNow();
        var lease = await _lease.RenewAsync(cancellationToken: cancellationToken);
        _expires = asked + _claimFor;
        return lease;
    }

    private static async Task<T> HeldAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (RequestFailedException e) when (IsLost(e))
        {
            throw new ClaimLostException(e);
        }
    }

    private static BlobClient BlobOf(StorageAccount storage, DocumentPath document) =>
        storage.State.GetBlobClient($"manifests/{document.Id}");

    private static bool IsLost(RequestFailedException e) => e.Status is 404 or 409 or 412;

    private static async Task<bool> CreateAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            var options = new BlobUploadOptions { Conditions = new() { IfNoneMatch = ETag.All } };
            await blob.UploadAsync(BinaryData.Empty, options, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return false;
        }
    }
}

/// <summary>Another worker has the document now; nothing more may be written for it.</summary>
internal sealed class ClaimLostException(Exception cause) : Exception("The claim on the document was lost.", cause);
