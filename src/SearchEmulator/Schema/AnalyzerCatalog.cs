using System.Text;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Cn.Smart;
using Lucene.Net.Analysis.Core;
using Lucene.Net.Analysis.En;
using Lucene.Net.Analysis.Fr;
using Lucene.Net.Analysis.Miscellaneous;
using Lucene.Net.Analysis.Standard;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Analysis.Util;
using Lucene.Net.Util;

namespace EmbeddingFunctions.SearchEmulator.Schema;

/// <summary>The named analyzers that exist here. Analyzers are thread-safe and shared by all indexes.</summary>
internal static class AnalyzerCatalog
{
    public const string Default = "standard.lucene";

    /// <summary>In bytes of UTF-8; Lucene refuses a document with a longer term.</summary>
    public const int LongestTerm = 32_766;

    private static readonly Dictionary<string, Lazy<Analyzer>> Analyzers = new(StringComparer.Ordinal)
    {
        // Azure's standard analyzer removes no stop words.
        ["standard.lucene"] = new(() => new StandardAnalyzer(LuceneVersion.LUCENE_48, CharArraySet.Empty)),
        ["zh-Hans.lucene"] = new(() => new SmartChineseAnalyzer(LuceneVersion.LUCENE_48)),
        ["en.lucene"] = new(() => new EnglishAnalyzer(LuceneVersion.LUCENE_48)),
        ["fr.lucene"] = new(() => new FrenchAnalyzer(LuceneVersion.LUCENE_48)),
        ["keyword"] = new(() => new KeywordAnalyzer()),
        ["simple"] = new(() => new SimpleAnalyzer(LuceneVersion.LUCENE_48)),
        ["whitespace"] = new(() => new WhitespaceAnalyzer(LuceneVersion.LUCENE_48)),
    };

    public static bool Contains(string name) => Analyzers.ContainsKey(name);

    public static string Names => string.Join(", ", Analyzers.Keys);

    /// <summary>One analyzer for all text fields of an index, for indexing or for queries.</summary>
    public static Analyzer For(IndexSchema schema, bool forQueries)
    {
        var byField = schema.TextFields.ToDictionary(
            f => f.Path,
            f => Analyzers[(forQueries ? f.SearchAnalyzer : f.IndexAnalyzer) ?? Default].Value,
            StringComparer.Ordinal
        );
        return new BoundedAnalyzer(new PerFieldAnalyzerWrapper(Analyzers[Default].Value, byField));
    }

    private sealed class BoundedAnalyzer(Analyzer inner) : AnalyzerWrapper(PER_FIELD_REUSE_STRATEGY)
    {
        protected override Analyzer GetWrappedAnalyzer(string fieldName) => inner;

        protected override TokenStreamComponents WrapComponents(string fieldName, TokenStreamComponents components) =>
            new(components.Tokenizer, new TermLengthFilter(components.TokenStream));
    }

    private sealed class TermLengthFilter : FilteringTokenFilter
    {
        private readonly ICharTermAttribute _term;

        public TermLengthFilter(TokenStream input)
            : base(LuceneVersion.LUCENE_48, input) => _term = AddAttribute<ICharTermAttribute>();

        protected override bool Accept() =>
            _term.Length <= LongestTerm / 3
            || Encoding.UTF8.GetByteCount(_term.Buffer.AsSpan(0, _term.Length)) <= LongestTerm;
    }
}
