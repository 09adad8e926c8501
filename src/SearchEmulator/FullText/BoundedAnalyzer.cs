using Lucene.Net.Analysis;

namespace EmbeddingFunctions.SearchEmulator.FullText;

/// <summary>
/// An analyzer for the text of one query. N-grams of every length make hundreds of tokens of every character: they end with the time
/// of the query, and at more tokens than the longest text has characters.
/// </summary>
internal sealed class BoundedAnalyzer(Analyzer inner, CancellationToken cancellationToken)
    : AnalyzerWrapper(PER_FIELD_REUSE_STRATEGY)
{
    protected override Analyzer GetWrappedAnalyzer(string fieldName) => inner;

    protected override TokenStreamComponents WrapComponents(string fieldName, TokenStreamComponents components) =>
        new(
            components.Tokenizer,
            new BoundedStream(components.TokenStream, TextQueryBuilder.LongestText, cancellationToken)
        );
}

/// <summary>Tokens that end with the time of their query; more than <paramref name="most"/> are refused.</summary>
internal sealed class BoundedStream(TokenStream input, int most, CancellationToken cancellationToken)
    : TokenFilter(input)
{
    private int _tokens;

    public override bool IncrementToken()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (++_tokens > most)
            throw TextQueryBuilder.TooManyClauses();
        return m_input.IncrementToken();
    }

    public override void Reset()
    {
        base.Reset();
        _tokens = 0;
    }
}
