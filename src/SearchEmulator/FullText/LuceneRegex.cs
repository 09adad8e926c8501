using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace EmbeddingFunctions.SearchEmulator.FullText;

/// <summary>
/// Lucene's regular expressions with all of their operators: <c>. ? * + {n,m} | &amp; ~ ( ) [ ] " " @ # &lt;n-m&gt; \</c>.
/// </summary>
internal sealed class LuceneRegex
{
    private const int MostRepeats = 1000;
    private const int DeepestNesting = 100;

    private readonly TermLanguage _language;
    private readonly string _text;
    private int _position;
    private int _depth;

    private LuceneRegex(string text, TermLanguage language) => (_text, _language) = (text, language);

    /// <exception cref="ServiceException">400 on what does not parse.</exception>
    public static TermExpression Parse(string text, TermLanguage language)
    {
        var reader = new LuceneRegex(text, language);
        if (text.Length == 0)
            return language.Empty;
        var expression = reader.Union();
        return reader._position == text.Length ? expression : throw Invalid("has a ')' too many");
    }

    public static ServiceException Invalid(string what) =>
        ServiceException.InvalidParameter(
            "InvalidSearchSyntax",
            $"A wildcard or regular expression of the search text {what}.",
            "search"
        );

    private TermExpression Union()
    {
        if (++_depth > DeepestNesting)
            throw Invalid($"is nested more than {DeepestNesting} levels deep");
        var operands = new List<TermExpression> { Intersection() };
        while (Accept('|'))
            operands.Add(Intersection());
        _depth--;
        return _language.Union(operands);
    }

    private TermExpression Intersection()
    {
        var operands = new List<TermExpression> { Concatenation() };
        while (Accept('&'))
            operands.Add(Concatenation());
        return _language.Intersection(operands);
    }

    private TermExpression Concatenation()
    {
        var parts = new List<TermExpression>();
        while (_position < _text.Length && _text[_position] is not (')' or '|' or '&'))
            parts.Add(Repeated());
        return parts.Count == 0
            ? throw Invalid("has nothing on one side of '|' or '&', or begins with ')'")
            : Sequence(parts);
    }

    private TermExpression Sequence(IEnumerable<TermExpression> parts) =>
        parts.Reverse().Aggregate(_language.Empty, (rest, part) => _language.Concatenate(part, rest));

    private TermExpression Repeated()
    {
        var expression = Complemented();
        while (_position < _text.Length && _text[_position] is '?' or '*' or '+' or '{')
        {
            var (least, most) = _text[_position++] switch
            {
                '?' => (0, 1),
                '*' => (0, TermLanguage.Unbounded),
                '+' => (1, TermLanguage.Unbounded),
                _ => Counts(Until('}', "'{' without '}'")),
            };
            expression = _language.Repeat(expression, least, most);
        }
        return expression;
    }

    private static (int Least, int Most) Counts(string text)
    {
        var counts = text.Split(',');
        if (
            counts.Length <= 2
            && Number(counts[0]) is { } least
            && (
                counts is [_] ? least
                : counts is [_, ""] ? TermLanguage.Unbounded
                : Number(counts[1])
            )
                is { } most
            && least <= MostRepeats
            && (most <= MostRepeats || most == TermLanguage.Unbounded)
            && least <= most
        )
            return (least, most);
        throw Invalid($"has a repetition '{{{text}}}' that is not a count up to {MostRepeats}");
    }

    private TermExpression Complemented()
    {
        var isComplement = false;
        while (Accept('~'))
            isComplement = !isComplement;
        if (_position == _text.Length)
            throw Invalid("has a '~' before nothing");
        var expression = Atom();
        return isComplement ? _language.Complement(expression) : expression;
    }

    private TermExpression Atom()
    {
        var character = _text[_position];
        if (character is '?' or '*' or '+' or '{')
            throw Invalid($"has a '{character}' after nothing");
        if (character is not ('(' or '[' or '"' or '.' or '@' or '#' or '<'))
            return _language.Literal(Character());
        _position++;
        return character switch
        {
            '(' => Group(),
            '[' => Class(),
            '"' => Sequence(
                Until('"', "'\"' without its end").EnumerateRunes().Select(r => _language.Literal(r.Value))
            ),
            '.' => _language.Character,
            '@' => _language.Everything,
            '#' => _language.Nothing,
            _ => Interval(Until('>', "'<' without '>'")),
        };
    }

    private TermExpression Group()
    {
        if (Accept(')'))
            return _language.Empty;
        var inner = Union();
        return Accept(')') ? inner : throw Invalid("has a '(' without ')'");
    }

    private TermExpression Class()
    {
        var isNegated = Accept('^');
        var ranges = ImmutableArray.CreateBuilder<(int, int)>();
        // A ']' that comes first is a character.
        while (_position < _text.Length && (_text[_position] != ']' || ranges.Count == 0))
        {
            var first = Character();
            var isRange = _position + 1 < _text.Length && _text[_position] == '-' && _text[_position + 1] != ']';
            if (isRange)
                _position++;
            var last = isRange ? Character() : first;
            if (last < first)
                throw Invalid("has a range in '[ ]' that ends before it begins");
            ranges.Add((first, last));
        }
        return Accept(']') ? _language.Set(ranges.ToImmutable(), isNegated) : throw Invalid("has a '[' without ']'");
    }

    // Bounds of the same length mean numbers of that length, with leading zeros.
    private TermExpression Interval(string text)
    {
        if (
            text.Split('-') is not [var first, var last]
            || Number(first) is not { } one
            || Number(last) is not { } other
        )
            throw Invalid($"has '<{text}>', which is not an interval of numbers such as <1-100>");
        return _language.Number(
            Math.Min(one, other),
            Math.Max(one, other),
            first.Length == last.Length ? first.Length : null
        );
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    // The next one, taken literally after a backslash.
    private int Character()
    {
        if (_text[_position] == '\\' && _position + 1 < _text.Length)
            _position++;
        // Half a character matches nothing.
        var found = Rune.TryGetRuneAt(_text, _position, out var rune) ? rune : Rune.ReplacementChar;
        _position += found.Utf16SequenceLength;
        return found.Value;
    }

    private string Until(char end, string otherwise)
    {
        var stop = _text.IndexOf(end, _position);
        if (stop < 0)
            throw Invalid($"has a {otherwise}");
        var text = _text[_position..stop];
        _position = stop + 1;
        return text;
    }

    private bool Accept(char character)
    {
        if (_position == _text.Length || _text[_position] != character)
            return false;
        _position++;
        return true;
    }
}
