using System.Buffers;

namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>A list in pooled memory: dispose it, and keep nothing of it.</summary>
internal sealed class PooledList<T> : IDisposable
    where T : unmanaged
{
    private T[] _items = [];

    public int Count { get; private set; }

    public Span<T> Items => _items.AsSpan(0, Count);

    public ref T this[int index] => ref _items[index];

    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            Grow(Count + 1);
        }

        _items[Count++] = item;
    }

    public void AddRange(ReadOnlySpan<T> items)
    {
        if (Count + items.Length > _items.Length)
        {
            Grow(Count + items.Length);
        }

        items.CopyTo(_items.AsSpan(Count));
        Count += items.Length;
    }

    /// <summary>Keeps the first <paramref name="count"/> items.</summary>
    public void CutTo(int count) => Count = count;

    public void Dispose()
    {
        if (_items is not [])
        {
            ArrayPool<T>.Shared.Return(_items);
        }

        (_items, Count) = ([], 0);
    }

    private void Grow(int needed)
    {
        var grown = ArrayPool<T>.Shared.Rent(Math.Max(needed, Math.Max(64, Count * 2)));
        Items.CopyTo(grown);
        if (_items is not [])
        {
            ArrayPool<T>.Shared.Return(_items);
        }

        _items = grown;
    }
}
