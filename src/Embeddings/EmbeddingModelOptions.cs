using System.ComponentModel.DataAnnotations;

namespace EmbeddingFunctions.Embeddings;

/// <summary>How a model, or all models of a catalogue together, use the machine.</summary>
public sealed record EmbeddingModelOptions
{
    internal const int MaxConcurrency = 256;

    /// <summary>Documents that run at once, each on one thread; 0 (the default) is the number of cores.</summary>
    [Range(0, MaxConcurrency)]
    public int Concurrency { get; init; }

    /// <summary>
    /// Queries that run at once beside the documents, so that no query waits for a document; 0 (the default) is the number of
    /// cores.
    /// </summary>
    [Range(0, MaxConcurrency)]
    public int QueryConcurrency { get; init; }
}
