namespace EmbeddingFunctions.Documents;

/// <summary>Cuts a document into chunks that the model takes whole.</summary>
public static class Chunker
{
    /// <summary>The document's chunks in order, made as they are asked for. Their spans cover every non-blank character.</summary>
    public static IEnumerable<Chunk> Chunk(Document document, ChunkOptions options, TokenCounter countTokens) =>
        throw new NotSupportedException($"{document}{options}{countTokens.Method}");
}
