namespace EmbeddingFunctions.SearchEmulator.Suggestions;

/// <summary>
/// Whether a text has all words of a half-typed query, the last one as a beginning. Words without anything between them (as in
/// Chinese, where each character is one) must stand so in the text.
/// </summary>
internal sealed class WordMatcher(IReadOnlyList<Word> query, bool fuzzy)
{
    private const int ShortestFuzzy = 3;

    /// <summary>The words of the text that belong to a match; none when it does not match.</summary>
    public IReadOnlyList<Word> Match(string text)
    {
        var words = SuggestFields.Tokenize(text);
        var isMatch = new bool[words.Count];
        for (var first = 0; first < query.Count; )
        {
            var end = first + 1;
            while (end < query.Count && query[end].Start == query[end - 1].End)
                end++;
            var isFound = false;
            for (var start = 0; start + end - first <= words.Count; start++)
            {
                if (!IsAt(words, start, first, end))
                    continue;
                isFound = true;
                isMatch.AsSpan(start, end - first).Fill(true);
            }
            if (!isFound)
                return [];
            first = end;
        }
        return [.. words.Where((_, i) => isMatch[i])];
    }

    /// <summary>A whole word, or within one edit of it.</summary>
    public static bool Is(string word, string wanted, bool fuzzy) =>
        word == wanted || (fuzzy && wanted.Length >= ShortestFuzzy && IsOneEdit(word, wanted));

    /// <summary>A beginning, or a whole word within one edit.</summary>
    public static bool IsBegun(string word, string beginning, bool fuzzy) =>
        word.StartsWith(beginning, StringComparison.Ordinal) || Is(word, beginning, fuzzy);

    private bool IsAt(IReadOnlyList<Word> words, int start, int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            var word = words[start + i - first];
            if (i > first && word.Start != words[start + i - first - 1].End)
                return false;
            var isLast = i == query.Count - 1;
            if (!(isLast ? IsBegun(word.Text, query[i].Text, fuzzy) : Is(word.Text, query[i].Text, fuzzy)))
                return false;
        }
        return true;
    }

    // One character more, less, other, or two neighbours swapped.
    private static bool IsOneEdit(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 1)
            return false;
        var same = 0;
        while (same < a.Length && same < b.Length && a[same] == b[same])
            same++;
        var restA = a.AsSpan(same);
        var restB = b.AsSpan(same);
        return (restA.Length - restB.Length) switch
        {
            1 => restA[1..].SequenceEqual(restB),
            -1 => restB[1..].SequenceEqual(restA),
            _ => restA.Length > 0
                && (
                    restA[1..].SequenceEqual(restB[1..])
                    || (
                        restA.Length > 1
                        && restA[0] == restB[1]
                        && restA[1] == restB[0]
                        && restA[2..].SequenceEqual(restB[2..])
                    )
                ),
        };
    }
}
