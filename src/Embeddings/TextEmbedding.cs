namespace EmbeddingFunctions.Embeddings;

/// <summary>The vector of one text.</summary>
/// <param name="Vector">Float32, as long as the model's dimensions or those asked for. The caller's own.</param>
/// <param name="Tokens">Tokens that went into the model, prompt and special tokens counted.</param>
/// <param name="Truncated">True if the text was longer than the model takes and its end is not in the vector.</param>
public sealed record TextEmbedding(ReadOnlyMemory<float> Vector, int Tokens, bool Truncated)
{
    /// <summary>True if other texts were in the same run, which only <see cref="EmbedOptions.Batch"/> allows.</summary>
    public bool Batched { get; init; }
}
