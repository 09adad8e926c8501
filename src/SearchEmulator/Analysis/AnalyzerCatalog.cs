using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Core;
using Lucene.Net.Analysis.Miscellaneous;
using Lucene.Net.Util;

namespace EmbeddingFunctions.SearchEmulator.Analysis;

/// <summary>The analyzers that exist without being defined. Analyzers are thread-safe and shared by all indexes.</summary>
internal static class AnalyzerCatalog
{
    public const string Default = "standard.lucene";

    /// <summary>In bytes of UTF-8; Lucene refuses a document with a longer term.</summary>
    public const int LongestTerm = 32_766;

    public const LuceneVersion Version = LuceneVersion.LUCENE_48;

    private static readonly Dictionary<string, Lazy<Analyzer>> Analyzers = new(StringComparer.Ordinal)
    {
        // Azure's standard analyzer removes no stop words.
        ["standard.lucene"] = new(() => AnalyzerKinds.Standard(255, [])),
        ["standard"] = new(() => AnalyzerKinds.Standard(255, [])),
        ["standardasciifolding.lucene"] = new(() =>
            new ComposedAnalyzer(
                TokenizerKinds.Standard(255),
                [stream => new LowerCaseFilter(Version, stream), stream => new ASCIIFoldingFilter(stream)]
            )
        ),
        ["keyword"] = new(() => new KeywordAnalyzer()),
        ["pattern"] = new(() => AnalyzerKinds.Pattern(JavaPattern.Compile(@"\W+", null), lowerCase: true, [])),
        ["simple"] = new(() => new SimpleAnalyzer(Version)),
        ["stop"] = new(() => new StopAnalyzer(Version)),
        ["whitespace"] = new(() => new WhitespaceAnalyzer(Version)),
    };

    /// <summary>Null when there is none of this name.</summary>
    public static Analyzer? Find(string name) =>
        Analyzers.TryGetValue(name, out var analyzer) ? analyzer.Value : LanguageAnalyzers.Find(name);

    public static bool Contains(string name) => Analyzers.ContainsKey(name) || LanguageAnalyzers.Contains(name);

    /// <summary>One analyzer for all text fields of an index, for indexing or for queries.</summary>
    public static Analyzer For(IndexSchema schema, bool forQueries) =>
        forQueries ? schema.Analysis.ForQueries(schema) : schema.Analysis.ForIndexing(schema);
}
