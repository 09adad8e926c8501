namespace EmbeddingFunctions.SearchEmulator.Ranking;

/// <summary><c>$orderby</c>: clauses with <c>asc</c> or <c>desc</c>, separated by commas.</summary>
internal sealed class OrderByParser
{
    private const string Parameter = "$orderby";
    private const int MostClauses = 32;

    private readonly FilterLexer _lexer;
    private Token _token;

    private OrderByParser(string text)
    {
        _lexer = new FilterLexer(text, Parameter);
        _token = _lexer.Next();
    }

    /// <exception cref="ServiceException">400 with the position.</exception>
    public static IReadOnlyList<OrderKey> Parse(string text)
    {
        var parser = new OrderByParser(text);
        var keys = new List<OrderKey> { parser.Key() };
        while (parser._token.Kind == TokenKind.Comma)
        {
            parser.Advance();
            keys.Add(parser.Key());
            if (keys.Count > MostClauses)
                throw Invalid($"$orderby can have {MostClauses} clauses, but more were found.");
        }
        return parser._token.Kind == TokenKind.End ? keys : throw parser.SyntaxError();
    }

    public static ServiceException Invalid(string message) => ServiceException.InvalidExpression(message, Parameter);

    private OrderKey Key()
    {
        var (field, point) = Operand();
        if (_token.Is("asc") || _token.Is("desc"))
        {
            var isDescending = _token.Is("desc");
            Advance();
            return new OrderKey(field, point, isDescending);
        }
        // A score alone means the best first.
        return new OrderKey(field, point, IsDescending: field is null);
    }

    private (string? Field, GeoPoint? Point) Operand()
    {
        var name = Take(TokenKind.Identifier, "Expression expected");
        if (_token.Kind != TokenKind.Open)
            return (Path(name.Text), null);
        Advance();
        switch (name.Text)
        {
            case "search.score":
                Take(TokenKind.Close, "')' expected");
                return (null, null);
            case "geo.distance":
                var isFieldFirst = _token.Kind == TokenKind.Identifier;
                var field = isFieldFirst ? Path(Take(TokenKind.Identifier, "Expression expected").Text) : null;
                var point = field is null ? Point() : default;
                Take(TokenKind.Comma, "')' or ',' expected");
                if (isFieldFirst)
                    point = Point();
                field ??= Path(Take(TokenKind.Identifier, "Expression expected").Text);
                Take(TokenKind.Close, "')' or ',' expected");
                return (field, point);
            default:
                throw Invalid($"An unknown function with name '{name.Text}' was found{_lexer.In}");
        }
    }

    private GeoPoint Point() =>
        (GeoPoint)Take(TokenKind.Place, "A point geography'POINT(longitude latitude)' was expected").Value!;

    private string Path(string path)
    {
        while (_token.Kind == TokenKind.Slash)
        {
            Advance();
            path += "/" + Take(TokenKind.Identifier, "Syntax error").Text;
        }
        return path;
    }

    private Token Take(TokenKind kind, string otherwise)
    {
        var token = _token;
        if (token.Kind != kind)
            throw Invalid($"{otherwise} at position {token.End}{_lexer.In}");
        Advance();
        return token;
    }

    private void Advance() => _token = _lexer.Next();

    private ServiceException SyntaxError() => Invalid($"Syntax error at position {_token.End}{_lexer.In}");
}

/// <summary>One clause of <c>$orderby</c>: a field, the distance of a field from a point, or (no field) the score.</summary>
internal sealed record OrderKey(string? Field, GeoPoint? Point, bool IsDescending);
