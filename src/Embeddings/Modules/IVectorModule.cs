namespace EmbeddingFunctions.Embeddings.Modules;

/// <summary>A module after pooling: a vector in, a vector out. Thread-safe.</summary>
internal interface IVectorModule
{
    /// <summary>Length of the vectors it takes; null takes any.</summary>
    int? From { get; }

    /// <summary>Length of the vectors it gives where it takes <paramref name="from"/>.</summary>
    int To(int from);

    /// <param name="vector">May be overwritten and given back.</param>
    float[] Apply(float[] vector);
}
