namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>A piece of a text.</summary>
internal readonly record struct Token(int Id, SourceSpan Span);

/// <summary>A part of the original text, in UTF-16 code units: from start (inclusive) to end (exclusive).</summary>
internal readonly record struct SourceSpan(int Start, int End);
