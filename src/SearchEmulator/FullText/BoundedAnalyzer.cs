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
        new(components.Tokenizer, new BoundedStream(components.TokenStream, cancellationToken));

    private sealed class BoundedStream(TokenStream input, CancellationToken cancellationToken) : TokenFilter(input)
    {
        private int _tokens;

        public override bool IncrementToken()
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (++_tokens > TextQueryBuilder.LongestText)
                throw TextQueryBuilder.TooManyClauses();
            return m_input.IncrementToken();
        }

        public override void Reset()
        {
            base.Reset();
            _tokens = 0;
        }
    }
}
