using System.Text;

namespace EmbeddingFunctions.SearchEmulator.FullText;

/// <summary>A wildcard or regular expression over whole terms; every match begins with <see cref="Prefix"/>. Not thread-safe.</summary>
internal sealed class TermPattern
{
    private const int LongestPattern = 1000;

    private readonly TermLanguage _language = new();
    private readonly TermExpression _expression;

    private TermPattern(string text, Func<string, TermLanguage, TermExpression> parse)
    {
        if (text.Length > LongestPattern)
            throw LuceneRegex.Invalid($"has {text.Length} characters; {LongestPattern} are allowed");
        Text = text;
        _expression = parse(text, _language);
        Prefix = LiteralPrefix(_expression);
    }

    public string Text { get; }

    public string Prefix { get; }

    /// <summary><c>*</c> any text, <c>?</c> any one character, <c>\</c> takes the next one literally.</summary>
    public static TermPattern FromWildcard(string text) => new(text, Wildcard);

    /// <summary>Lucene's regular expressions.</summary>
    public static TermPattern FromRegex(string text) => new(text, LuceneRegex.Parse);

    public bool IsMatch(string term) => _language.IsMatch(_expression, term);

    private static TermExpression Wildcard(string text, TermLanguage language)
    {
        var parts = new Stack<TermExpression>();
        var isEscaped = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var wasEscaped = isEscaped;
            isEscaped = !wasEscaped && rune.Value == '\\';
            if (!isEscaped)
                parts.Push(
                    rune.Value switch
                    {
                        '*' when !wasEscaped => language.Everything,
                        '?' when !wasEscaped => language.Character,
                        var character => language.Literal(character),
                    }
                );
        }
        return parts.Aggregate(language.Empty, (rest, part) => language.Concatenate(part, rest));
    }

    private static string LiteralPrefix(TermExpression expression)
    {
        var prefix = new StringBuilder();
        while (expression.Operation == Operation.Concatenation && IsLiteral(expression.Operands[0]))
        {
            prefix.Append(new Rune(expression.Operands[0].Ranges[0].First));
            expression = expression.Operands[1];
        }
        return prefix.ToString();

        static bool IsLiteral(TermExpression set) =>
            set is { Operation: Operation.Set, Bounds.Lowest: 0, Ranges: [var only] } && only.First == only.Last;
    }
}
