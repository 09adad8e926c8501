using Azure;
using Azure.Data.Tables;

namespace EmbeddingFunctions.Functions.Sync;

/// <summary>What became of a document.</summary>
internal sealed record LedgerRow
{
    public required DocumentPath Document { get; init; }
    public required DocumentState State { get; init; }

    /// <summary>Where it stands or stopped: read, chunk, embed, index; empty once indexed or removed.</summary>
    public string Stage { get; init; } = "";

    /// <summary>Why it was skipped or failed; empty otherwise.</summary>
    public string Reason { get; init; } = "";

    /// <summary>True if a later try may succeed though the blob stays the same.</summary>
    public bool Passing { get; init; }

    /// <summary>ETag of the blob that was worked on, without quotes.</summary>
    public string ETag { get; init; } = "";

    /// <summary>SHA-256 of the blob's bytes; empty until it was read whole.</summary>
    public string ContentHash { get; init; } = "";

    /// <summary>Stamp of the model whose vectors are in the index.</summary>
    public string Model { get; init; } = "";

    /// <summary>All but the blob that decided what is in the index: see <see cref="DocumentChunks.Recipe"/>.</summary>
    public string Recipe { get; init; } = "";

    /// <summary>Chunks in the index.</summary>
    public int Chunks { get; init; }

    /// <summary>Sum of the chunks' keys (<see cref="DocumentPath.KeySum(IEnumerable{string})"/>): with their number it tells them from any others.</summary>
    public long KeySum { get; init; }

    /// <summary>Tries that failed for a passing reason.</summary>
    public int Attempts { get; init; }

    /// <summary>How often in a row all tries of this version failed for a passing reason.</summary>
    public int GivenUp { get; init; }

    /// <summary>Milliseconds the last try took.</summary>
    public long TookMs { get; init; }

    /// <summary>When this row was written.</summary>
    public DateTimeOffset Updated { get; init; }

    /// <summary>Version of this row in the table; default for a row that was not read from there.</summary>
    public ETag Version { get; init; }

    /// <summary>True if only a changed blob or recipe makes it worth another look.</summary>
    public bool Settled =>
        State is DocumentState.Indexed or DocumentState.Skipped || (State is DocumentState.Failed && !Passing);

    /// <summary>An ETag without quotes: headers have them, lists of blobs and events do not.</summary>
    public static string Bare(ETag? etag) => etag?.ToString().Trim('"') ?? "";

    public TableEntity ToEntity() =>
        new(Document.Container, Document.Id)
        {
            ["Path"] = Document.Path,
            ["State"] = State.ToString(),
            ["Stage"] = Stage,
            ["Reason"] = Reason,
            ["Passing"] = Passing,
            ["ETag"] = ETag,
            ["ContentHash"] = ContentHash,
            ["Model"] = Model,
            ["Recipe"] = Recipe,
            ["Chunks"] = Chunks,
            ["KeySum"] = KeySum,
            ["Attempts"] = Attempts,
            ["GivenUp"] = GivenUp,
            ["TookMs"] = TookMs,
            ["Updated"] = Updated,
        };

    public static LedgerRow Of(TableEntity entity) =>
        new()
        {
            Document = new(entity.PartitionKey, entity.GetString("Path")),
            State = Enum.Parse<DocumentState>(entity.GetString("State")),
            Stage = entity.GetString("Stage"),
            Reason = entity.GetString("Reason"),
            Passing = entity.GetBoolean("Passing") ?? false,
            ETag = entity.GetString("ETag"),
            ContentHash = entity.GetString("ContentHash"),
            Model = entity.GetString("Model"),
            Recipe = entity.GetString("Recipe") ?? "",
            Chunks = entity.GetInt32("Chunks") ?? 0,
            KeySum = entity.GetInt64("KeySum") ?? 0,
            Attempts = entity.GetInt32("Attempts") ?? 0,
            GivenUp = entity.GetInt32("GivenUp") ?? 0,
            TookMs = entity.GetInt64("TookMs") ?? 0,
            Updated = entity.GetDateTimeOffset("Updated") ?? default,
            Version = entity.ETag,
        };
}

/// <summary>Where a document stands.</summary>
internal enum DocumentState
{
    /// <summary>On the queue, for the first time or after a passing failure.</summary>
    Pending,

    /// <summary>A worker has claimed it.</summary>
    Indexing,

    /// <summary>The index has acknowledged every chunk.</summary>
    Indexed,

    /// <summary>There is nothing to index in it.</summary>
    Skipped,

    /// <summary>It could not be indexed.</summary>
    Failed,

    /// <summary>The blob is gone, and its chunks with it.</summary>
    Removed,
}
