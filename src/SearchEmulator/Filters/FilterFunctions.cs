namespace EmbeddingFunctions.SearchEmulator.Filters;

/// <summary>The functions of a filter: <c>search.in</c>, <c>search.ismatch</c>, <c>search.ismatchscoring</c>, <c>geo.distance</c>.</summary>
internal sealed class FilterFunctions(TokenReader tokens, Func<FilterNode> operand)
{
    private const int MostTextSearches = 100;

    private int _textSearches;

    /// <summary>The call that begins with <paramref name="name"/>; its parenthesis comes next.</summary>
    public FilterNode Parse(Token name)
    {
        tokens.Advance();
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
                throw tokens.Invalid($"An unknown function with name '{name.Text}' was found");
        }
    }

    private FilterNode.SearchIn SearchIn()
    {
        var target = operand();
        tokens.Expect(TokenKind.Comma, "')' or ',' expected");
        var values = Constant();
        var delimiters = tokens.Accept(TokenKind.Comma) ? Constant() : null;
        tokens.Expect(TokenKind.Close, "')' or ',' expected");
        return new FilterNode.SearchIn(target, values, delimiters);
    }

    private FilterNode.Distance Distance()
    {
        var first = operand();
        tokens.Expect(TokenKind.Comma, "')' or ',' expected");
        var second = operand();
        tokens.Expect(TokenKind.Close, "')' or ',' expected");
        return (first, second) switch
        {
            (FilterNode.Reference field, FilterNode.Literal { Value: GeoPoint point }) => new(field, point),
            (FilterNode.Literal { Value: GeoPoint point }, FilterNode.Reference field) => new(field, point),
            _ => throw tokens.Invalid(
                "The function 'geo.distance' takes a field and a point geography'POINT(longitude latitude)'"
            ),
        };
    }

    private FilterNode.IsMatch IsMatch(string name)
    {
        if (++_textSearches > MostTextSearches)
            throw tokens.Invalid($"The filter has more than {MostTextSearches} calls of search.ismatch");
        var arguments = new List<string?> { Constant() };
        while (tokens.Accept(TokenKind.Comma))
            arguments.Add(tokens.Accept("null") ? null : Constant());
        tokens.Expect(TokenKind.Close, "')' or ',' expected");
        if (
            arguments.Count is not (1 or 2 or 4)
            || arguments is [_, _, not (null or "simple" or "full"), _]
            || arguments is [_, _, _, not (null or "any" or "all")]
        )
            throw tokens.Invalid(
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
        if (tokens.Current.Value is not string text)
            throw tokens.Invalid($"A string literal was expected at position {tokens.Current.End}");
        tokens.Advance();
        return text;
    }
}
