using EmbeddingFunctions.Embeddings;

namespace EmbeddingFunctions.Tools.Output;

/// <summary>A file of vectors that is being written.</summary>
internal interface IVectorFile : IAsyncDisposable
{
    Task WriteAsync(string text, TextEmbedding embedding, CancellationToken cancellationToken);

    /// <summary>Everything has been written.</summary>
    Task CompleteAsync(CancellationToken cancellationToken);
}
