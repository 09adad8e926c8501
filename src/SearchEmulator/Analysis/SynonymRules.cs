using System.Collections.Immutable;
using System.Text;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Synonym;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Util;
using LuceneSynonyms = Lucene.Net.Analysis.Synonym.SynonymMap;

namespace EmbeddingFunctions.SearchEmulator.Analysis;

/// <summary>Rules in the format of Solr: <c>a, b, c</c> are equal; <c>a, b => c</c> replaces.</summary>
internal sealed class SynonymRules
{
    private const int MostRules = 20_000;
    private const int MostExpansions = 20;

    private readonly IReadOnlyList<Rule> _rules;

    private SynonymRules(IReadOnlyList<Rule> rules) => _rules = rules;

    /// <exception cref="ServiceException">400; the message has the number of the line.</exception>
    public static SynonymRules Parse(IEnumerable<string> lines)
    {
        var rules = new List<Rule>();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line[0] == '#')
                continue;
            rules.Add(ReadLine(line, number));
            if (rules.Count > MostRules)
                throw Invalid(number, $"there are more than {MostRules} rules");
        }
        return new SynonymRules(rules);
    }

    /// <summary>The rules in the words of an analyzer, for streams of texts that went through it.</summary>
    /// <param name="analyzer">A term that it leaves nothing of (a stop word) takes no part.</param>
    /// <param name="expand">Whether equal terms stand for all of each other, or for the first.</param>
    public PreparedSynonyms Build(Analyzer analyzer, bool expand = true)
    {
        var builder = new LuceneSynonyms.Builder(dedup: true);
        var isEmpty = true;
        foreach (var (input, output, keepsInput) in Replacements(analyzer, expand))
        {
            builder.Add(Joined(input), Joined(output), keepsInput);
            isEmpty = false;
        }
        return new PreparedSynonyms(isEmpty ? null : builder.Build());
    }

    /// <summary>Every pair of a term and what stands for it, and whether the term itself stays.</summary>
    public IEnumerable<(SynonymTerm Input, SynonymTerm Output, bool KeepsInput)> Replacements(
        Analyzer analyzer,
        bool expand = true
    )
    {
        foreach (var rule in _rules)
        {
            var inputs = Analyze(rule.Inputs, analyzer);
            var outputs = rule.Outputs is { } given ? Analyze(given, analyzer) : null;
            foreach (var input in inputs)
            {
                foreach (var output in outputs ?? (expand ? inputs : [inputs[0]]))
                {
                    if (!input.HasWordsOf(output))
                        yield return (input, output, outputs is null && expand);
                }
            }
        }
    }

    private static CharsRef Joined(SynonymTerm term) =>
        new(string.Join(LuceneSynonyms.WORD_SEPARATOR, term.Words.Select(w => w.Text)));

    private static Rule ReadLine(string line, int number)
    {
        var sides = Split(line, "=>");
        if (sides.Count > 2)
            throw Invalid(number, "'=>' stands more than once in it");
        var terms = sides.ConvertAll(side => Split(side, ",").ConvertAll(Unescape));
        terms.ForEach(side => side.RemoveAll(t => t.Length == 0));
        if (terms.Exists(side => side.Count == 0))
            throw Invalid(number, "a side of it has no term");
        if (terms.Exists(side => side.Count > MostExpansions))
            throw Invalid(number, $"it has more than {MostExpansions} terms");
        return new Rule(terms[0], sides.Count == 2 ? terms[1] : null);
    }

    // A backslash takes the meaning from the character after it.
    private static List<string> Split(string text, string separator)
    {
        var parts = new List<string>();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (string.CompareOrdinal(text, i, separator, 0, separator.Length) == 0)
            {
                parts.Add(text[start..i]);
                i += separator.Length - 1;
                start = i + 1;
            }
        }
        parts.Add(text[start..]);
        return parts;
    }

    private static string Unescape(string term)
    {
        var text = new StringBuilder(term.Length);
        for (var i = 0; i < term.Length; i++)
        {
            if (term[i] == '\\' && i + 1 < term.Length)
                i++;
            text.Append(term[i]);
        }
        return text.ToString().Trim();
    }

    private static List<SynonymTerm> Analyze(List<string> terms, Analyzer analyzer) =>
        [
            .. terms
                .Select(term => new SynonymTerm([
                    // A second reading of the same word has no place in a sequence.
                    .. Words(analyzer, "", term).DistinctBy(w => w.Position),
                ]))
                .Where(term => term.Words.Length > 0),
        ];

    /// <summary>What an analyzer makes of a text; the first word stands at 0, and what it left out leaves a gap.</summary>
    public static IEnumerable<(string Text, int Position)> Words(Analyzer analyzer, string field, string text)
    {
        using var stream = analyzer.GetTokenStream(field, text);
        var word = stream.AddAttribute<ICharTermAttribute>();
        var increment = stream.AddAttribute<IPositionIncrementAttribute>();
        var position = -1;
        stream.Reset();
        while (stream.IncrementToken())
        {
            position = position < 0 ? 0 : position + increment.PositionIncrement;
            yield return (word.ToString()!, position);
        }
        stream.End();
    }

    private static ServiceException Invalid(int line, string why)
    {
        var message = $"The synonym rule in line {line} cannot be read: {why}.";
        return new ServiceException(
            400,
            "InvalidRequestParameter",
            $"The request is invalid. Details: synonymMap : {message}",
            new ErrorDetail("InvalidSynonymMapSyntax", $"{message} Parameters: synonymMap")
        );
    }

    private sealed record Rule(List<string> Inputs, List<string>? Outputs);
}

/// <summary>The words of one side of a rule, and where they stand after the first.</summary>
internal readonly record struct SynonymTerm(ImmutableArray<(string Text, int Position)> Words)
{
    public bool HasWordsOf(SynonymTerm other) =>
        Words.Select(w => w.Text).SequenceEqual(other.Words.Select(w => w.Text));
}

/// <summary>Thread-safe.</summary>
internal sealed class PreparedSynonyms(LuceneSynonyms? map)
{
    public TokenStream Apply(TokenStream stream, bool ignoreCase = false) =>
        map is null ? stream : new SynonymFilter(stream, map, ignoreCase);
}
