using EmbeddingFunctions.Embeddings.Tokenizers.Models;

namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>
/// Text to tokens in the reference's order: added tokens in the raw text; between them the normalisers; added tokens in the
/// normalised text; between them the pre-tokenizers, and the model word by word. Thread-safe.
/// </summary>
internal sealed record TokenPipeline
{
    public required AddedTokens RawTokens { get; init; }

    public required IReadOnlyList<ITextStep> Normalizers { get; init; }

    public required AddedTokens NormalizedTokens { get; init; }

    public required IReadOnlyList<ITextStep> PreTokenizers { get; init; }

    public required IPieceModel Model { get; init; }

    /// <summary>Null leaves spans as they are.</summary>
    public SpanTrim? Trim { get; init; }

    /// <summary>A text as the normalisers make it.</summary>
    public static string Normalize(string text, IReadOnlyList<ITextStep> normalizers)
    {
        using var buffers = new Buffers();
        buffers.Normalize(text, 0, normalizers);
        return buffers.Text.All.Chars.ToString();
    }

    /// <param name="text">Without lone surrogates.</param>
    /// <param name="into">Added to.</param>
    public void Run(ReadOnlySpan<char> text, PooledList<Token> into)
    {
        using var buffers = new Buffers();
        AddedTokenCursor cursor = default;
        while (RawTokens.TryNext(text, ref cursor, out var match))
        {
            Raw(text[match.Before], match.Before.Start.Value, buffers, into);
            into.Add(new Token(match.Id, Trim is null ? Span(match.Token) : SpanTrim.White(text, Span(match.Token))));
        }

        Raw(text[cursor.From..], cursor.From, buffers, into);
        Trim?.Apply(text, into.Items);
    }

    private static SourceSpan Span(Range range) => new(range.Start.Value, range.End.Value);

    private void Raw(ReadOnlySpan<char> text, int offset, Buffers buffers, PooledList<Token> into)
    {
        if (text.IsEmpty)
        {
            return;
        }

        buffers.Normalize(text, offset, Normalizers);
        var normalized = buffers.Text.All;
        AddedTokenCursor cursor = default;
        while (NormalizedTokens.TryNext(normalized.Chars, ref cursor, out var match))
        {
            Words(normalized[match.Before], buffers, into);
            into.Add(new Token(match.Id, normalized[match.Token].Source));
        }

        Words(normalized[cursor.From..], buffers, into);
    }

    private void Words(MappedSpan text, Buffers buffers, PooledList<Token> into)
    {
        if (text.Length == 0)
        {
            return;
        }

        buffers.Split(text, PreTokenizers);
        for (var word = 0; word < buffers.Words.WordCount; word++)
        {
            Model.Tokenize(buffers.Words.Word(word), into);
        }
    }

    /// <summary>Steps read from one text and write to the next, in turns.</summary>
    private sealed class Buffers : IDisposable
    {
        private MappedText _nextText = new();
        private MappedText _nextWords = new();

        public MappedText Text { get; private set; } = new();

        public MappedText Words { get; private set; } = new();

        public void Normalize(ReadOnlySpan<char> text, int offset, IReadOnlyList<ITextStep> normalizers)
        {
            Text.SetTo(text, offset);
            foreach (var normalizer in normalizers)
            {
                _nextText.Clear();
                if (Text.Length > 0)
                {
                    normalizer.Apply(Text.All, _nextText);
                }

                (Text, _nextText) = (_nextText, Text);
            }
        }

        public void Split(MappedSpan text, IReadOnlyList<ITextStep> preTokenizers)
        {
            Words.Clear();
            Words.Add(text);
            Words.EndWord();
            foreach (var preTokenizer in preTokenizers)
            {
                _nextWords.Clear();
                for (var word = 0; word < Words.WordCount; word++)
                {
                    preTokenizer.Apply(Words.Word(word), _nextWords);
                    _nextWords.EndWord();
                }

                (Words, _nextWords) = (_nextWords, Words);
            }
        }

        public void Dispose()
        {
            Text.Dispose();
            Words.Dispose();
            _nextText.Dispose();
            _nextWords.Dispose();
        }
    }
}
