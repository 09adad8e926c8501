using Lucene.Net.Analysis;

namespace EmbeddingFunctions.SearchEmulator.Analysis;

/// <summary>Char filters, one tokenizer, token filters, in this order.</summary>
internal sealed class ComposedAnalyzer(
    TokenizerFactory tokenizer,
    IReadOnlyList<TokenFilterFactory> tokenFilters,
    IReadOnlyList<CharFilterFactory>? charFilters = null
) : Analyzer
{
    protected override TextReader InitReader(string fieldName, TextReader reader) =>
        (charFilters ?? []).Aggregate(reader, (text, filter) => filter(text));

    protected override TokenStreamComponents CreateComponents(string fieldName, TextReader reader)
    {
        var source = tokenizer.Create(reader);
        TokenStream tokens =
            tokenizer.LongestToken < int.MaxValue ? new SplitFilter(source, tokenizer.LongestToken) : source;
        return new TokenStreamComponents(source, tokenFilters.Aggregate(tokens, (stream, filter) => filter(stream)));
    }
}

internal delegate TextReader CharFilterFactory(TextReader text);

internal delegate TokenStream TokenFilterFactory(TokenStream stream);

/// <param name="Create">A new one for a text.</param>
/// <param name="LongestToken">In characters; what is longer is split.</param>
internal sealed record TokenizerFactory(Func<TextReader, Tokenizer> Create, int LongestToken = int.MaxValue);
