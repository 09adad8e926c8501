namespace EmbeddingFunctions.SearchEmulator.Filters;

/// <summary>Recursive descent over <c>$filter</c>, with bounds on depth and width so that no filter can exhaust the stack or the machine.</summary>
internal sealed class FilterParser
{
    private const string Parameter = "$filter";
    private const int DeepestNesting = 100;
    private const int MostClauses = 3000;
    private const int LongestFilter = 1 << 20;

    private readonly TokenReader _tokens;
    private readonly FilterFunctions _functions;
    private int _depth;
    private int _clauses;

    private FilterParser(TokenReader tokens)
    {
        _tokens = tokens;
        _functions = new FilterFunctions(tokens, Primary);
    }

    /// <exception cref="ServiceException">400 with the position, in the words of the service.</exception>
    public static FilterNode Parse(string text)
    {
        if (text.Length > LongestFilter)
            throw ServiceException.InvalidExpression(
                $"The filter has {text.Length} characters; {LongestFilter} are allowed.",
                Parameter
            );
        var tokens = new TokenReader(text, Parameter);
        var node = Expression(tokens);
        return tokens.Current.Kind == TokenKind.End ? node : throw tokens.SyntaxError();
    }

    /// <summary>As much as is one expression; what comes after it is left to the caller.</summary>
    public static FilterNode Expression(TokenReader tokens) => new FilterParser(tokens).Or();

    private FilterNode Or()
    {
        if (++_depth > DeepestNesting)
            throw _tokens.Invalid($"The filter is nested more than {DeepestNesting} levels deep");
        var first = And();
        if (!_tokens.Current.Is("or"))
        {
            _depth--;
            return first;
        }
        var operands = new List<FilterNode> { first };
        while (_tokens.Accept("or"))
            operands.Add(And());
        _depth--;
        return new FilterNode.Or(operands);
    }

    private FilterNode And()
    {
        var first = Comparison();
        if (!_tokens.Current.Is("and"))
            return first;
        var operands = new List<FilterNode> { first };
        while (_tokens.Accept("and"))
            operands.Add(Comparison());
        return new FilterNode.And(operands);
    }

    private FilterNode Comparison()
    {
        if (++_clauses > MostClauses)
            throw _tokens.Invalid($"The filter has more than {MostClauses} clauses");
        var node = Unary();
        while (Operator() is { } comparison)
        {
            _tokens.Advance();
            node = new FilterNode.Compare(comparison, node, Unary());
        }
        return node;
    }

    private Comparison? Operator() =>
        _tokens.Current.Kind != TokenKind.Identifier
            ? null
            : _tokens.Current.Text switch
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
        while (_tokens.Accept("not"))
            negations++;
        var node = Primary();
        return negations % 2 == 1 ? new FilterNode.Not(node)
            : negations > 0 ? new FilterNode.Not(new FilterNode.Not(node))
            : node;
    }

    private FilterNode Primary()
    {
        var token = _tokens.Current;
        CheckBeforeSlash();
        switch (token.Kind)
        {
            case TokenKind.Open:
                _tokens.Advance();
                var inner = Or();
                _tokens.Expect(TokenKind.Close, "')' or operator expected");
                return inner;
            case TokenKind.Text or TokenKind.Integer or TokenKind.Real or TokenKind.Date or TokenKind.Place:
                _tokens.Advance();
                return new FilterNode.Literal(token.Value);
            case TokenKind.Identifier:
                _tokens.Advance();
                return Identifier(token);
            default:
                throw _tokens.Invalid($"Expression expected at position {token.Start}");
        }
    }

    private FilterNode Identifier(Token token)
    {
        if (IsConstant(token))
            return new FilterNode.Literal(token.Text == "null" ? null : token.Text == "true");
        if (_tokens.Current.Kind == TokenKind.Open && _tokens.Current.Start == token.End)
            return _functions.Parse(token);
        var path = token.Text;
        while (_tokens.Current.Kind == TokenKind.Slash)
        {
            _tokens.Advance();
            var part = _tokens.Current;
            var isName = IsName(part);
            CheckBeforeSlash();
            // Before it is judged the next one is read, whose own error comes first.
            _tokens.Advance();
            if (!isName)
                throw _tokens.SyntaxError(part);
            if (part.Text is "any" or "all")
                return Lambda(path, part.Text == "all");
            path += "/" + part.Text;
        }
        return new FilterNode.Reference(path);
    }

    // Only a name can have a path behind it.
    private void CheckBeforeSlash()
    {
        if (!IsName(_tokens.Current) && _tokens.Current.Kind != TokenKind.End && _tokens.Peek().Kind == TokenKind.Slash)
            throw _tokens.IdentifierExpected();
    }

    private static bool IsName(Token token) => token.Kind == TokenKind.Identifier && !IsConstant(token);

    private static bool IsConstant(Token token) => token.Text is "null" or "true" or "false";

    private FilterNode.Lambda Lambda(string path, bool isAll)
    {
        _tokens.Expect(TokenKind.Open, "'(' expected");
        if (_tokens.Current.Kind == TokenKind.Close)
        {
            _tokens.Advance();
            return new FilterNode.Lambda(path, isAll, null, null);
        }
        var variable = _tokens.Current;
        if (!IsName(variable))
            throw _tokens.IdentifierExpected();
        _tokens.Advance();
        if (_tokens.Current.Kind != TokenKind.Colon)
            throw _tokens.SyntaxError();
        _tokens.Advance();
        var body = Or();
        _tokens.Expect(TokenKind.Close, "')' or ',' expected");
        return new FilterNode.Lambda(path, isAll, variable.Text, body);
    }
}
