using System.Text;
using System.Text.RegularExpressions;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace EmbeddingFunctions.SearchEmulator.FullText;

/// <summary>
/// All terms that a wildcard or regular expression matches whole, with a constant score. The expression runs in time linear to the term,
/// where Lucene's own would build an automaton that can be exponential in the expression.
/// </summary>
internal sealed class PatternQuery(string field, TermPattern pattern, CancellationToken cancellationToken)
    : MultiTermQuery(field)
{
    public bool IsMatch(string term) => pattern.Expression.IsMatch(term);

    public override string ToString(string field) => $"{Field}:/{pattern.Text}/";

    public override bool Equals(object? obj) =>
        obj is PatternQuery other && base.Equals(other) && other.ToString() == ToString();

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), pattern.Text);

    protected override TermsEnum GetTermsEnum(Terms terms, AttributeSource atts) =>
        new Matching(terms.GetEnumerator(), pattern, cancellationToken);

    private sealed class Matching : FilteredTermsEnum
    {
        private readonly TermPattern _pattern;
        private readonly BytesRef _prefix;
        private readonly CancellationToken _cancellationToken;

        public Matching(TermsEnum terms, TermPattern pattern, CancellationToken cancellationToken)
            : base(terms)
        {
            (_pattern, _prefix, _cancellationToken) = (pattern, new BytesRef(pattern.Prefix), cancellationToken);
            SetInitialSeekTerm(_prefix);
        }

        protected override AcceptStatus Accept(BytesRef term)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            if (!StringHelper.StartsWith(term, _prefix))
                return AcceptStatus.END;
            return _pattern.Expression.IsMatch(term.Utf8ToString()) ? AcceptStatus.YES : AcceptStatus.NO;
        }
    }
}

/// <summary>A pattern over whole terms; every match begins with <see cref="Prefix"/>.</summary>
internal sealed record TermPattern(string Text, string Prefix, Regex Expression)
{
    private const int LongestPattern = 1000;

    /// <summary><c>*</c> any text, <c>?</c> any one character, <c>\</c> takes the next one literally.</summary>
    public static TermPattern FromWildcard(string text)
    {
        var pattern = new StringBuilder();
        var prefix = new StringBuilder();
        var isLiteral = true;
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (character is '*' or '?')
            {
                pattern.Append(character == '*' ? ".*" : ".");
                isLiteral = false;
                continue;
            }
            if (character == '\\' && i + 1 < text.Length)
                character = text[++i];
            pattern.Append(Regex.Escape(character.ToString()));
            if (isLiteral)
                prefix.Append(character);
        }
        return Compile(text, prefix.ToString(), pattern.ToString());
    }

    /// <summary>Lucene's regular expressions.</summary>
    public static TermPattern FromRegex(string text) => Compile(text, "", LuceneRegex.Translate(text));

    private static TermPattern Compile(string text, string prefix, string pattern)
    {
        if (text.Length > LongestPattern)
            throw LuceneRegex.Invalid($"has {text.Length} characters; {LongestPattern} are allowed");
        try
        {
            const RegexOptions options =
                RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant;
            return new TermPattern(text, prefix, new Regex($@"\A(?:{pattern})\z", options, TimeSpan.FromSeconds(1)));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw LuceneRegex.Invalid("is wrong, or repeats too much");
        }
    }
}
