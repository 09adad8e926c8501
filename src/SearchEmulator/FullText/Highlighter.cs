using System.Text;
using Lucene.Net.Analysis;

namespace EmbeddingFunctions.SearchEmulator.FullText;

/// <summary>The sentences of a text in which a query matches, with tags around what matches.</summary>
internal sealed class Highlighter(Analyzer analyzer, string preTag, string postTag)
{
    /// <summary>
    /// The best <paramref name="most"/> sentences of all <paramref name="texts"/> of a field (those with more words, or with boosted ones), in the
    /// order of the text. A text without a sentence end is one sentence.
    /// </summary>
    public IReadOnlyList<string> Passages(MatchedWords words, IEnumerable<string> texts, int most)
    {
        var passages = texts.SelectMany(text => Passages(words, text)).Select((p, i) => (p.Text, p.Score, Order: i));
        return
        [
            .. passages
                .OrderByDescending(p => p.Score)
                .ThenBy(p => p.Order)
                .Take(most)
                .OrderBy(p => p.Order)
                .Select(p => p.Text),
        ];
    }

    /// <summary>Tags around spans of a text; spans that touch become one.</summary>
    public static string Tagged(
        ReadOnlySpan<char> text,
        IEnumerable<(int Start, int End)> spans,
        string preTag,
        string postTag
    )
    {
        var tagged = new StringBuilder();
        var end = 0;
        var isOpen = false;
        foreach (var (start, stop) in spans)
        {
            if (isOpen && start > end)
                tagged.Append(postTag);
            if (!isOpen || start > end)
                tagged.Append(text[end..start]).Append(preTag);
            isOpen = true;
            if (stop <= end)
                continue;
            tagged.Append(text[Math.Max(start, end)..stop]);
            end = stop;
        }
        return (isOpen ? tagged.Append(postTag) : tagged).Append(text[end..]).ToString();
    }

    private IEnumerable<(string Text, float Score)> Passages(MatchedWords words, string text)
    {
        var matches = words.In(text, analyzer);
        var next = 0;
        foreach (var (start, end) in matches.Count == 0 ? [] : Sentences(text))
        {
            var score = 0f;
            var spans = new List<(int, int)>();
            for (; next < matches.Count && matches[next].Start < end; next++)
            {
                score += matches[next].Score;
                spans.Add((matches[next].Start - start, Math.Min(matches[next].End, end) - start));
            }
            if (spans.Count > 0)
                yield return (Tagged(text.AsSpan(start..end), spans, preTag, postTag), score);
        }
    }

    // A sentence ends after . ! ? before white space, after their wide forms, and with its line.
    private static IEnumerable<(int Start, int End)> Sentences(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var isEnd =
                text[i] is '\n' or '。' or '！' or '？'
                || (text[i] is '.' or '!' or '?' && i + 1 < text.Length && char.IsWhiteSpace(text[i + 1]));
            if (!isEnd && i + 1 < text.Length)
                continue;
            var (from, to) = (start, i + 1);
            while (from < to && char.IsWhiteSpace(text[from]))
                from++;
            while (to > from && char.IsWhiteSpace(text[to - 1]))
                to--;
            start = i + 1;
            if (to > from)
                yield return (from, to);
        }
    }
}
