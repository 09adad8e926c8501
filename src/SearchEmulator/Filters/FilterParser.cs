namespace EmbeddingFunctions.SearchEmulator.Filters;

/// <summary>Recursive descent over <c>$filter</c>, with bounds on depth and width so that no filter can exhaust the stack or the machine.</summary>
internal sealed class FilterParser
{
    private const string Parameter = "$filter";
    private const int DeepestNesting = 100;
    private const int MostClauses = 3000;
    private const int MostTextSearches = 100;
    private const int LongestFilter = 1 << 20;

    private readonly FilterLexer _lexer;
    private Token _token;
    private int _depth;
    private int _clauses;
    private int _textSearches;

    private FilterParser(string text)
    {
        _lexer = new FilterLexer(text, Parameter);
        _token = _lexer.Next();
    }

    /// <exception cref="ServiceException">400 with the position, in the words of the service.</exception>
    public static FilterNode Parse(string text)
    {
        if (text.Length > LongestFilter)
            throw ServiceException.InvalidExpression(
                $"The filter has {text.Length} characters; {LongestFilter} are allowed.",
                Parameter
            );
        var parser = new FilterParser(text);
        var node = parser.Or();
        return parser._token.Kind == TokenKind.End ? node : throw parser.SyntaxError();
    }

    private FilterNode Or()
    {
        if (++_depth > DeepestNesting)
            throw Invalid($"The filter is nested more than {DeepestNesting} levels deep");
        var first = And();
        if (!_token.Is("or"))
        {
            _depth--;
            return first;
        }
        var operands = new List<FilterNode> { first };
        while (Accept("or"))
            operands.Add(And());
        _depth--;
        return new FilterNode.Or(operands);
    }

    private FilterNode And()
    {
        var first = Comparison();
        if (!_token.Is("and"))
            return first;
        var operands = new List<FilterNode> { first };
        while (Accept("and"))
            operands.Add(Comparison());
        return new FilterNode.And(operands);
    }

    private FilterNode Comparison()
    {
        if (++_clauses > MostClauses)
            throw Invalid($"The filter has more than {MostClauses} clauses");
        var node = Unary();
        while (Operator() is { } comparison)
        {
            Advance();
            node = new FilterNode.Compare(comparison, node, Unary());
        }
        return node;
    }

    private Comparison? Operator() =>
        _token.Kind != TokenKind.Identifier
            ? null
            : _token.Text switch
            {
                "eq" => Filters.Comparison.Eq,
                "ne" => Filters.Comparison.Ne,
                "gt" => Filters.Comparison.Gt,
                "ge" => Filters.Comparison.Ge,
                "lt" => Filters.Comparison.Lt,
                "le" => Filters.Comparison.Le,
                _ => null,
            };

    // "not" binds tighter than a comparison: "not rank gt 3" negates rank.
    private FilterNode Unary()
    {
        var negations = 0;
        while (Accept("not"))
            negations++;
        var node = Primary();
        return negations % 2 == 1 ? new FilterNode.Not(node)
            : negations > 0 ? new FilterNode.Not(new FilterNode.Not(node))
            : node;
    }

    private FilterNode Primary()
    {
        var token = _token;
        CheckBeforeSlash();
        switch (token.Kind)
        {
            case TokenKind.Open:
                Advance();
                var inner = Or();
                Expect(TokenKind.Close, "')' or operator expected");
                return inner;
            case TokenKind.Text or TokenKind.Integer or TokenKind.Real or TokenKind.Date or TokenKind.Place:
                Advance();
                return new FilterNode.Literal(token.Value);
            case TokenKind.Identifier:
                Advance();
                return Identifier(token);
            default:
                throw Invalid($"Expression expected at position {token.Start}");
        }
    }

    private FilterNode Identifier(Token token)
    {
        if (IsConstant(token))
            return new FilterNode.Literal(token.Text == "null" ? null : token.Text == "true");
        if (_token.Kind == TokenKind.Open && _token.Start == token.End)
            return Function(token);
        var path = token.Text;
        while (_token.Kind == TokenKind.Slash)
        {
            Advance();
            var part = _token;
            var isName = IsName(part);
            CheckBeforeSlash();
            // Before it is judged the next one is read, whose own error comes first.
            Advance();
            if (!isName)
                throw SyntaxError(part);
            if (part.Text is "any" or "all")
                return Lambda(path, part.Text == "all");
            path += "/" + part.Text;
        }
        return new FilterNode.Reference(path);
    }

    // Only a name can have a path behind it.
    private void CheckBeforeSlash()
    {
        if (!IsName(_token) && _token.Kind != TokenKind.End && _lexer.Peek().Kind == TokenKind.Slash)
            throw IdentifierExpected();
    }

