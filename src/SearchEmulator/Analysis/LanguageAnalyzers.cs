using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Ar;
using Lucene.Net.Analysis.Bg;
using Lucene.Net.Analysis.Br;
using Lucene.Net.Analysis.Ca;
using Lucene.Net.Analysis.Cjk;
using Lucene.Net.Analysis.Cn.Smart;
using Lucene.Net.Analysis.Cz;
using Lucene.Net.Analysis.Da;
using Lucene.Net.Analysis.De;
using Lucene.Net.Analysis.El;
using Lucene.Net.Analysis.En;
using Lucene.Net.Analysis.Es;
using Lucene.Net.Analysis.Eu;
using Lucene.Net.Analysis.Fa;
using Lucene.Net.Analysis.Fi;
using Lucene.Net.Analysis.Fr;
using Lucene.Net.Analysis.Ga;
using Lucene.Net.Analysis.Gl;
using Lucene.Net.Analysis.Hi;
using Lucene.Net.Analysis.Hu;
using Lucene.Net.Analysis.Hy;
using Lucene.Net.Analysis.Id;
using Lucene.Net.Analysis.It;
using Lucene.Net.Analysis.Lv;
using Lucene.Net.Analysis.Nl;
using Lucene.Net.Analysis.No;
using Lucene.Net.Analysis.Pt;
using Lucene.Net.Analysis.Ro;
using Lucene.Net.Analysis.Ru;
using Lucene.Net.Analysis.Sv;
using Lucene.Net.Analysis.Th;
using Lucene.Net.Analysis.Tr;
using Lucene.Net.Util;

namespace EmbeddingFunctions.SearchEmulator.Analysis;

/// <summary>
/// <c>xx.lucene</c> for every language that Lucene.Net has an analyzer for, and <c>xx.microsoft</c>, which is proprietary, as the Lucene
/// analyzer of the same language.
/// </summary>
internal static class LanguageAnalyzers
{
    private const string Lucene = ".lucene";
    private const string Microsoft = ".microsoft";

    private static readonly Dictionary<string, Lazy<Analyzer>> ByLanguage = new(StringComparer.Ordinal)
    {
        ["ar"] = As(v => new ArabicAnalyzer(v)),
        ["bg"] = As(v => new BulgarianAnalyzer(v)),
        ["ca"] = As(v => new CatalanAnalyzer(v)),
        ["cs"] = As(v => new CzechAnalyzer(v)),
        ["da"] = As(v => new DanishAnalyzer(v)),
        ["de"] = As(v => new GermanAnalyzer(v)),
        ["el"] = As(v => new GreekAnalyzer(v)),
        ["en"] = As(v => new EnglishAnalyzer(v)),
        ["es"] = As(v => new SpanishAnalyzer(v)),
        ["eu"] = As(v => new BasqueAnalyzer(v)),
        ["fa"] = As(v => new PersianAnalyzer(v)),
        ["fi"] = As(v => new FinnishAnalyzer(v)),
        ["fr"] = As(v => new FrenchAnalyzer(v)),
        ["ga"] = As(v => new IrishAnalyzer(v)),
        ["gl"] = As(v => new GalicianAnalyzer(v)),
        ["hi"] = As(v => new HindiAnalyzer(v)),
        ["hu"] = As(v => new HungarianAnalyzer(v)),
        ["hy"] = As(v => new ArmenianAnalyzer(v)),
        ["id"] = As(v => new IndonesianAnalyzer(v)),
        ["it"] = As(v => new ItalianAnalyzer(v)),
        // Azure's documentation names the bigrams of CJKAnalyzer for these; its morphological analysis of Japanese is not in Lucene.Net.
        ["ja"] = As(v => new CJKAnalyzer(v)),
        ["ko"] = As(v => new CJKAnalyzer(v)),
        ["lv"] = As(v => new LatvianAnalyzer(v)),
        ["nl"] = As(v => new DutchAnalyzer(v)),
        ["no"] = As(v => new NorwegianAnalyzer(v)),
        ["pt-BR"] = As(v => new BrazilianAnalyzer(v)),
        ["pt-PT"] = As(v => new PortugueseAnalyzer(v)),
        ["ro"] = As(v => new RomanianAnalyzer(v)),
        ["ru"] = As(v => new RussianAnalyzer(v)),
        ["sv"] = As(v => new SwedishAnalyzer(v)),
        ["th"] = As(v => new ThaiAnalyzer(v)),
        ["tr"] = As(v => new TurkishAnalyzer(v)),
        ["zh-Hans"] = As(v => new SmartChineseAnalyzer(v)),
        ["zh-Hant"] = As(v => new CJKAnalyzer(v)),
    };

    public static IEnumerable<string> Languages => ByLanguage.Keys;

    public static bool Contains(string name) => Language(name) is { } language && ByLanguage.ContainsKey(language);

    public static Analyzer? Find(string name) =>
        Language(name) is { } language && ByLanguage.TryGetValue(language, out var analyzer) ? analyzer.Value : null;

    private static string? Language(string name) =>
        name.EndsWith(Lucene, StringComparison.Ordinal) ? name[..^Lucene.Length]
        // Microsoft's name for Norwegian is that of one of its two written forms.
        : name == "nb.microsoft" ? "no"
        : name.EndsWith(Microsoft, StringComparison.Ordinal) && name != "no.microsoft" ? name[..^Microsoft.Length]
        : null;

    private static Lazy<Analyzer> As(Func<LuceneVersion, Analyzer> create) =>
        new(() => create(AnalyzerCatalog.Version));
}
