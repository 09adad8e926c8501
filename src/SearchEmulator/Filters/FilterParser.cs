namespace EmbeddingFunctions.SearchEmulator.Filters;

/// <summary>Recursive descent over <c>$filter</c>, with bounds on depth and width so that no filter can exhaust the stack or the machine.</summary>
internal sealed class FilterParser
{
    private const string Parameter = "$filter";
    private const int DeepestNesting = 100;
    private const int MostClauses = 3000;
    private const int LongestFilter = 1 << 20;

    private readonly FilterLexer _lexer;
    private Token _token;
    private int _depth;
    private int _clauses;

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
        var left = Unary();
        Comparison? comparison =
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
        if (comparison is not { } found)
            return left;
        Advance();
        return new FilterNode.Compare(found, left, Unary());
    }

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
        switch (token.Kind)
        {
            case TokenKind.Open:
                Advance();
                var inner = Or();
                Expect(TokenKind.Close, "')' or operator expected");
                return inner;
            case TokenKind.Text or TokenKind.Integer or TokenKind.Real or TokenKind.Date:
                Advance();
                return new FilterNode.Literal(token.Value);
            case TokenKind.Identifier:
                Advance();
                return Identifier(token);
            default:
                throw Invalid($"Expression expected at position {token.End}");
        }
    }

    private FilterNode Identifier(Token token)
    {
        switch (token.Text)
        {
            case "null":
                return new FilterNode.Literal(null);
            case "true" or "false":
                return new FilterNode.Literal(token.Text == "true");
        }
        if (_token.Kind == TokenKind.Open)
            return Function(token);
        var path = token.Text;
        while (_token.Kind == TokenKind.Slash)
        {
            Advance();
            var part = _token;
            Expect(TokenKind.Identifier, "Syntax error");
            if (part.Text is "any" or "all" && _token.Kind == TokenKind.Open)
                return Lambda(path, part.Text == "all");
            path += "/" + part.Text;
        }
        return new FilterNode.Reference(path);
    }

    private FilterNode.Lambda Lambda(string path, bool isAll)
    {
        Advance();
        if (_token.Kind == TokenKind.Close && !isAll)
        {
            Advance();
            return new FilterNode.Lambda(path, isAll, null, null);
        }
        var variable = _token.Text;
        Expect(TokenKind.Identifier, "Expression expected");
        Expect(TokenKind.Colon, "Syntax error");
        var body = Or();
        Expect(TokenKind.Close, "')' or operator expected");
        return new FilterNode.Lambda(path, isAll, variable, body);
    }

    private FilterNode.SearchIn Function(Token name)
    {
        if (name.Text is "search.ismatch" or "search.ismatchscoring" or "geo.distance" or "geo.intersects")
            throw ServiceException.NotSupported($"The function '{name.Text}' in $filter");
        if (name.Text != "search.in")
            throw Invalid($"An unknown function with name '{name.Text}' was found");
        Advance();
        var target = Primary();
        Expect(TokenKind.Comma, "')' or ',' expected");
        var values = Constant();
        string? delimiters = null;
        if (_token.Kind == TokenKind.Comma)
        {
            Advance();
            delimiters = Constant();
        }
        Expect(TokenKind.Close, "')' or ',' expected");
        return new FilterNode.SearchIn(target, values, delimiters);
    }

    private string Constant()
    {
        if (_token.Value is not string text)
            throw Invalid($"A string literal was expected at position {_token.End}");
        Advance();
        return text;
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
            throw Invalid($"{otherwise} at position {_token.End}");
        Advance();
    }

    private void Advance() => _token = _lexer.Next();

    private ServiceException SyntaxError() => Invalid($"Syntax error at position {_token.End}");

    private ServiceException Invalid(string what) =>
        ServiceException.InvalidExpression(
            _lexer.Text.Length <= 1000 ? $"{what} in '{_lexer.Text}'." : $"{what}.",
            Parameter
        );
}
