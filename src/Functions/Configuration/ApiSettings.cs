using System.ComponentModel.DataAnnotations;

namespace EmbeddingFunctions.Functions.Configuration;

/// <summary>What HTTP callers may do. Section <c>Api</c>.</summary>
internal sealed record ApiSettings
{
    /// <summary>Key that every call must carry; without one all calls are refused, except in Development.</summary>
    public string? Key { get; init; }

    /// <summary>Most texts of one request.</summary>
    [Range(1, 100_000)]
    public int MaxTexts { get; init; } = 2048;

    /// <summary>Most bytes of a request's body.</summary>
    [Range(1024, 1 << 30)]
    public int MaxBodyBytes { get; init; } = 4 << 20;

    /// <summary>Requests worked on at once; more are answered 429.</summary>
    [Range(1, 10_000)]
    public int MaxInFlight { get; init; } = 64;
}
