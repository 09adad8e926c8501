namespace EmbeddingFunctions.SearchEmulator.Ranking;

/// <summary><c>$orderby</c>: clauses with <c>asc</c> or <c>desc</c>, separated by commas.</summary>
internal sealed class OrderByParser
{
    private const string Parameter = "$orderby";
    private const int MostClauses = 32;

    private readonly TokenReader _tokens;

    private OrderByParser(string text) => _tokens = new TokenReader(text, Parameter);

    /// <exception cref="ServiceException">400 with the position.</exception>
    public static IReadOnlyList<OrderKey> Parse(string text)
    {
        var parser = new OrderByParser(text);
        var keys = new List<OrderKey> { parser.Key() };
        while (parser._tokens.Accept(TokenKind.Comma))
        {
            keys.Add(parser.Key());
            if (keys.Count > MostClauses)
                throw Invalid($"$orderby can have {MostClauses} clauses, but more were found.");
        }
        return parser._tokens.Current.Kind == TokenKind.End ? keys : throw parser._tokens.SyntaxError();
    }

    public static ServiceException Invalid(string message) => ServiceException.InvalidExpression(message, Parameter);

    private OrderKey Key()
    {
        var (field, point) = Operand();
        if (_tokens.Accept("asc"))
            return new OrderKey(field, point, IsDescending: false);
        if (_tokens.Accept("desc"))
            return new OrderKey(field, point, IsDescending: true);
        // A score alone means the best first.
        return new OrderKey(field, point, IsDescending: field is null);
    }

    private (string? Field, GeoPoint? Point) Operand()
    {
        var name = _tokens.Take(TokenKind.Identifier, "Expression expected");
        if (!_tokens.Accept(TokenKind.Open))
            return (Path(name.Text), null);
        switch (name.Text)
        {
            case "search.score":
                _tokens.Take(TokenKind.Close, "')' expected");
                return (null, null);
            case "geo.distance":
                var isFieldFirst = _tokens.Current.Kind == TokenKind.Identifier;
                var field = isFieldFirst ? Path(_tokens.Take(TokenKind.Identifier, "Expression expected").Text) : null;
                var point = field is null ? Point() : default;
                _tokens.Take(TokenKind.Comma, "')' or ',' expected");
                if (isFieldFirst)
                    point = Point();
                field ??= Path(_tokens.Take(TokenKind.Identifier, "Expression expected").Text);
                _tokens.Take(TokenKind.Close, "')' or ',' expected");
                return (field, point);
            default:
                throw _tokens.Invalid($"An unknown function with name '{name.Text}' was found");
        }
    }

    private GeoPoint Point() =>
        (GeoPoint)_tokens.Take(TokenKind.Place, "A point geography'POINT(longitude latitude)' was expected").Value!;

    private string Path(string path)
    {
        while (_tokens.Accept(TokenKind.Slash))
            path += "/" + _tokens.Take(TokenKind.Identifier, "Syntax error").Text;
        return path;
    }
}

/// <summary>One clause of <c>$orderby</c>: a field, the distance of a field from a point, or (no field) the score.</summary>
internal sealed record OrderKey(string? Field, GeoPoint? Point, bool IsDescending);
