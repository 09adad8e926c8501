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

    /// <summary>How token vectors become one vector; the vectors of several modes are put one after the other.</summary>
    public required IReadOnlyList<Pooling> Pooling { get; init; }

    /// <summary>True if vectors have length 1.</summary>
    public required bool Normalized { get; init; }

    /// <summary>How the model's vectors are meant to be compared.</summary>
    public Similarity Similarity { get; init; }

    /// <summary>Prompts by name, as config_sentence_transformers.json gives them; empty if none.</summary>
    public required IReadOnlyDictionary<string, string> Prompts { get; init; }

    /// <summary>First line of the folder's LICENSE file; null if it has none.</summary>
    public string? Licence { get; init; }

    /// <summary>Name and dimensions: two models with different stamps must not share an index.</summary>
    public string Stamp => $"{Name}-{Dimensions}";
}

/// <summary>How token vectors become one vector. Padding never counts.</summary>
public enum Pooling
{
    /// <summary>The vector of the first token.</summary>
    Cls,

    /// <summary>The mean of all tokens.</summary>
    Mean,

    /// <summary>The largest value in each dimension.</summary>
    Max,

    /// <summary>The sum of all tokens over the square root of their number.</summary>
    MeanSqrtLength,

    /// <summary>The mean of all tokens, each weighted by its place, from 1.</summary>
    WeightedMean,

    /// <summary>The vector of the last token.</summary>
    LastToken,
}
