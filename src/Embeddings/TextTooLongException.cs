namespace EmbeddingFunctions.Embeddings;

/// <summary>A text has more tokens than the model takes and truncation was refused.</summary>
public sealed class TextTooLongException(int index, int tokens, int maxTokens)
    : Exception($"input {index} has {tokens} tokens; the model takes at most {maxTokens}")
{
    /// <summary>Which text, from 0.</summary>
    public int Index { get; } = index;
}
