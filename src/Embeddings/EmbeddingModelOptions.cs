using System.ComponentModel.DataAnnotations;

namespace EmbeddingFunctions.Embeddings;

/// <summary>How a model uses the machine.</summary>
public sealed record EmbeddingModelOptions
{
    /// <summary>Texts that run at once, each on one thread; 0 (the default) is the number of cores.</summary>
    [Range(0, 256)]
    public int Concurrency { get; init; }
}
