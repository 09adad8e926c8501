namespace EmbeddingFunctions.SearchEmulator.Ranking;

/// <summary><c>$orderby</c>: clauses with <c>asc</c> or <c>desc</c>, separated by commas.</summary>
internal static class OrderByParser
{
    private const string Parameter = "$orderby";
    private const int MostClauses = 32;

    /// <exception cref="ServiceException">400 with the position.</exception>
    public static IReadOnlyList<OrderKey> Parse(string text)
    {
        var tokens = new TokenReader(text, Parameter);
        var clauses = new List<(FilterNode? Node, bool IsDescending)>();
        do
        {
            clauses.Add(Clause(tokens));
            if (clauses.Count > MostClauses)
                throw Invalid($"$orderby can have {MostClauses} clauses, but more were found.");
        } while (tokens.Accept(TokenKind.Comma));
        return tokens.Current.Kind == TokenKind.End
            ? clauses.ConvertAll(c => Key(c.Node, c.IsDescending, tokens))
            : throw tokens.SyntaxError();
    }

    public static ServiceException Invalid(string message) => ServiceException.InvalidExpression(message, Parameter);

    // Any expression is read as in a filter, so that errors of syntax are told in the same words. Null for the score.
    private static (FilterNode? Node, bool IsDescending) Clause(TokenReader tokens)
    {
        var node = IsScore(tokens) ? null : FilterParser.Expression(tokens);
        if (tokens.Accept("asc"))
            return (node, false);
        // A score alone means the best first.
        return (node, tokens.Accept("desc") || node is null);
    }

    private static bool IsScore(TokenReader tokens)
    {
        if (!tokens.Current.Is("search.score") || tokens.Peek().Kind != TokenKind.Open)
            return false;
        tokens.Advance();
        tokens.Advance();
        tokens.Expect(TokenKind.Close, "')' or ',' expected");
        return true;
    }

    private static OrderKey Key(FilterNode? node, bool isDescending, TokenReader tokens) =>
        node switch
        {
            null => new OrderKey(null, null, isDescending),
            FilterNode.Reference field => new OrderKey(field.Path, null, isDescending),
            FilterNode.Distance distance => new OrderKey(distance.Target.Path, distance.Point, isDescending),
            _ => throw tokens.Invalid("Only fields, 'geo.distance' and 'search.score()' can be ordered by"),
        };
}

/// <summary>One clause of <c>$orderby</c>: a field, the distance of a field from a point, or (no field) the score.</summary>
internal sealed record OrderKey(string? Field, GeoPoint? Point, bool IsDescending);
