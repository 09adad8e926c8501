namespace EmbeddingFunctions.SearchEmulator.Columns;

/// <summary>
/// An append-only list that readers use while its one writer appends: items below a published count never move or change.
/// </summary>
internal sealed class SegmentedList<T>
{
    private const int Shift = 10;
    private const int Mask = (1 << Shift) - 1;

    private T[][] _segments = [];

    public int Count { get; private set; }

    public T this[int index] => Volatile.Read(ref _segments)[index >> Shift][index & Mask];

    /// <summary>The 64 items from 64 * <paramref name="word"/> on; those beyond the count mean nothing.</summary>
    public ReadOnlySpan<T> Word(int word) =>
        Volatile.Read(ref _segments)[word >> (Shift - 6)].AsSpan((word << 6) & Mask, 64);

    public void Add(T value)
    {
        if (Count >> Shift == _segments.Length)
            Volatile.Write(ref _segments, [.. _segments, new T[1 << Shift]]);
        _segments[Count >> Shift][Count & Mask] = value;
        Count++;
    }
}
