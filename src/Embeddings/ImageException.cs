namespace EmbeddingFunctions.Embeddings;

/// <summary>An image cannot be read: says what was found and what was expected.</summary>
public sealed class ImageException(string message) : Exception(message);
