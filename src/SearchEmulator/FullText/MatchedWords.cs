using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Highlight;

namespace EmbeddingFunctions.SearchEmulator.FullText;

/// <summary>
/// What of a query marks words of one field. Single words, prefixes and patterns are looked up word by word and remembered from text to
/// text; only phrases have to be searched for in each text.
/// </summary>
internal sealed class MatchedWords
{
    private readonly Dictionary<string, float> _terms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, float> _known = new(StringComparer.Ordinal);
    private readonly List<(Func<string, bool> IsMatch, float Weight)> _patterns = [];
    private readonly BooleanQuery _phrases = [];
    private readonly string _field;

    private readonly CancellationToken _cancellationToken;

    public MatchedWords(Query query, string field, IndexReader reader, CancellationToken cancellationToken)
    {
        (_field, _cancellationToken) = (field, cancellationToken);
        Add(query, 1, reader);
    }

    /// <summary>Phrases cost a search in every text.</summary>
    public int Phrases => _phrases.Clauses.Count;

    /// <summary>Places and weights of the words that match, in the order of the text.</summary>
    public List<(int Start, int End, float Score)> In(string text, Analyzer analyzer)
    {
        var matches = new List<(int Start, int End, float Score)>();
        // Read twice where there are phrases, so it is kept; and reset before that, because the copy does not.
        using var source = analyzer.GetTokenStream(_field, text);
        using var stream = new CachingTokenFilter(new BoundedStream(source, int.MaxValue, _cancellationToken));
        var (term, offset) = (stream.AddAttribute<ICharTermAttribute>(), stream.AddAttribute<IOffsetAttribute>());
        source.Reset();
        QueryScorer? phrases = null;
        if (Phrases > 0)
        {
            phrases = new QueryScorer(_phrases, _field);
            phrases.Init(stream);
            phrases.StartFragment(null);
        }
        stream.Reset();
        while (stream.IncrementToken())
        {
            var score = Math.Max(Weight(term.ToString()!), phrases?.GetTokenScore() ?? 0);
            if (score > 0 && offset.EndOffset > offset.StartOffset)
                matches.Add((offset.StartOffset, offset.EndOffset, score));
        }
        source.End();
        matches.Sort((a, b) => a.Start.CompareTo(b.Start));
        return matches;
    }

    private float Weight(string word)
    {
        if (_terms.TryGetValue(word, out var weight) || _known.TryGetValue(word, out weight))
            return weight;
        weight = _patterns.Where(p => p.IsMatch(word)).Select(p => p.Weight).DefaultIfEmpty().Max();
        _known.Add(word, weight);
        return weight;
    }

    private void Add(Query query, float boost, IndexReader reader)
    {
        boost *= query.Boost;
        switch (query)
        {
            case BooleanQuery all:
                foreach (var clause in all.Clauses.Where(c => !c.IsProhibited))
                    Add(clause.Query, boost, reader);
                break;
            case TermQuery word when word.Term.Field == _field:
                _terms[word.Term.Text] = Math.Max(boost, _terms.GetValueOrDefault(word.Term.Text));
                break;
            case PrefixQuery prefix when prefix.Field == _field:
                var beginning = prefix.Prefix.Text;
                _patterns.Add((word => word.StartsWith(beginning, StringComparison.Ordinal), boost));
                break;
            case PatternQuery pattern when pattern.Field == _field:
                _patterns.Add((pattern.IsMatch, boost));
                break;
            case FuzzyQuery fuzzy when fuzzy.Field == _field:
                // The words that the search itself found; the automaton is built once, not for every text.
                Add(fuzzy.Rewrite(reader), boost, reader);
                break;
            case PhraseQuery phrase when phrase.GetTerms()[0].Field == _field:
            case MultiPhraseQuery multi when multi.GetTermArrays()[0][0].Field == _field:
                _phrases.Add(query, Occur.SHOULD);
                break;
        }
    }
}
