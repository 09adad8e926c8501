using System.Numerics.Tensors;

namespace EmbeddingFunctions.SearchEmulator.Vectors;

/// <summary>
/// The vectors of one field by row, in segments so that growing copies nothing and readers need no lock: what is below a published
/// row count never changes. Rows may be without a vector.
/// </summary>
internal sealed class VectorColumn(int dimensions, VectorMetric metric)
{
    private const int Shift = 8;
    private const int Mask = (1 << Shift) - 1;

    private float[][] _segments = [];

    // 1/length for cosine (0 for the zero vector); NaN where there is no vector.
    private readonly SegmentedList<float> _scales = new();

    public int Dimensions => dimensions;
    public VectorMetric Metric => metric;

    /// <summary>Vectors that are really there, dead rows included, in bytes.</summary>
    public long Bytes { get; private set; }

    public void Append(float[]? vector)
    {
        var row = _scales.Count;
        if (row >> Shift == _segments.Length)
            Volatile.Write(ref _segments, [.. _segments, new float[dimensions << Shift]]);
        if (vector is null)
        {
            _scales.Add(float.NaN);
            return;
        }
        vector.CopyTo(_segments[row >> Shift], (row & Mask) * dimensions);
        var length = TensorPrimitives.Norm<float>(vector);
        _scales.Add(
            metric != VectorMetric.Cosine ? 1
            : length > 0 ? 1 / length
            : 0
        );
        Bytes += dimensions * sizeof(float);
    }

    public bool Has(int row) => !float.IsNaN(_scales[row]);

    public float Scale(int row) => _scales[row];

    public ReadOnlySpan<float> this[int row] =>
        Volatile.Read(ref _segments)[row >> Shift].AsSpan((row & Mask) * dimensions, dimensions);
}
