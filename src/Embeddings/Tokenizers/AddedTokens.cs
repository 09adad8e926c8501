using System.Buffers;
using System.Globalization;
using System.Text;

namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>Tokens such as [CLS] or &lt;mask&gt; that are found in the raw text, before anything is normalised.</summary>
internal sealed class AddedTokens
{
    private readonly AddedToken[] _longestFirst;
    private readonly SearchValues<string> _contents;

    public AddedTokens(IEnumerable<AddedToken> tokens)
    {
        _longestFirst = [.. tokens.OrderByDescending(token => token.Content.Length)];
        _contents = SearchValues.Create([.. _longestFirst.Select(token => token.Content)], StringComparison.Ordinal);
    }

    /// <summary>The next token at or after <paramref name="from"/>: the leftmost, and of those the longest.</summary>
    public bool TryFind(ReadOnlySpan<char> text, int from, out AddedTokenMatch match)
    {
        match = default;
        var search = from;
        while (search < text.Length && text[search..].IndexOfAny(_contents) is >= 0 and var found)
        {
            var start = search + found;
            var token = LongestAt(text[start..]);
            var end = start + token.Content.Length;
            if (token.SingleWord && (EndsWithWord(text[..start]) || StartsWithWord(text[end..])))
            {
                search = end;
                continue;
            }

            // White space before goes to the token unless the token before has taken it.
            var first = token.StripLeft ? Math.Max(from, text[..start].TrimEnd().Length) : start;
            var last = token.StripRight ? text.Length - text[end..].TrimStart().Length : end;
            match = new AddedTokenMatch(token.Id, new TokenSpan(first, last));
            return true;
        }

        return false;
    }

    private AddedToken LongestAt(ReadOnlySpan<char> text)
    {
        foreach (var token in _longestFirst)
        {
            if (text.StartsWith(token.Content, StringComparison.Ordinal))
            {
                return token;
            }
        }

        throw new InvalidOperationException("a token was found that is not there");
    }

    private static bool StartsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == OperationStatus.Done && IsWord(rune);

    private static bool EndsWithWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var rune, out _) == OperationStatus.Done && IsWord(rune);

    private static bool IsWord(Rune rune) =>
        Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark
                or UnicodeCategory.ConnectorPunctuation
                or UnicodeCategory.LetterNumber;
}

internal sealed record AddedToken(
    int Id,
    string Content,
    bool StripLeft = false,
    bool StripRight = false,
    bool SingleWord = false
);

internal readonly record struct AddedTokenMatch(int Id, TokenSpan Span);
