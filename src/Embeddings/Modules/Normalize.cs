using System.Numerics.Tensors;

namespace EmbeddingFunctions.Embeddings.Modules;

/// <summary>Makes vectors of length 1.</summary>
internal sealed class Normalize : IVectorModule
{
    // PyTorch's normalize divides by at least this.
    private const float SmallestLength = 1e-12f;

    public int? From => null;

    public int To(int from) => from;

    public float[] Apply(float[] vector)
    {
        InPlace(vector);
        return vector;
    }

    public static void InPlace(Span<float> vector) =>
        TensorPrimitives.Divide(vector, Math.Max(TensorPrimitives.Norm<float>(vector), SmallestLength), vector);
}
