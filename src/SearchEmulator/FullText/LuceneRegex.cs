using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EmbeddingFunctions.SearchEmulator.FullText;

/// <summary>
/// Lucene's regular expressions in .NET's syntax: <c>. ? * + {n,m} | ( ) [ ] " " @ \</c>. Complement, intersection, numeric intervals and
/// the empty language are refused.
/// </summary>
internal sealed class LuceneRegex
{
    private const int MostRepeats = 1000;
    private const int DeepestNesting = 100;

    private readonly string _text;
    private int _position;
    private int _depth;

    private LuceneRegex(string text) => _text = text;

    /// <exception cref="ServiceException">400 on what does not parse.</exception>
    public static string Translate(string text)
    {
        var reader = new LuceneRegex(text);
        var pattern = reader.Union();
        return reader._position == text.Length ? pattern : throw Invalid("has a ')' too many");
    }

    public static ServiceException Invalid(string what) =>
        ServiceException.InvalidParameter(
            "InvalidSearchSyntax",
            $"A wildcard or regular expression of the search text {what}.",
            "search"
        );

    private string Union()
    {
        if (++_depth > DeepestNesting)
            throw Invalid($"is nested more than {DeepestNesting} levels deep");
        var pattern = new StringBuilder();
        while (_position < _text.Length && _text[_position] != ')')
        {
            if (_text[_position] == '|')
            {
                pattern.Append('|');
                _position++;
            }
            else
                pattern.Append(Repeated());
        }
        _depth--;
        return pattern.ToString();
    }

    private string Repeated()
    {
        var pattern = Atom();
        while (_position < _text.Length && _text[_position] is '?' or '*' or '+' or '{')
        {
            var start = _position;
            _position = _text[start] == '{' ? _text.IndexOf('}', start) + 1 : start + 1;
            if (_position == 0)
                throw Invalid("has a '{' without '}'");
            var quantifier = _text[start.._position];
            if (quantifier.Length > 1)
                CheckCounts(quantifier);
            pattern = $"(?:{pattern}){quantifier}";
        }
        return pattern;
    }

    private static void CheckCounts(string quantifier)
    {
        var counts = quantifier[1..^1].Split(',');
        if (
            counts.Length > 2
            || !counts
                .Where((c, i) => i == 0 || c.Length > 0)
                .All(c =>
                    int.TryParse(c, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n <= MostRepeats
                )
        )
            throw Invalid($"has a repetition '{quantifier}' that is not a count up to {MostRepeats}");
    }

    private string Atom()
    {
        var character = _text[_position++];
        switch (character)
        {
            case '(':
                var inner = Union();
                if (_position == _text.Length)
                    throw Invalid("has a '(' without ')'");
                _position++;
                return $"(?:{inner})";
            case '[':
                return Class();
            case '"':
                var end = _text.IndexOf('"', _position);
                if (end < 0)
                    throw Invalid("has a '\"' without its end");
                var literal = Regex.Escape(_text[_position..end]);
                _position = end + 1;
                return $"(?:{literal})";
            case '.':
                return ".";
            case '@':
                return "(?:.*)";
            case '~' or '&' or '<' or '#':
                throw Invalid($"has the operator '{character}', which this emulator does not have");
            case '?' or '*' or '+' or '{':
                throw Invalid($"has a '{character}' after nothing");
            case '\\' when _position < _text.Length:
                return Regex.Escape(_text[_position++].ToString());
            default:
                return Regex.Escape(character.ToString());
        }
    }

    private string Class()
    {
        var pattern = new StringBuilder("[");
        if (_position < _text.Length && _text[_position] == '^')
        {
            pattern.Append('^');
            _position++;
        }
        var start = _position;
        while (_position < _text.Length && (_text[_position] != ']' || _position == start))
        {
            var character = _text[_position++];
            if (character == '-' && _position - 1 > start && _position < _text.Length && _text[_position] != ']')
            {
                pattern.Append('-');
                continue;
            }
            if (character == '\\' && _position < _text.Length)
                character = _text[_position++];
            pattern.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
        }
        if (_position == _text.Length)
            throw Invalid("has a '[' without ']'");
        _position++;
        return pattern.Append(']').ToString();
    }
}
