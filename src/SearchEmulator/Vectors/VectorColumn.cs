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

    private Segment[] _segments = [];
    private int _count;

    public int Dimensions => dimensions;
    public VectorMetric Metric => metric;

    /// <summary>Vectors that are really there, dead rows included, in bytes.</summary>
    public long Bytes { get; private set; }

    public void Append(ReadOnlySpan<float> vector)
    {
        var row = _count++;
        var index = row & (RowsPerSegment - 1);
        if (row >> Shift == _segments.Length)
            Volatile.Write(ref _segments, [.. _segments, new Segment(dimensions)]);
        var segment = _segments[row >> Shift];
        if (vector.IsEmpty)
        {
            segment.Scales[index] = float.NaN;
            return;
        }
        vector.CopyTo(segment.Values.AsSpan(index * dimensions));
        segment.Scales[index] = ScaleOf(vector);
        Bytes += dimensions * sizeof(float);
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
            var segment = SegmentOf(row);
            var index = row & (RowsPerSegment - 1);
            return float.IsNaN(segment.Scales[index]) ? [] : segment.Values.AsSpan(index * dimensions, dimensions);
        }
    }

    /// <summary>The <see cref="RowsPerSegment"/> rows around <paramref name="row"/>.</summary>
    public Segment SegmentOf(int row) => Volatile.Read(ref _segments)[row >> Shift];

    internal sealed class Segment(int dimensions)
    {
        public float[] Values { get; } = new float[dimensions * RowsPerSegment];

        /// <summary>NaN where a row has no vector.</summary>
        public float[] Scales { get; } = new float[RowsPerSegment];
    }
}
