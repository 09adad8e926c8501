using Lucene.Net.Analysis;
using Lucene.Net.QueryParsers.Simple;
using Lucene.Net.Search;

namespace EmbeddingFunctions.SearchEmulator.FullText;

/// <summary>Text of a user in the simple syntax to a query. Whatever the text, the result is a query or a refusal, never a crash.</summary>
internal static class TextQueryBuilder
{
    public const int LongestText = 100_000;
    private const int DeepestNesting = 100;
    private const int MostClauses = 3000;

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

    static TextQueryBuilder() => BooleanQuery.MaxClauseCount = MostClauses;

    /// <summary>True for what matches every document with the score 1: no text, blanks, or <c>*</c>.</summary>
    public static bool MatchesAll(string? text) => string.IsNullOrWhiteSpace(text) || text.AsSpan().Trim() is "*";

    /// <summary>Null when the text has nothing to search for (only operators or punctuation): it matches no document.</summary>
    /// <exception cref="ServiceException">400 when the text is too long, too deep or has too many terms.</exception>
    public static Query? Simple(string text, IndexSchema schema, IReadOnlyList<Schema.Field> fields, bool all)
    {
        Check(text);
        if (fields.Count == 0)
            return null;
        var weights = fields.ToDictionary(f => f.Path, _ => 1f, StringComparer.Ordinal);
        var parser = new Parser(AnalyzerCatalog.For(schema, forQueries: true), weights)
        {
            DefaultOperator = all ? Occur.MUST : Occur.SHOULD,
        };
        try
        {
            return parser.Parse(text);
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

    private sealed class Parser(Analyzer analyzer, IDictionary<string, float> weights)
        : SimpleQueryParser(analyzer, weights, Syntax)
    {
        // A word that every field's analyzer drops (punctuation, stop words) must not turn "all" into "none".
        protected override Query NewDefaultQuery(string text) => NullIfEmpty(base.NewDefaultQuery(text))!;

        protected override Query NewPhraseQuery(string text, int slop) => NullIfEmpty(base.NewPhraseQuery(text, slop))!;

        // Prefixes are not analyzed, only lower-cased.
        protected override Query NewPrefixQuery(string text) => base.NewPrefixQuery(text.ToLowerInvariant());

        private static Query? NullIfEmpty(Query? query) => query is BooleanQuery { Clauses.Count: 0 } ? null : query;
    }
}
