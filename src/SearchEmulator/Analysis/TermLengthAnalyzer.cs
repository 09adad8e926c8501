using System.Text;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Analysis.Util;

namespace EmbeddingFunctions.SearchEmulator.Analysis;

/// <summary>Drops terms that Lucene would refuse the whole document for.</summary>
internal sealed class TermLengthAnalyzer(Analyzer inner) : AnalyzerWrapper(PER_FIELD_REUSE_STRATEGY)
{
    protected override Analyzer GetWrappedAnalyzer(string fieldName) => inner;

    protected override TokenStreamComponents WrapComponents(string fieldName, TokenStreamComponents components) =>
        new(components.Tokenizer, new TermLengthFilter(components.TokenStream));

    private sealed class TermLengthFilter : FilteringTokenFilter
    {
        private readonly ICharTermAttribute _term;

        public TermLengthFilter(TokenStream input)
            : base(AnalyzerCatalog.Version, input) => _term = AddAttribute<ICharTermAttribute>();

        protected override bool Accept() =>
            _term.Length <= AnalyzerCatalog.LongestTerm / 3
            || Encoding.UTF8.GetByteCount(_term.Buffer.AsSpan(0, _term.Length)) <= AnalyzerCatalog.LongestTerm;
    }
}
