using System.ComponentModel.DataAnnotations;

namespace EmbeddingFunctions.Documents;

/// <summary>How large chunks are, in tokens of the embedding model.</summary>
public sealed record ChunkOptions
{
    /// <summary>Most tokens of a chunk, counted with heading, prompt and special tokens.</summary>
    [Range(16, 8192)]
    public int MaxTokens { get; init; } = 256;

    /// <summary>Tokens of whole sentences that a chunk repeats from the one before; 0 repeats nothing.</summary>
    [Range(0, 4096)]
    public int OverlapTokens { get; init; } = 25;
}

/// <summary>Counts the tokens of a text as it would be embedded, prompt and special tokens included.</summary>
public delegate int TokenCounter(string text);
