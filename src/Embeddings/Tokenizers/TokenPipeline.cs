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
    /// <param name="into">Empty; filled.</param>
    /// <param name="enough">
    /// The text ends behind the word with which there are so many tokens.
    /// </param>
    /// <returns>False if tokens were left out.</returns>
    public bool Run(ReadOnlySpan<char> text, PooledList<Token> into, int enough)
    {
        using var pass = new Pass(this, into, enough);
        AddedTokenCursor cursor = default;
        var complete = true;
        while (complete && RawTokens.TryNext(text, ref cursor, out var match))
        {
            var span = new SourceSpan(match.Token.Start.Value, match.Token.End.Value);
            complete =
                pass.Raw(text[match.Before], match.Before.Start.Value)
                && pass.Added(match.Id, Trim is null ? span : SpanTrim.White(text, span));
        }

        complete = complete && pass.Raw(text[cursor.From..], cursor.From);
        Trim?.Apply(text, into.Items);
        return complete;
    }

    /// <summary>One text on its way; each part of it says whether all its tokens were taken.</summary>
    private sealed class Pass(TokenPipeline pipeline, PooledList<Token> into, int enough) : IDisposable
    {
        private readonly Buffers _buffers = new();

        // set by words alone, so that added tokens go past what is enough
        private bool _full;

        public bool Raw(ReadOnlySpan<char> text, int offset)
        {
            if (text.IsEmpty)
            {
                return true;
            }

            _buffers.Normalize(text, offset, pipeline.Normalizers);
            var normalized = _buffers.Text.All;
            AddedTokenCursor cursor = default;
            while (pipeline.NormalizedTokens.TryNext(normalized.Chars, ref cursor, out var match))
            {
                if (!Words(normalized[match.Before]) || !Added(match.Id, normalized[match.Token].Source))
                {
                    return false;
                }
            }

            return Words(normalized[cursor.From..]);
        }

        public bool Added(int id, SourceSpan span)
        {
            if (!_full)
            {
                into.Add(new Token(id, span));
            }

            return !_full;
        }

        public void Dispose() => _buffers.Dispose();

        private bool Words(MappedSpan text)
        {
            if (text.Length == 0)
            {
                return true;
            }

            _buffers.Split(text, pipeline.PreTokenizers);
            for (var word = 0; word < _buffers.Words.WordCount; word++)
            {
                if (_full)
                {
                    return false;
                }

                pipeline.Model.Tokenize(_buffers.Words.Word(word), into);
                _full = into.Count >= enough;
            }

            return true;
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
