using System.Numerics.Tensors;

namespace EmbeddingFunctions.Embeddings;

/// <summary>How alike two vectors are; larger is more alike, as sentence-transformers' SimilarityFunction has it.</summary>
public enum Similarity
{
    /// <summary>-1 to 1; 0 where a vector has no length.</summary>
    Cosine,

    /// <summary>Dot product.</summary>
    Dot,

    /// <summary>Minus the Euclidean distance.</summary>
    Euclidean,

    /// <summary>Minus the sum of absolute differences.</summary>
    Manhattan,
}

/// <summary>Works similarities out.</summary>
public static class SimilarityExtensions
{
    // PyTorch's normalize divides by at least this.
    private const float SmallestLength = 1e-12f;

    /// <summary>Of two vectors of one length; never -0.</summary>
    /// <exception cref="ArgumentException">They have different lengths, or none.</exception>
    public static float Of(this Similarity similarity, ReadOnlySpan<float> a, ReadOnlySpan<float> b) =>
        a.Length != b.Length || a.IsEmpty
            ? throw new ArgumentException($"the vectors have {a.Length} and {b.Length} dimensions", nameof(b))
            : 0
                + similarity switch
                {
                    Similarity.Cosine => (float)(TensorPrimitives.Dot(a, b) / (Length(a) * Length(b))),
                    Similarity.Dot => TensorPrimitives.Dot(a, b),
                    Similarity.Euclidean => -TensorPrimitives.Distance(a, b),
                    Similarity.Manhattan => -Manhattan(a, b),
                    _ => throw new ArgumentOutOfRangeException(nameof(similarity), similarity, "no such similarity"),
                };

    // A double, for the product of two.
    private static double Length(ReadOnlySpan<float> vector) => Math.Max(TensorPrimitives.Norm(vector), SmallestLength);

    private static float Manhattan(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Span<float> difference = stackalloc float[256];
        var sum = 0f;
        for (var at = 0; at < a.Length; at += difference.Length)
        {
            var part = difference[..Math.Min(difference.Length, a.Length - at)];
            TensorPrimitives.Subtract(a.Slice(at, part.Length), b.Slice(at, part.Length), part);
            sum += TensorPrimitives.SumOfMagnitudes<float>(part);
        }

        return sum;
    }
}
