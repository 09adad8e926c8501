namespace EmbeddingFunctions.Embeddings;

/// <summary>A model was asked for that the catalogue does not have.</summary>
public sealed class UnknownModelException(string name, IReadOnlyList<string> known)
    : Exception($"model '{name}' is not known ({string.Join(", ", known)})")
{
    /// <summary>The models there are.</summary>
    public IReadOnlyList<string> Known { get; } = known;
}
