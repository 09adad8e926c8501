using System.Buffers;
using System.Text;

namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>
/// Normalised text in which each UTF-16 code unit knows the span of the original that it comes from.
/// Lives in pooled memory: dispose it, and keep nothing of it.
/// </summary>
internal sealed class MappedText(int capacity) : IDisposable
{
    private char[] _chars = ArrayPool<char>.Shared.Rent(capacity);
    private int[] _starts = ArrayPool<int>.Shared.Rent(capacity);
    private int[] _ends = ArrayPool<int>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlySpan<char> Chars => _chars.AsSpan(0, Length);

    public void Add(char unit, int start, int end)
    {
        if (Length == _chars.Length || Length == _starts.Length || Length == _ends.Length)
        {
            Grow();
        }

        _chars[Length] = unit;
        _starts[Length] = start;
        _ends[Length++] = end;
    }

    public void Add(int codePoint, int start, int end)
    {
        if (codePoint < 0x10000)
        {
            Add((char)codePoint, start, end);
            return;
        }

        Span<char> pair = stackalloc char[2];
        _ = new Rune(codePoint).EncodeToUtf16(pair);
        Add(pair[0], start, end);
        Add(pair[1], start, end);
    }

    /// <summary>Takes a unit that stands for what another text has at <paramref name="at"/>.</summary>
    public void Add(char unit, MappedText from, int at) => Add(unit, from._starts[at], from._ends[at]);

    public void Clear() => Length = 0;

    /// <summary>The span of the original that this part of the normalised text, not empty, comes from.</summary>
    public TokenSpan Source(int start, int end) => new(_starts[start], _ends[end - 1]);

    /// <summary>Puts one unit in place of everything from <paramref name="start"/> on.</summary>
    public void ReplaceFrom(int start, char unit)
    {
        var source = Source(start, Length);
        Length = start;
        Add(unit, source.Start, source.End);
    }

    public void Dispose()
    {
        ArrayPool<char>.Shared.Return(_chars);
        ArrayPool<int>.Shared.Return(_starts);
        ArrayPool<int>.Shared.Return(_ends);
        (_chars, _starts, _ends, Length) = ([], [], [], 0);
    }

    private void Grow()
    {
        _chars = Grown(_chars, Length);
        _starts = Grown(_starts, Length);
        _ends = Grown(_ends, Length);
    }

    private static T[] Grown<T>(T[] full, int length)
    {
        var grown = ArrayPool<T>.Shared.Rent(Math.Max(16, length * 2));
        full.AsSpan(0, length).CopyTo(grown);
        ArrayPool<T>.Shared.Return(full);
        return grown;
    }
}
