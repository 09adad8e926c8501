using System.Text.RegularExpressions;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Core;
using Lucene.Net.Analysis.Pattern;

namespace EmbeddingFunctions.SearchEmulator.Analysis;

/// <summary>Analyzers that a definition can make; they need the tokenizers and filters that the same definition makes.</summary>
internal static class AnalyzerKinds
{
    public static readonly Dictionary<string, AnalysisKind<Func<IndexAnalysis, Analyzer>>> ByType = new AnalysisKind<
        Func<IndexAnalysis, Analyzer>
    >[]
    {
        new(
            "CustomAnalyzer",
            [Setting.Text("tokenizer", isRequired: true), Setting.Texts("tokenFilters"), Setting.Texts("charFilters")],
            s => parts => parts.Compose(s.Text("tokenizer")!, s.Texts("tokenFilters"), s.Texts("charFilters"))
        ),
        new(
            "PatternAnalyzer",
            [
                Setting.Flag("lowercase", true),
                Setting.Text("pattern", @"\W+"),
                Setting.Text("flags"),
                Setting.Texts("stopwords"),
            ],
            settings =>
            {
                var pattern = JavaPattern.Compile(settings.Text("pattern")!, settings.Text("flags"));
                var analyzer = Pattern(pattern, settings.Flag("lowercase"), settings.Texts("stopwords"));
                return _ => analyzer;
            }
        ),
        new(
            "StandardAnalyzer",
            [Setting.Integer("maxTokenLength", 255, 1, 300), Setting.Texts("stopwords")],
            settings =>
            {
                var analyzer = Standard(settings.Integer("maxTokenLength"), settings.Texts("stopwords"));
                return _ => analyzer;
            }
        ),
        new(
            "StopAnalyzer",
            [Setting.Texts("stopwords")],
            settings =>
            {
                var words = settings.Texts("stopwords");
                Analyzer analyzer =
                    words.Length == 0
                        ? new StopAnalyzer(AnalyzerCatalog.Version)
                        : new StopAnalyzer(AnalyzerCatalog.Version, TokenFilterKinds.Words(words));
                return _ => analyzer;
            }
        ),
    }.ToDictionary(k => k.Type, StringComparer.Ordinal);

    public static Analyzer Standard(int maxTokenLength, string[] stopwords) =>
        new ComposedAnalyzer(
            TokenizerKinds.Standard(maxTokenLength),
            [stream => new LowerCaseFilter(AnalyzerCatalog.Version, stream), Stop(stopwords)]
        );

    public static Analyzer Pattern(Regex pattern, bool lowerCase, string[] stopwords) =>
        new ComposedAnalyzer(
            new(text => new PatternTokenizer(text, pattern, -1)),
            [stream => lowerCase ? new LowerCaseFilter(AnalyzerCatalog.Version, stream) : stream, Stop(stopwords)]
        );

    private static TokenFilterFactory Stop(string[] stopwords)
    {
        var words = TokenFilterKinds.Words(stopwords);
        return stream => words.Count == 0 ? stream : new StopFilter(AnalyzerCatalog.Version, stream, words);
    }
}
