using System.Text;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Search;
using Lucene.Net.Search.Highlight;

namespace EmbeddingFunctions.SearchEmulator.FullText;

/// <summary>The sentences of a text in which a query matches, with tags around what matches.</summary>
internal sealed class Highlighter(Query query, Analyzer analyzer, string preTag, string postTag)
{
    /// <summary>
    /// The best <paramref name="most"/> sentences of all <paramref name="texts"/> of a field (those with more and rarer words), in the
    /// order of the text. A text without a sentence end is one sentence.
    /// </summary>
    public IReadOnlyList<string> Passages(string field, IEnumerable<string> texts, int most)
    {
        var passages = texts.SelectMany(text => Passages(field, text)).Select((p, i) => (p.Text, p.Score, Order: i));
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

    private IEnumerable<(string Text, float Score)> Passages(string field, string text)
    {
        var matches = Matches(field, text);
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

    private List<(int Start, int End, float Score)> Matches(string field, string text)
    {
        var matches = new List<(int Start, int End, float Score)>();
        var scorer = new QueryScorer(query, field) { ExpandMultiTermQuery = true };
        try
        {
            // Read twice where the query needs positions, so it is kept; and reset before that, because the copy does not.
            using var source = analyzer.GetTokenStream(field, text);
            using var stream = new CachingTokenFilter(source);
            var (offset, _) = (stream.AddAttribute<IOffsetAttribute>(), stream.AddAttribute<ICharTermAttribute>());
            source.Reset();
            scorer.Init(stream);
            scorer.StartFragment(null);
            stream.Reset();
            while (stream.IncrementToken())
            {
                var score = scorer.GetTokenScore();
                if (score > 0 && offset.EndOffset > offset.StartOffset)
                    matches.Add((offset.StartOffset, offset.EndOffset, score));
            }
            source.End();
        }
        catch (BooleanQuery.TooManyClausesException)
        {
            // An expression that matches thousands of words of one text marks none of them.
            return [];
        }
        matches.Sort((a, b) => a.Start.CompareTo(b.Start));
        return matches;
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
