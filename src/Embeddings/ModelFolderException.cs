namespace EmbeddingFunctions.Embeddings;

/// <summary>A model folder that is not understood: says which file, what was found and what was expected.</summary>
public sealed class ModelFolderException(string message, Exception? innerException = null)
    : Exception(message, innerException);
