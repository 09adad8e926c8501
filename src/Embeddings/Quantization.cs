using System.Buffers.Binary;
using System.Numerics.Tensors;

namespace EmbeddingFunctions.Embeddings;

/// <summary>Smaller forms of vectors, as sentence-transformers' quantize_embeddings gives them.</summary>
public static class Quantization
{
    /// <summary>Float32, little-endian, as base64: the form that embedding APIs call base64.</summary>
    public static string ToBase64(ReadOnlySpan<float> vector)
    {
        var bytes = new byte[vector.Length * sizeof(float)];
        for (var i = 0; i < vector.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        }

        return Convert.ToBase64String(bytes);
    }

    /// <summary>ubinary: a bit a dimension, 1 where it is above 0, the first dimension the highest bit of the first byte.</summary>
    /// <exception cref="ArgumentException">The number of dimensions is no multiple of 8.</exception>
    public static byte[] ToUBinary(ReadOnlySpan<float> vector)
    {
        if (vector.Length % 8 != 0)
        {
            throw new ArgumentException(
                $"the vector has {vector.Length} dimensions, expected a multiple of 8",
                nameof(vector)
            );
        }

        var bytes = new byte[vector.Length / 8];
        for (var i = 0; i < vector.Length; i++)
        {
            bytes[i / 8] |= (byte)(vector[i] > 0 ? 0x80 >> (i % 8) : 0);
        }

        return bytes;
    }

    /// <summary>binary: <see cref="ToUBinary"/> less 128.</summary>
    /// <exception cref="ArgumentException">The number of dimensions is no multiple of 8.</exception>
    public static sbyte[] ToBinary(ReadOnlySpan<float> vector) =>
        Array.ConvertAll(ToUBinary(vector), bits => (sbyte)(bits - 128));
}

/// <summary>
/// The least and the greatest value of each dimension, which int8 and uint8 cut into 255 steps. Take them from many vectors
/// and keep them: vectors of different ranges cannot be compared.
/// </summary>
public sealed class QuantizationRanges
{
    private readonly float[] _starts;
    private readonly float[] _steps;

    /// <param name="least">Of each dimension.</param>
    /// <param name="greatest">Of each dimension; as many, and none smaller.</param>
    /// <exception cref="ArgumentException">They do not fit together.</exception>
    public QuantizationRanges(ReadOnlySpan<float> least, ReadOnlySpan<float> greatest)
    {
        if (least.Length != greatest.Length || least.IsEmpty)
        {
            throw new ArgumentException(
                $"found {least.Length} least and {greatest.Length} greatest values",
                nameof(greatest)
            );
        }

        _starts = least.ToArray();
        _steps = new float[least.Length];
        for (var i = 0; i < _steps.Length; i++)
        {
            _steps[i] =
                least[i] <= greatest[i]
                    ? (greatest[i] - least[i]) / 255
                    : throw new ArgumentException(
                        $"dimension {i} goes from {least[i]} to {greatest[i]}",
                        nameof(greatest)
                    );
        }
    }

    /// <summary>How many dimensions a vector has.</summary>
    public int Dimensions => _starts.Length;

    /// <summary>The ranges of some vectors: those to quantise, or better, others to calibrate by.</summary>
    /// <param name="vectors">At least one; all of one length. The reference warns below 100.</param>
    /// <exception cref="ArgumentException">There is none, or their lengths differ.</exception>
    public static QuantizationRanges Of(IReadOnlyList<ReadOnlyMemory<float>> vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        if (vectors.Count == 0 || vectors.Any(vector => vector.Length != vectors[0].Length))
        {
            throw new ArgumentException("expected one or more vectors of one length", nameof(vectors));
        }

        var (least, greatest) = (vectors[0].ToArray(), vectors[0].ToArray());
        foreach (var vector in vectors)
        {
            TensorPrimitives.Min(least, vector.Span, least);
            TensorPrimitives.Max(greatest, vector.Span, greatest);
        }

        return new QuantizationRanges(least, greatest);
    }

    /// <summary>0 to 255 of the range, rounded down; what lies outside it is taken to its ends. 0 where the range is empty.</summary>
    /// <exception cref="ArgumentException">The vector has another length.</exception>
    public byte[] ToUInt8(ReadOnlySpan<float> vector)
    {
        var result = new byte[Checked(vector).Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = byte.CreateSaturating((vector[i] - _starts[i]) / _steps[i]);
        }

        return result;
    }

    /// <summary>-128 to 127 of the range, rounded towards 0; what lies outside it is taken to its ends. 0 where the range is empty.</summary>
    /// <exception cref="ArgumentException">The vector has another length.</exception>
    public sbyte[] ToInt8(ReadOnlySpan<float> vector)
    {
        var result = new sbyte[Checked(vector).Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = sbyte.CreateSaturating(((vector[i] - _starts[i]) / _steps[i]) - 128);
        }

        return result;
    }

    private ReadOnlySpan<float> Checked(ReadOnlySpan<float> vector) =>
        vector.Length == _starts.Length
            ? vector
            : throw new ArgumentException(
                $"the vector has {vector.Length} dimensions, the ranges {_starts.Length}",
                nameof(vector)
            );
}