    private static bool IsName(Token token) => token.Kind == TokenKind.Identifier && !IsConstant(token);

    private static bool IsConstant(Token token) => token.Text is "null" or "true" or "false";

    private FilterNode.Lambda Lambda(string path, bool isAll)
    {
        Expect(TokenKind.Open, "'(' expected");
        if (_token.Kind == TokenKind.Close)
        {
            Advance();
            return new FilterNode.Lambda(path, isAll, null, null);
        }
        var variable = _token;
        if (!IsName(variable))
            throw IdentifierExpected();
        Advance();
        if (_token.Kind != TokenKind.Colon)
            throw SyntaxError();
        Advance();
        var body = Or();
        Expect(TokenKind.Close, "')' or ',' expected");
        return new FilterNode.Lambda(path, isAll, variable.Text, body);
    }

    private FilterNode Function(Token name)
    {
        Advance();
        switch (name.Text)
        {
            case "search.in":
                return SearchIn();
            case "geo.distance":
                return Distance();
            case "search.ismatch" or "search.ismatchscoring":
                return IsMatch(name.Text);
            case "geo.intersects":
                throw ServiceException.NotSupported("The function 'geo.intersects' in $filter");
            default:
                throw Invalid($"An unknown function with name '{name.Text}' was found");
        }
    }

    private FilterNode.SearchIn SearchIn()
    {
        var target = Primary();
        Expect(TokenKind.Comma, "')' or ',' expected");
        var values = Constant();
        var delimiters = AcceptComma() ? Constant() : null;
        Expect(TokenKind.Close, "')' or ',' expected");
        return new FilterNode.SearchIn(target, values, delimiters);
    }

    private FilterNode.Distance Distance()
    {
        var first = Primary();
        Expect(TokenKind.Comma, "')' or ',' expected");
        var second = Primary();
        Expect(TokenKind.Close, "')' or ',' expected");
        return (first, second) switch
        {
            (FilterNode.Reference field, FilterNode.Literal { Value: GeoPoint point }) => new(field, point),
            (FilterNode.Literal { Value: GeoPoint point }, FilterNode.Reference field) => new(field, point),
            _ => throw Invalid(
                "The function 'geo.distance' takes a field and a point geography'POINT(longitude latitude)'"
            ),
        };
    }

    private FilterNode.IsMatch IsMatch(string name)
    {
        if (++_textSearches > MostTextSearches)
            throw Invalid($"The filter has more than {MostTextSearches} calls of search.ismatch");
        var arguments = new List<string?> { Constant() };
        while (AcceptComma())
            arguments.Add(Accept("null") ? null : Constant());
        Expect(TokenKind.Close, "')' or ',' expected");
        if (
            arguments.Count is not (1 or 2 or 4)
            || arguments is [_, _, not (null or "simple" or "full"), _]
            || arguments is [_, _, _, not (null or "any" or "all")]
        )
            throw Invalid(
                $"No function signature for the function with name '{name}' matches the specified arguments. The function signatures considered are: {name}(search), {name}(search, searchFields), {name}(search, searchFields, 'simple' or 'full', 'any' or 'all')"
            );
        var query = new TextQuery(
            arguments[0],
            arguments.ElementAtOrDefault(1),
            arguments.ElementAtOrDefault(2) == "full",
            arguments.ElementAtOrDefault(3) == "all"
        );
        return new FilterNode.IsMatch(query, name == "search.ismatchscoring");
    }

    private string Constant()
    {
        if (_token.Value is not string text)
            throw Invalid($"A string literal was expected at position {_token.End}");
        Advance();
        return text;
    }

    private bool AcceptComma()
    {
        if (_token.Kind != TokenKind.Comma)
            return false;
        Advance();
        return true;
    }

    private bool Accept(string keyword)
    {
        if (!_token.Is(keyword))
            return false;
        Advance();
        return true;
    }

    private void Expect(TokenKind kind, string otherwise)
    {
        if (_token.Kind != kind)
            throw Invalid($"{otherwise} at position {_token.Start}");
        Advance();
    }

    private void Advance() => _token = _lexer.Next();

    private ServiceException SyntaxError() => SyntaxError(_token);

    private ServiceException SyntaxError(Token token) => Invalid($"Syntax error at position {token.End}");

    private ServiceException IdentifierExpected() =>
        ServiceException.InvalidExpression($"An identifier was expected at position {_token.Start}.", Parameter);

    private ServiceException Invalid(string what) =>
        ServiceException.InvalidExpression($"{what}{_lexer.In}", Parameter);
}
