namespace EmbeddingFunctions.Embeddings;

/// <summary>What a model folder says of its model.</summary>
public sealed record ModelDescription
{
    /// <summary>The folder's name.</summary>
    public required string Name { get; init; }

    /// <summary>Length of a vector.</summary>
    public required int Dimensions { get; init; }

    /// <summary>Most tokens of a text, prompt and special tokens counted; what is longer is truncated.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>How token vectors become one vector.</summary>
    public required Pooling Pooling { get; init; }

    /// <summary>True if vectors have length 1.</summary>
    public required bool Normalized { get; init; }

    /// <summary>Prompts by name, as config_sentence_transformers.json gives them; empty if none.</summary>
    public required IReadOnlyDictionary<string, string> Prompts { get; init; }

    /// <summary>First line of the folder's LICENSE file; null if it has none.</summary>
    public string? Licence { get; init; }

    /// <summary>Name and dimensions: two models with different stamps must not share an index.</summary>
    public string Stamp => $"{Name}-{Dimensions}";
}

/// <summary>How token vectors become one vector.</summary>
public enum Pooling
{
    /// <summary>The vector of the first token.</summary>
    Cls,

    /// <summary>The mean of the vectors of all tokens that are not padding.</summary>
    Mean,
}
