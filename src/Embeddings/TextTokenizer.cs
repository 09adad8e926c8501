using System.Buffers;
using System.Text;
using EmbeddingFunctions.Embeddings.Tokenizers;
using EmbeddingFunctions.Embeddings.Tokenizers.Files;
using EmbeddingFunctions.Embeddings.Tokenizers.Normalizers;

namespace EmbeddingFunctions.Embeddings;

/// <summary>
/// The tokenizer of a model folder: text to the ids that the model was trained on, exactly those of Hugging Face tokenizers,
/// each with its span of the text. Takes time in proportion to the text's length, but for a logarithm where one word of a
/// byte-level tokenizer is very long. Lone surrogates count as U+FFFD. Thread-safe.
/// </summary>
public sealed class TextTokenizer
{
    private readonly TokenPipeline _pipeline;
    private readonly Template _single;
    private readonly Template _pair;
    private readonly bool _keepsEnd;

    /// <param name="pipeline">Text to tokens.</param>
    /// <param name="single">Put round a text.</param>
    /// <param name="pair">Put round two.</param>
    /// <param name="keepsEnd">Truncation takes tokens from the beginning, not the end.</param>
    internal TextTokenizer(TokenPipeline pipeline, Template single, Template pair, bool keepsEnd) =>
        (_pipeline, _single, _pair, _keepsEnd) = (pipeline, single, pair, keepsEnd);

    /// <summary>Reads tokenizer.json; where there is none, sentencepiece.bpe.model or vocab.txt with tokenizer_config.json.</summary>
    /// <exception cref="ModelFolderException">The folder holds no tokenizer, or one that is not understood.</exception>
    public static TextTokenizer Load(string folder) => TokenizerFolder.Load(folder);

    /// <summary>The tokens of a text, with what the model puts round it.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="maxTokens">Most tokens, those put round the text counted; the text is truncated to that.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxTokens"/> is less than what is put round the text.</exception>
    public TokenSequence Encode(string text, int maxTokens = int.MaxValue) => Encode("", text, maxTokens);

    /// <summary>The tokens of two texts as a cross-encoder takes them.</summary>
    /// <param name="first">For a reranker, the query.</param>
    /// <param name="second">For a reranker, the passage.</param>
    /// <param name="maxTokens">
    /// Most tokens, special ones counted. The longer text is truncated until both are as long, then both are.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxTokens"/> is less than what is put round the texts.</exception>
    public TokenSequence EncodePair(string first, string second, int maxTokens = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var room = Room(_pair, maxTokens);
        using var firstTokens = Tokens("", first, maxTokens, out var firstComplete);
        using var secondTokens = Tokens("", second, maxTokens, out var secondComplete);
        var (firstLength, secondLength) = Fit(firstTokens.Count, secondTokens.Count, room);
        return Fill(_pair, Cut(firstTokens, firstLength), Cut(secondTokens, secondLength)) with
        {
            Truncated =
                !firstComplete
                || !secondComplete
                || firstLength < firstTokens.Count
                || secondLength < secondTokens.Count,
        };
    }

    /// <summary>How many tokens <see cref="Encode(string, int)"/> gives without a maximum.</summary>
    public int Count(string text) => Count("", text);

    /// <summary>Prompt and text are one text to the model; spans count from the prompt's start.</summary>
    internal TokenSequence Encode(string prompt, string text, int maxTokens)
    {
        ArgumentNullException.ThrowIfNull(text);
        var room = Room(_single, maxTokens);
        using var tokens = Tokens(prompt, text, maxTokens, out var complete);
        var length = Math.Min(tokens.Count, room);
        return Fill(_single, Cut(tokens, length), []) with { Truncated = !complete || length < tokens.Count };
    }

    internal int Count(string prompt, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        using var tokens = Tokens(prompt, text, int.MaxValue, out _);
        return tokens.Count + _single.Added;
    }

    /// <summary>The same, but lower-cases first what is no added token.</summary>
    internal TextTokenizer LowerCasing() =>
        new(_pipeline with { Normalizers = [new Lowercase(), .. _pipeline.Normalizers] }, _single, _pair, _keepsEnd);

    private static int Room(Template template, int maxTokens) =>
        maxTokens >= template.Added
            ? maxTokens - template.Added
            : throw new ArgumentOutOfRangeException(
                nameof(maxTokens),
                maxTokens,
                $"expected at least the {template.Added} tokens that the model puts round a text"
            );

    /// <summary>The reference's longest_first: the longer gives way to the shorter, and an odd place goes to the longer.</summary>
    private static (int First, int Second) Fit(int first, int second, int room)
    {
        if ((long)first + second <= room)
        {
            return (first, second);
        }

        var shorter = Math.Min(Math.Min(first, second), room / 2);
        return first > second ? (room - shorter, shorter) : (shorter, room - shorter);
    }

    private ReadOnlySpan<Token> Cut(PooledList<Token> tokens, int length) =>
        _keepsEnd ? tokens.Items[^length..] : tokens.Items[..length];

    private static TokenSequence Fill(Template template, ReadOnlySpan<Token> first, ReadOnlySpan<Token> second)
    {
        var count = template.Added + first.Length + second.Length;
        var (ids, typeIds, spans, special) = (new int[count], new int[count], new TokenSpan[count], new bool[count]);
        var at = 0;
        foreach (var part in template.Parts)
        {
            if (part.Text is not { } text)
            {
                (ids[at], typeIds[at], special[at]) = (part.Id, part.TypeId, true);
                at++;
                continue;
            }

            foreach (var (id, span) in text == 0 ? first : second)
            {
                (ids[at], typeIds[at]) = (id, part.TypeId);
                spans[at++] = new TokenSpan(span.Start, span.End, text);
            }
        }

        return new TokenSequence
        {
            Ids = ids,
            TypeIds = typeIds,
            Spans = spans,
            Special = special,
            Truncated = false,
        };
    }

    /// <summary>
    /// Where the end is truncated, the words after the one that reaches the maximum are left out, as in the reference: what
    /// counts as the longer of two texts depends on it.
    /// </summary>
    /// <param name="complete">False if words were left out.</param>
    private PooledList<Token> Tokens(string prompt, string text, int maxTokens, out bool complete)
    {
        var tokens = new PooledList<Token>();
        try
        {
            complete = Run(prompt, text, tokens, _keepsEnd ? int.MaxValue : maxTokens);
            return tokens;
        }
        catch
        {
            tokens.Dispose();
            throw;
        }
    }

    private bool Run(string prompt, string text, PooledList<Token> into, int enough)
    {
        if (prompt.Length == 0 && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return _pipeline.Run(text, into, enough);
        }

        var length = prompt.Length + text.Length;
        var joined = ArrayPool<char>.Shared.Rent(length);
        try
        {
            prompt.CopyTo(joined);
            text.CopyTo(joined.AsSpan(prompt.Length));
            ReplaceLoneSurrogates(joined.AsSpan(0, length));
            return _pipeline.Run(joined.AsSpan(0, length), into, enough);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(joined);
        }
    }

    private static void ReplaceLoneSurrogates(Span<char> text)
    {
        for (var at = 0; text[at..].IndexOfAnyInRange('\uD800', '\uDFFF') is >= 0 and var found; )
        {
            at += found;
            if (Rune.DecodeFromUtf16(text[at..], out _, out var length) != OperationStatus.Done)
            {
                text[at] = '\uFFFD';
            }

            at += length;
        }
    }
}
