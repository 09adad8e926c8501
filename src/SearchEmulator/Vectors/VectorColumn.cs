using System.Numerics.Tensors;

namespace EmbeddingFunctions.SearchEmulator.Vectors;

/// <summary>
/// The vectors of one field by row, in segments so that growing copies nothing and readers need no lock: what is below a published
/// row count never changes. Rows may be without a vector.
/// </summary>
internal sealed class VectorColumn(int dimensions, VectorMetric metric)
{
    private const int Shift = 8;
    public const int RowsPerSegment = 1 << Shift;

    // A row is its vector and its scale, side by side: a scan of few rows waits for memory once a row.
    private float[][] _segments = [];
    private int _count;

    public int Dimensions => dimensions;
    public int Stride => dimensions + 1;
    public VectorMetric Metric => metric;

    /// <summary>Vectors that are really there, dead rows included, in bytes.</summary>
    public long Bytes { get; private set; }

    public void Append(ReadOnlySpan<float> vector)
    {
        var row = _count++;
        if (row >> Shift == _segments.Length)
            Volatile.Write(ref _segments, [.. _segments, new float[RowsPerSegment * Stride]]);
        var slot = SlotOf(row);
        vector.CopyTo(slot);
        slot[^1] = vector.IsEmpty ? float.NaN : ScaleOf(vector);
        Bytes += vector.Length * sizeof(float);
    }

    /// <summary>What a dot product is multiplied by: 1/length for cosine, 0 for the zero vector.</summary>
    public float ScaleOf(ReadOnlySpan<float> vector)
    {
        if (metric != VectorMetric.Cosine)
            return 1;
        var length = TensorPrimitives.Norm(vector);
        return length > 0 ? 1 / length : 0;
    }

    public bool Has(int row) => !this[row].IsEmpty;

    /// <summary>The vector of a row; empty where there is none.</summary>
    public ReadOnlySpan<float> this[int row]
    {
        get
        {
            var slot = SlotOf(row);
            return float.IsNaN(slot[^1]) ? [] : slot[..^1];
        }
    }

    /// <summary>
    /// The <see cref="RowsPerSegment"/> rows around <paramref name="row"/>, each of <see cref="Stride"/> floats: the vector and what
    /// its dot product is multiplied by, NaN where there is no vector.
    /// </summary>
    public float[] SegmentOf(int row) => Volatile.Read(ref _segments)[row >> Shift];

    private Span<float> SlotOf(int row) => SegmentOf(row).AsSpan((row & (RowsPerSegment - 1)) * Stride, Stride);
}
