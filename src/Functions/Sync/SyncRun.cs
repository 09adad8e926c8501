namespace EmbeddingFunctions.Functions.Sync;

/// <summary>One look at one document under its claim: how far it has come, and what the ledger is told of it.</summary>
internal sealed class SyncRun(
    SyncRequest request,
    Manifest manifest,
    LedgerRow? known,
    string etag,
    string recipe,
    Ledger ledger,
    TimeProvider time
)
{
    private readonly long _started = time.GetTimestamp();

    public SyncRequest Request => request;
    public Manifest Manifest => manifest;

    /// <summary>What the ledger said before this look.</summary>
    public LedgerRow? Known => known;

    /// <summary>Where it would fail if it failed now.</summary>
    public string Stage { get; set; } = Stages.Read;

    /// <summary>SHA-256 of the blob's bytes; empty until they are read.</summary>
    public string ContentHash { get; set; } = "";

    public TimeSpan Took => time.GetElapsedTime(_started);

    /// <summary>A row as it stands. Of the index it says what was known before: that changes once all is acknowledged.</summary>
    public LedgerRow Row(DocumentState state) =>
        new()
        {
            Document = request.Document,
            State = state,
            Stage = Stage,
            ETag = etag,
            ContentHash = ContentHash,
            Model = known?.Model ?? "",
            Recipe = recipe,
            Chunks = known?.Chunks ?? 0,
            KeySum = known?.KeySum ?? 0,
            Attempts = request.Attempt,
            GivenUp = known?.ETag == etag ? known.GivenUp : 0,
            TookMs = (long)Took.TotalMilliseconds,
        };

    /// <summary>Writes a row, if the claim still holds.</summary>
    public async Task WriteAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        await manifest.AssertHeldAsync(cancellationToken);
        await ledger.WriteAsync(row, cancellationToken);
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
