using System.Text;
using System.Text.RegularExpressions;
using Lucene.Net.Analysis;
using Lucene.Net.QueryParsers.Classic;
using Lucene.Net.QueryParsers.Simple;
using Lucene.Net.Search;
using Operator = Lucene.Net.QueryParsers.Simple.Operator;

namespace EmbeddingFunctions.SearchEmulator.FullText;

/// <summary>Text of a user to a query. Whatever the text, the result is a query or a refusal, never a crash.</summary>
internal static partial class TextQueryBuilder
{
    public const int LongestText = 100_000;
    private const int DeepestNesting = 100;
    private const int MostClauses = 3000;
    private const string HelpPage = "https://aka.ms/azure-search-full-query";

    // Azure's simple syntax has no fuzzy and no slop operator: ~ is text.
    private const Operator Syntax =
        Operator.AND_OPERATOR
        | Operator.OR_OPERATOR
        | Operator.NOT_OPERATOR
        | Operator.PREFIX_OPERATOR
        | Operator.PHRASE_OPERATOR
        | Operator.PRECEDENCE_OPERATORS
        | Operator.ESCAPE_OPERATOR
        | Operator.WHITESPACE_OPERATOR;

    private static readonly Dictionary<string, float> NoWeights = [];

    static TextQueryBuilder() => BooleanQuery.MaxClauseCount = MostClauses;

    /// <summary>
    /// Null when the text has nothing to search for (only operators or punctuation): it matches no document.
    /// <paramref name="weights"/> are those of a scoring profile by field; others weigh 1.
    /// </summary>
    /// <exception cref="ServiceException">
    /// 400 when the text is too long, too deep or has too many terms, and in Lucene's syntax when it does not parse.
    /// </exception>
    public static Query? Build(
        TextQuery query,
        IndexSchema schema,
        IReadOnlyDictionary<string, float>? weights,
        CancellationToken cancellationToken
    )
    {
        var fields = query.FieldsIn(schema);
        Check(query.Text!);
        if (fields.IsEmpty)
            return null;
        using var analyzer = new BoundedAnalyzer(AnalyzerCatalog.For(schema, forQueries: true), cancellationToken);
        try
        {
            return query.IsFull
                ? Full(query, schema, fields, analyzer, weights ?? NoWeights, cancellationToken)
                : Simple(query, schema, fields, analyzer, weights ?? NoWeights);
        }
        catch (BooleanQuery.TooManyClausesException)
        {
            throw TooManyClauses();
        }
    }

    public static ServiceException TooManyClauses() =>
        ServiceException.InvalidParameter(
            "TooManyClauses",
            $"The search text has more than {MostClauses} clauses.",
            "search"
        );

    private static Query? Simple(
        TextQuery query,
        IndexSchema schema,
        IReadOnlyList<Schema.Field> fields,
        Analyzer analyzer,
        IReadOnlyDictionary<string, float> weights
    )
    {
        var byField = fields.ToDictionary(
            f => f.Path,
            f => weights.GetValueOrDefault(f.Path, 1),
            StringComparer.Ordinal
        );
        var parser = new SimpleParser(analyzer, byField, new SynonymQueries(schema, analyzer))
        {
            DefaultOperator = query.MatchAllTerms ? Occur.MUST : Occur.SHOULD,
        };
        return parser.Parse(query.Text);
    }

    private static Query Full(
        TextQuery query,
        IndexSchema schema,
        IReadOnlyList<Schema.Field> fields,
        Analyzer analyzer,
        IReadOnlyDictionary<string, float> weights,
        CancellationToken cancellationToken
    )
    {
        var text = new StringBuilder(query.Text);
        // A slash begins a regular expression, except in the name of a sub-field.
        foreach (var field in schema.TextFields.Where(f => f.Path.Contains('/', StringComparison.Ordinal)))
            text.Replace(field.Path + ":", field.Path.Replace("/", "\\/", StringComparison.Ordinal) + ":");
        var parser = new FullParser([.. fields.Select(f => f.Path)], analyzer, schema, weights, cancellationToken)
        {
            DefaultOperator = query.MatchAllTerms ? QueryParserBase.AND_OPERATOR : QueryParserBase.OR_OPERATOR,
        };
        try
        {
            return parser.Parse(text.ToString());
        }
        catch (ParseException e) when (e.InnerException is BooleanQuery.TooManyClausesException)
        {
            throw TooManyClauses();
        }
        catch (ParseException e)
        {
            var position = Position().Match(e.Message);
            throw InvalidSyntax(
                position.Success ? position.Groups["line"].Value : "1",
                position.Success ? position.Groups["column"].Value : $"{text.Length}"
            );
        }
    }

    private static ServiceException InvalidSyntax(string line, string column)
    {
        var message =
            $"Failed to parse query string at line {line}, column {column}. See {HelpPage} for supported syntax.";
        return new ServiceException(
            400,
            "InvalidRequestParameter",
            message,
            new ErrorDetail("InvalidSearchSyntax", message)
        );
    }

    private static void Check(string text)
    {
        if (text.Length > LongestText)
            throw ServiceException.InvalidParameter(
                "ParameterValueOutOfRange",
                $"The search text has {text.Length} characters; {LongestText} are allowed.",
                "search"
            );
        var depth = 0;
        foreach (var character in text)
        {
            depth += character switch
            {
                '(' => 1,
                ')' when depth > 0 => -1,
                _ => 0,
            };
            if (depth > DeepestNesting)
                throw ServiceException.InvalidParameter(
                    "InvalidSearchSyntax",
                    $"The search text nests parentheses more than {DeepestNesting} levels deep.",
                    "search"
                );
        }
    }

    [GeneratedRegex("line (?<line>[0-9]+), column (?<column>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Position();

    private sealed class SimpleParser(Analyzer analyzer, IDictionary<string, float> weights, SynonymQueries synonyms)
        : SimpleQueryParser(analyzer, weights, Syntax)
    {
        public override Query CreateBooleanQuery(string field, string queryText, Occur op) =>
            synonyms.Find(field, queryText, isPhrase: false, slop: 0, op)
            ?? base.CreateBooleanQuery(field, queryText, op);

        public override Query CreatePhraseQuery(string field, string queryText, int phraseSlop) =>
            synonyms.Find(field, queryText, isPhrase: true, phraseSlop, Occur.MUST)
            ?? base.CreatePhraseQuery(field, queryText, phraseSlop);

        // A word that every field's analyzer drops (punctuation, stop words) must not turn "all" into "none".
        protected override Query NewDefaultQuery(string text) => NullIfEmpty(base.NewDefaultQuery(text))!;

        protected override Query NewPhraseQuery(string text, int slop) => NullIfEmpty(base.NewPhraseQuery(text, slop))!;

        // Prefixes are not analyzed, only lower-cased.
        protected override Query NewPrefixQuery(string text) => base.NewPrefixQuery(text.ToLowerInvariant());

        private static Query? NullIfEmpty(Query? query) => query is BooleanQuery { Clauses.Count: 0 } ? null : query;
    }
}
