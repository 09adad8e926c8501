using System.Text;

namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>
/// Text on its way to the model, parted into words; each UTF-16 unit knows the span of the original that it comes from.
/// </summary>
internal sealed class MappedText : IDisposable
{
    private readonly PooledList<char> _chars = new();
    private readonly PooledList<SourceSpan> _sources = new();
    private readonly PooledList<int> _wordEnds = new();

    public int Length => _chars.Count;

    public int WordCount => _wordEnds.Count;

    public MappedSpan All => new(_chars.Items, _sources.Items);

    /// <param name="index">From 0 to <see cref="WordCount"/> - 1.</param>
    public MappedSpan Word(int index) => All[(index == 0 ? 0 : _wordEnds[index - 1]).._wordEnds[index]];

    /// <param name="text">Without lone surrogates.</param>
    /// <param name="offset">Where the text begins in the original.</param>
    public void SetTo(ReadOnlySpan<char> text, int offset)
    {
        Clear();
        _chars.AddRange(text);
        for (var at = 0; at < text.Length; )
        {
            var length = char.IsHighSurrogate(text[at]) ? 2 : 1;
            var source = new SourceSpan(offset + at, offset + at + length);
            for (var end = at + length; at < end; at++)
            {
                _sources.Add(source);
            }
        }
    }

    public void Clear()
    {
        _chars.CutTo(0);
        _sources.CutTo(0);
        _wordEnds.CutTo(0);
    }

    public void Add(char unit, SourceSpan source)
    {
        _chars.Add(unit);
        _sources.Add(source);
    }

    public void Add(Rune rune, SourceSpan source)
    {
        Span<char> units = stackalloc char[2];
        foreach (var unit in units[..rune.EncodeToUtf16(units)])
        {
            Add(unit, source);
        }
    }

    public void Add(ReadOnlySpan<char> units, SourceSpan source)
    {
        foreach (var unit in units)
        {
            Add(unit, source);
        }
    }

    public void Add(MappedSpan part)
    {
        _chars.AddRange(part.Chars);
        _sources.AddRange(part.Sources);
    }

    /// <summary>What was added since the last word ended is a word; nothing is none.</summary>
    public void EndWord()
    {
        if (Length > (WordCount == 0 ? 0 : _wordEnds[WordCount - 1]))
        {
            _wordEnds.Add(Length);
        }
    }

    public void Dispose()
    {
        _chars.Dispose();
        _sources.Dispose();
        _wordEnds.Dispose();
    }
}

/// <summary>A part of a <see cref="MappedText"/>.</summary>
internal readonly ref struct MappedSpan(ReadOnlySpan<char> chars, ReadOnlySpan<SourceSpan> sources)
{
    public ReadOnlySpan<char> Chars { get; } = chars;

    public ReadOnlySpan<SourceSpan> Sources { get; } = sources;

    public int Length => Chars.Length;

    public MappedSpan Slice(int start, int length) => new(Chars.Slice(start, length), Sources.Slice(start, length));

    /// <summary>The span of the original that this part, not empty, comes from.</summary>
    public SourceSpan Source => new(Sources[0].Start, Sources[^1].End);

    /// <summary>The code point at a place that is not inside a surrogate pair, and how many units it has.</summary>
    public Rune RuneAt(int at, out int length)
    {
        _ = Rune.DecodeFromUtf16(Chars[at..], out var rune, out length);
        return rune;
    }
}
