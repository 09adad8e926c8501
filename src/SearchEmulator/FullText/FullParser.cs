using Lucene.Net.Analysis;
using Lucene.Net.Index;
using Lucene.Net.QueryParsers.Classic;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace EmbeddingFunctions.SearchEmulator.FullText;

/// <summary>
/// Lucene's classic syntax over several fields, as the service has it: no ranges, and bounds on what expands to many terms, since
/// neither its automata nor its expansion can be cancelled.
/// </summary>
internal sealed class FullParser(
    string[] fields,
    Analyzer analyzer,
    IndexSchema schema,
    IReadOnlyDictionary<string, float> weights,
    CancellationToken cancellationToken
)
    : MultiFieldQueryParser(
        LuceneVersion.LUCENE_48,
        fields,
        analyzer,
        fields.ToDictionary(f => f, f => weights.GetValueOrDefault(f, 1), StringComparer.Ordinal)
    )
{
    private const int MostFuzzy = 100;
    private const int MostPatterns = 500;
    private const int MostFuzzyCost = 20_000;
    private const int LongestProximity = 1000;

    // A word comes once for itself and once for each field.
    private readonly int _mostWords = BooleanQuery.MaxClauseCount * (fields.Length + 1);
    private int _words;
    private int _clauses;
    private int _fuzzy;
    private int _fuzzyCost;
    private int _patterns;
    private readonly SynonymQueries _synonyms = new(schema, analyzer);
    private int _slop;

    protected override Query? GetFieldQuery(string field, string queryText, bool quoted)
    {
        if (++_words > _mostWords || (field is null && ++_clauses > BooleanQuery.MaxClauseCount))
            throw TextQueryBuilder.TooManyClauses();
        return Weighted(field, base.GetFieldQuery(field, queryText, quoted));
    }

    protected override Query? GetFieldQuery(string field, string queryText, int slop)
    {
        if (slop > 0 && queryText.Length > LongestProximity)
            throw TooCostly($"a proximity search over more than {LongestProximity} characters");
        // The base sets it on a phrase it made itself, not on several.
        _slop = slop;
        return Weighted(field, base.GetFieldQuery(field, queryText, slop));
    }

    protected override Query NewFieldQuery(Analyzer analyzer, string field, string queryText, bool quoted) =>
        _synonyms.Find(
            field,
            queryText,
            quoted,
            quoted ? _slop : 0,
            DefaultOperator == AND_OPERATOR ? Occur.MUST : Occur.SHOULD
        ) ?? base.NewFieldQuery(analyzer, field, queryText, quoted);

    protected override Query NewFuzzyQuery(Term term, float minimumSimilarity, int prefixLength) =>
        base.NewFuzzyQuery(term, minimumSimilarity, prefixLength) is FuzzyQuery fuzzy
            ? new CancellableFuzzyQuery(term, fuzzy.MaxEdits, prefixLength, cancellationToken)
            : throw new InvalidOperationException("No fuzzy query.");

    protected override Query GetFuzzyQuery(string field, string termStr, float minSimilarity)
    {
        // The automaton of a word takes time and memory by the square of its length.
        if (
            field is not null
            && (
                ++_fuzzy > MostFuzzy
                || termStr.Length > 255
                || (_fuzzyCost += termStr.Length * termStr.Length) > MostFuzzyCost
            )
        )
            throw TooCostly(
                $"too many or too long fuzzy words ({MostFuzzy}, times fields, of 14 characters are allowed)"
            );
        return Weighted(field, base.GetFuzzyQuery(field, termStr, minSimilarity))!;
    }

    protected override Query GetPrefixQuery(string field, string termStr) =>
        Weighted(field, base.GetPrefixQuery(field, termStr))!;

    protected override Query GetWildcardQuery(string field, string termStr) =>
        field is "*" && termStr is "*"
            ? new MatchAllDocsQuery()
            : Weighted(field, base.GetWildcardQuery(field, termStr))!;

    protected override Query GetRegexpQuery(string field, string termStr) =>
        Weighted(field, base.GetRegexpQuery(field, termStr))!;

    protected override Query GetRangeQuery(
        string field,
        string part1,
        string part2,
        bool startInclusive,
        bool endInclusive
    ) => throw new ParseException("Ranges belong into filters.");

    protected override Query NewRegexpQuery(Term regexp)
    {
        CountPattern();
        return new PatternQuery(regexp.Field, TermPattern.FromRegex(regexp.Text), cancellationToken);
    }

    protected override Query NewWildcardQuery(Term t)
    {
        CountPattern();
        return new PatternQuery(t.Field, TermPattern.FromWildcard(t.Text), cancellationToken);
    }

    private void CountPattern()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (++_patterns > MostPatterns)
            throw TooCostly($"more than {MostPatterns} wildcards and regular expressions (times fields)");
    }

    // No field means all of them, each of which comes here by its name.
    private Query? Weighted(string? field, Query? query)
    {
        if (field is null)
            return query;
        if (schema.Find(field) is not { IsText: true })
            throw ServiceException.InvalidParameter(
                "InvalidSearchSyntax",
                $"'{field}' is not a searchable field.",
                "search"
            );
        if (query is not null && weights.TryGetValue(field, out var weight))
            query.Boost *= weight;
        return query;
    }

    private static ServiceException TooCostly(string what) =>
        ServiceException.InvalidParameter("InvalidSearchSyntax", $"The search text has {what}.", "search");
}

/// <summary>Between its automata it can be ended.</summary>
internal sealed class CancellableFuzzyQuery(
    Term term,
    int mostEdits,
    int prefixLength,
    CancellationToken cancellationToken
) : FuzzyQuery(term, mostEdits, prefixLength)
{
    protected override TermsEnum GetTermsEnum(Terms terms, AttributeSource atts)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return base.GetTermsEnum(terms, atts);
    }
}
