using System.Buffers;
using System.Text;

namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>
/// Text to the token ids that the model was trained on, each with its span of the text.
/// Takes time in proportion to the text's length; lone surrogates count as U+FFFD. Thread-safe.
/// </summary>
internal abstract class TextTokenizer(SpecialTokens special)
{
    /// <summary>All tokens of prompt and text, which are one text to the model; spans count from the prompt's start.</summary>
    public TokenSequence Encode(string prompt, string text)
    {
        var tokens = new TokenSequence();
        tokens.Add(special.First, default);
        _ = Walk(prompt, text, tokens);
        tokens.Add(special.Last, default);
        return tokens;
    }

    /// <summary>How many tokens <see cref="Encode"/> gives.</summary>
    public int Count(string prompt, string text) => Walk(prompt, text, into: null) + 2;

    /// <summary>Tokens of a piece of text without added tokens that begins at <paramref name="offset"/>; returns how many.</summary>
    protected abstract int Section(ReadOnlySpan<char> text, int offset, TokenSequence? into);

    private int Walk(string prompt, string text, TokenSequence? into)
    {
        if (prompt.Length == 0 && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return Walk(text, into);
        }

        var length = prompt.Length + text.Length;
        var joined = ArrayPool<char>.Shared.Rent(length);
        try
        {
            prompt.CopyTo(joined);
            text.CopyTo(joined.AsSpan(prompt.Length));
            ReplaceLoneSurrogates(joined.AsSpan(0, length));
            return Walk(joined.AsSpan(0, length), into);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(joined);
        }
    }

    private int Walk(ReadOnlySpan<char> text, TokenSequence? into)
    {
        var count = 0;
        var from = 0;
        while (special.Added.TryFind(text, from, out var match))
        {
            count += SectionOrNothing(text[from..match.Span.Start], from, into) + 1;
            into?.Add(match.Id, match.Span);
            from = match.Span.End;
        }

        return count + SectionOrNothing(text[from..], from, into);
    }

    private int SectionOrNothing(ReadOnlySpan<char> text, int offset, TokenSequence? into) =>
        text.IsEmpty ? 0 : Section(text, offset, into);

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

/// <summary>The tokens a model puts before and after every text, and those that may stand inside it.</summary>
internal sealed record SpecialTokens(int First, int Last, AddedTokens Added);
