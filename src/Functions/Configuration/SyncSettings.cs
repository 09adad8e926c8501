using System.ComponentModel.DataAnnotations;

namespace EmbeddingFunctions.Functions.Configuration;

/// <summary>Which documents are kept in step with the index, and how. Section <c>Sync</c>.</summary>
internal sealed record SyncSettings
{
    /// <summary>Container whose blobs are indexed.</summary>
    [Required]
    public string Container { get; init; } = "documents";

    /// <summary>Queue of what to look at: Event Grid's messages and our own.</summary>
    [Required]
    public string Queue { get; init; } = "blob-events";

    /// <summary>Container of manifests and claims. Must not be <see cref="Container"/>.</summary>
    [Required]
    public string StateContainer { get; init; } = "embedding-state";

    /// <summary>Table of what became of each document.</summary>
    [Required]
    public string Table { get; init; } = "documents";

    /// <summary>Tries of a document that fails for a passing reason, before it is recorded as failed.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; init; } = 8;

    /// <summary>Pause before the second try; it doubles with each further one.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest pause between tries.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a claim on a document outlives a worker that died.</summary>
    [Range(typeof(TimeSpan), "00:00:15", "00:01:00")]
    public TimeSpan ClaimFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Age at which a document that is still pending is put back on the queue by Reconcile.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// How often Reconcile lists every key of the index, to find a chunk too many and another too few, which leave their number as it is.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan ListIndexEvery { get; init; } = TimeSpan.FromDays(1);
}
