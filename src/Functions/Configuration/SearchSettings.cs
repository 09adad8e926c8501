using System.ComponentModel.DataAnnotations;

namespace EmbeddingFunctions.Functions.Configuration;

/// <summary>Where the index is. Section <c>Search</c>.</summary>
internal sealed record SearchSettings
{
    /// <summary>Address of Azure AI Search; plain http only on this machine (the emulator).</summary>
    [Required]
    public required Uri Endpoint { get; init; }

    /// <summary>Admin key; without one the app's identity is used.</summary>
    public string? Key { get; init; }

    /// <summary>Name of the index.</summary>
    [Required]
    public string Index { get; init; } = "documents";

    /// <summary>Lucene analyzer of title, heading and content.</summary>
    [Required]
    public string Analyzer { get; init; } = "zh-Hans.lucene";
}
