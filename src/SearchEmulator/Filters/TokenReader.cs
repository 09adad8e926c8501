namespace EmbeddingFunctions.SearchEmulator.Filters;

/// <summary>The tokens of an OData expression one after the other, and what is wrong with them in the words of the service.</summary>
internal sealed class TokenReader
{
    private readonly FilterLexer _lexer;
    private readonly string _parameter;

    /// <param name="text">The expression.</param>
    /// <param name="parameter">What it came in, for messages.</param>
    public TokenReader(string text, string parameter)
    {
        (_lexer, _parameter) = (new FilterLexer(text, parameter), parameter);
        Current = _lexer.Next();
    }

    public Token Current { get; private set; }

    /// <summary>The token after the current one.</summary>
    public Token Peek() => _lexer.Peek();

    public void Advance() => Current = _lexer.Next();

    public bool Accept(string keyword) => AcceptIf(Current.Is(keyword));

    public bool Accept(TokenKind kind) => AcceptIf(Current.Kind == kind);

    /// <exception cref="ServiceException">400 with the beginning of what stands there instead.</exception>
    public void Expect(TokenKind kind, string otherwise)
    {
        if (!Accept(kind))
            throw Invalid($"{otherwise} at position {Current.Start}");
    }

    public ServiceException SyntaxError() => SyntaxError(Current);

    public ServiceException SyntaxError(Token token) => Invalid($"Syntax error at position {token.End}");

    public ServiceException IdentifierExpected() =>
        ServiceException.InvalidExpression($"An identifier was expected at position {Current.Start}.", _parameter);

    public ServiceException Invalid(string what) =>
        ServiceException.InvalidExpression($"{what}{_lexer.In}", _parameter);

    private bool AcceptIf(bool fits)
    {
        if (fits)
            Advance();
        return fits;
    }
}
