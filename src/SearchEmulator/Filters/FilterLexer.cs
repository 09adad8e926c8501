using System.Globalization;

namespace EmbeddingFunctions.SearchEmulator.Filters;

/// <summary>OData filter text to tokens. Positions in messages are those of Microsoft.OData.Core: the end of the offending token.</summary>
internal sealed class FilterLexer(string text, string parameter)
{
    private int _position;

    public Token Next()
    {
        while (_position < text.Length && char.IsWhiteSpace(text[_position]))
            _position++;
        var start = _position;
        if (start == text.Length)
            return new Token(TokenKind.End, "", start, start);
        var first = text[start];
        return first switch
        {
            '(' => Single(TokenKind.Open),
            ')' => Single(TokenKind.Close),
            ',' => Single(TokenKind.Comma),
            '/' => Single(TokenKind.Slash),
            ':' => Single(TokenKind.Colon),
            '\'' => Quoted(start),
            '-' => Negative(start),
            _ when char.IsAsciiDigit(first) => Number(start),
            '@' when start + 1 == text.Length => throw SyntaxError(start + 1),
            '@' when !IsLetter(text[start + 1]) => throw NotValid(start + 1),
            _ when IsLetter(first) || first is '$' or '@' => Identifier(start),
            '=' or '?' or '.' or '*' or '&' or ';' or '[' or '{' => Single(TokenKind.Other),
            _ => throw NotValid(start),
        };
    }

    /// <summary>The token after the next one, without moving on.</summary>
    public Token Peek()
    {
        var position = _position;
        var token = Next();
        _position = position;
        return token;
    }

    private static bool IsLetter(char character) => char.IsLetter(character) || character == '_';

    private ServiceException NotValid(int position) =>
        ServiceException.InvalidExpression(
            $"Syntax error: character '{text[position]}' is not valid at position {position}{In}",
            parameter
        );

    private ServiceException SyntaxError(int position) =>
        ServiceException.InvalidExpression($"Syntax error at position {position}{In}", parameter);

    /// <summary>The end of a message; a long text is not repeated.</summary>
    public string In => text.Length <= 1000 ? $" in '{text}'." : ".";

    private Token Single(TokenKind kind)
    {
        _position++;
        return new Token(kind, text[(_position - 1).._position], _position - 1, _position);
    }

    private Token Quoted(int start)
    {
        var value = new System.Text.StringBuilder();
        for (_position++; _position < text.Length; _position++)
        {
            if (text[_position] != '\'')
            {
                value.Append(text[_position]);
                continue;
            }
            if (_position + 1 == text.Length || text[_position + 1] != '\'')
            {
                _position++;
                return new Token(TokenKind.Text, text[start.._position], start, _position, value.ToString());
            }
            value.Append('\'');
            _position++;
        }
        throw ServiceException.InvalidExpression(
            $"There is an unterminated string literal at position {text.Length}{In}",
            parameter
        );
    }

    private Token Negative(int start)
    {
        if (text.AsSpan(start + 1).StartsWith("INF", StringComparison.Ordinal))
        {
            _position = start + 4;
            return new Token(TokenKind.Real, "-INF", start, _position, double.NegativeInfinity);
        }
        if (start + 1 < text.Length && char.IsAsciiDigit(text[start + 1]))
            return Number(start);
        return Single(TokenKind.Other);
    }

    private Token Identifier(int start)
    {
        while (
            _position < text.Length
            && (char.IsLetterOrDigit(text[_position]) || text[_position] is '_' or '.' or '$' or '@')
        )
            _position++;
        // A full stop at the end belongs to what follows ("valid filter.").
        while (text[_position - 1] == '.')
            _position--;
        var word = text[start.._position];
        return word switch
        {
            "geography" when _position < text.Length && text[_position] == '\'' => Place(start),
            "INF" => new Token(TokenKind.Real, word, start, _position, double.PositiveInfinity),
            "NaN" => new Token(TokenKind.Real, word, start, _position, double.NaN),
            _ => new Token(TokenKind.Identifier, word, start, _position),
        };
    }

    private Token Place(int start)
    {
        var literal = (string)Quoted(_position).Value!;
        return Geography.Point(literal) is { } point
                ? new Token(TokenKind.Place, text[start.._position], start, _position, point)
            : literal.Contains("POLYGON", StringComparison.OrdinalIgnoreCase)
                ? throw ServiceException.NotSupported("A polygon in an expression")
            : throw ServiceException.InvalidExpression(
                $"The geography literal at position {_position} is not a POINT(longitude latitude) on the earth.",
                parameter
            );
    }

    // Numbers and dates begin alike: 2020-01-01T00:00:00Z.
    private Token Number(int start)
    {
        _position++;
        while (_position < text.Length && IsNumberPart())
            _position++;
        var word = text[start.._position];
        if (long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
            return new Token(TokenKind.Integer, word, start, _position, integer);
        if (word.Contains('T', StringComparison.Ordinal) && Date(word) is { } date)
            return new Token(TokenKind.Date, word, start, _position, date);
        if (
            double.TryParse(
                word.AsSpan().TrimEnd('d').TrimEnd('D'),
                NumberStyles.Float,
                CultureInfo.InvariantCulture,
                out var real
            )
        )
            return new Token(TokenKind.Real, word, start, _position, real);
        throw SyntaxError(_position);

        bool IsNumberPart() =>
            text[_position] is var c
            && (
                char.IsAsciiLetterOrDigit(c)
                || c is '.' or '-' or ':'
                || (c == '+' && text[_position - 1] is 'e' or 'E' or (>= '0' and <= '9'))
            );
    }

    // Seconds may be left out in a filter, not in a document.
    private static DateTimeOffset? Date(string word) =>
        DocumentReader.Date(word) is { } date ? date
        : word.Length >= 17 && word[16] is 'Z' or '+' or '-'
            ? DocumentReader.Date(string.Concat(word.AsSpan(0, 16), ":00", word.AsSpan(16)))
        : null;
}

internal enum TokenKind
{
    End,
    Identifier,
    Text,
    Integer,
    Real,
    Date,
    Place,
    Open,
    Close,
    Comma,
    Slash,
    Colon,
    Other,
}

internal readonly record struct Token(TokenKind Kind, string Text, int Start, int End, object? Value = null)
{
    public bool Is(string keyword) => Kind == TokenKind.Identifier && Text == keyword;
}
