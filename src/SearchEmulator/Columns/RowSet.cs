using System.Numerics;

namespace EmbeddingFunctions.SearchEmulator.Columns;

/// <summary>A set of rows as bits. Immutable once published.</summary>
internal sealed class RowSet(int count)
{
    private readonly ulong[] _words = new ulong[(count + 63) / 64];

    /// <summary>Rows are 0 to <see cref="Capacity"/> - 1.</summary>
    public int Capacity => count;

    public bool this[int row] => (_words[row >> 6] & (1UL << (row & 63))) != 0;

    /// <summary>How many words of 64 rows there are.</summary>
    public int Words => _words.Length;

    /// <summary>Rows 64 * <paramref name="word"/> and on, the first in the lowest bit.</summary>
    public ulong Word(int word) => _words[word];

    public void SetWord(int word, ulong rows) => _words[word] = rows;

    public void Add(int row) => _words[row >> 6] |= 1UL << (row & 63);

    public void Remove(int row) => _words[row >> 6] &= ~(1UL << (row & 63));

    public int Count()
    {
        var total = 0;
        foreach (var word in _words)
            total += BitOperations.PopCount(word);
        return total;
    }

    /// <summary>A copy for <paramref name="capacity"/> rows, the new ones absent.</summary>
    public RowSet Grow(int capacity)
    {
        var grown = new RowSet(capacity);
        _words.CopyTo(grown._words, 0);
        return grown;
    }

    /// <summary>The first member that is at least <paramref name="row"/>, or -1.</summary>
    public int Next(int row)
    {
        if (row >= count)
            return -1;
        var index = row >> 6;
        var word = _words[index] & (ulong.MaxValue << (row & 63));
        while (word == 0)
        {
            if (++index == _words.Length)
                return -1;
            word = _words[index];
        }
        return (index << 6) + BitOperations.TrailingZeroCount(word);
    }
}
