using System.Buffers;
using System.Globalization;
using System.Text;

namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>Tokens such as [CLS] or &lt;mask&gt; that are found in the text as they are written, before the model sees it.</summary>
internal sealed class AddedTokens
{
    private readonly Dictionary<string, AddedToken>.AlternateLookup<ReadOnlySpan<char>> _byContent;
    private readonly int[] _lengths;
    private readonly SearchValues<string> _contents;

    /// <param name="tokens">None with empty content; of two with the same content the later one counts.</param>
    public AddedTokens(IEnumerable<AddedToken> tokens)
    {
        var byContent = new Dictionary<string, AddedToken>(StringComparer.Ordinal);
        foreach (var token in tokens)
        {
            byContent[token.Content] = token;
        }

        _byContent = byContent.GetAlternateLookup<ReadOnlySpan<char>>();
        _lengths = [.. byContent.Keys.Select(content => content.Length).Distinct().OrderDescending()];
        _contents = SearchValues.Create([.. byContent.Keys], StringComparison.Ordinal);
    }

    /// <summary>The next token in the text: the leftmost, and of those that begin there the longest.</summary>
    /// <param name="cursor">Moved behind the token; begin with default.</param>
    public bool TryNext(ReadOnlySpan<char> text, ref AddedTokenCursor cursor, out AddedTokenMatch match)
    {
        match = default;
        while (cursor.Search < text.Length && text[cursor.Search..].IndexOfAny(_contents) is >= 0 and var found)
        {
            var start = cursor.Search + found;
            var token = LongestAt(text[start..]);
            var end = start + token.Content.Length;
            cursor.Search = end;
            if (token.SingleWord && (EndsWithWord(text[..start]) || StartsWithWord(text[end..])))
            {
                continue;
            }

            // White space before goes to the token unless the token before has taken it.
            var first = token.StripLeft ? Math.Max(cursor.From, text[..start].TrimEnd().Length) : start;
            var last = token.StripRight ? text.Length - text[end..].TrimStart().Length : end;
            match = new AddedTokenMatch(token.Id, Before: Math.Min(cursor.From, first)..first, Token: first..last);
            cursor.From = last;
            return true;
        }

        return false;
    }

    private AddedToken LongestAt(ReadOnlySpan<char> text)
    {
        foreach (var length in _lengths)
        {
            if (length <= text.Length && _byContent.TryGetValue(text[..length], out var token))
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

    /// <summary>What regular expressions call \w, by Unicode's Technical Standard 18.</summary>
    private static bool IsWord(Rune rune) =>
        Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark
                or UnicodeCategory.ConnectorPunctuation
                or UnicodeCategory.LetterNumber
        || rune.Value
            is 0x200C
                or 0x200D
                or (>= 0x24B6 and <= 0x24E9)
                or (>= 0x1F130 and <= 0x1F149)
                or (>= 0x1F150 and <= 0x1F169)
                or (>= 0x1F170 and <= 0x1F189);
}

/// <param name="Id">In the model's vocabulary.</param>
/// <param name="Content">As it is written; not empty.</param>
/// <param name="StripLeft">White space before belongs to it.</param>
/// <param name="StripRight">White space after belongs to it.</param>
/// <param name="SingleWord">It is none if a word's character stands next to it.</param>
internal sealed record AddedToken(
    int Id,
    string Content,
    bool StripLeft = false,
    bool StripRight = false,
    bool SingleWord = false
);

/// <summary>How far a text is read: up to where it is searched, and up to where it is given out.</summary>
internal record struct AddedTokenCursor(int Search, int From);

/// <param name="Before">The text between the token before and this one.</param>
/// <param name="Token">The token with the white space that belongs to it.</param>
internal readonly record struct AddedTokenMatch(int Id, Range Before, Range Token);
