using Lucene.Net.Analysis.Ar;
using Lucene.Net.Analysis.Bg;
using Lucene.Net.Analysis.Br;
using Lucene.Net.Analysis.Ckb;
using Lucene.Net.Analysis.Cz;
using Lucene.Net.Analysis.De;
using Lucene.Net.Analysis.El;
using Lucene.Net.Analysis.En;
using Lucene.Net.Analysis.Es;
using Lucene.Net.Analysis.Fi;
using Lucene.Net.Analysis.Fr;
using Lucene.Net.Analysis.Gl;
using Lucene.Net.Analysis.Hi;
using Lucene.Net.Analysis.Hu;
using Lucene.Net.Analysis.Id;
using Lucene.Net.Analysis.It;
using Lucene.Net.Analysis.Lv;
using Lucene.Net.Analysis.No;
using Lucene.Net.Analysis.Pt;
using Lucene.Net.Analysis.Ru;
using Lucene.Net.Analysis.Snowball;
using Lucene.Net.Analysis.Sv;

namespace EmbeddingFunctions.SearchEmulator.Analysis;

internal static class Stemmers
{
    private static readonly HashSet<string> SnowballLanguages = new(StringComparer.Ordinal)
    {
        "armenian",
        "basque",
        "catalan",
        "danish",
        "dutch",
        "english",
        "finnish",
        "french",
        "german",
        "german2",
        "hungarian",
        "italian",
        "kp",
        "lovins",
        "norwegian",
        "porter",
        "portuguese",
        "romanian",
        "russian",
        "spanish",
        "swedish",
        "turkish",
    };

    public static TokenFilterFactory Snowball(string language) =>
        SnowballLanguages.Contains(language) ? SnowballProgram(language) : throw Unknown(language);

    public static TokenFilterFactory Find(string language) =>
        language switch
        {
            "arabic" => stream => new ArabicStemFilter(stream),
            "brazilian" => stream => new BrazilianStemFilter(stream),
            "bulgarian" => stream => new BulgarianStemFilter(stream),
            "czech" => stream => new CzechStemFilter(stream),
            "dutchKp" => SnowballProgram("kp"),
            "english" => stream => new PorterStemFilter(stream),
            "lightEnglish" => stream => new KStemFilter(stream),
            "minimalEnglish" => stream => new EnglishMinimalStemFilter(stream),
            "possessiveEnglish" => stream => new EnglishPossessiveFilter(AnalyzerCatalog.Version, stream),
            "porter2" => SnowballProgram("english"),
            "lightFinnish" => stream => new FinnishLightStemFilter(stream),
            "lightFrench" => stream => new FrenchLightStemFilter(stream),
            "minimalFrench" => stream => new FrenchMinimalStemFilter(stream),
            "galician" => stream => new GalicianStemFilter(stream),
            "minimalGalician" => stream => new GalicianMinimalStemFilter(stream),
            "lightGerman" => stream => new GermanLightStemFilter(stream),
            "minimalGerman" => stream => new GermanMinimalStemFilter(stream),
            "greek" => stream => new GreekStemFilter(stream),
            "hindi" => stream => new HindiStemFilter(stream),
            "lightHungarian" => stream => new HungarianLightStemFilter(stream),
            "indonesian" => stream => new IndonesianStemFilter(stream),
            "irish" => SnowballProgram("irish"),
            "lightItalian" => stream => new ItalianLightStemFilter(stream),
            "sorani" => stream => new SoraniStemFilter(stream),
            "latvian" => stream => new LatvianStemFilter(stream),
            "lightNorwegian" => stream => new NorwegianLightStemFilter(stream, NorwegianStandard.BOKMAAL),
            "minimalNorwegian" => stream => new NorwegianMinimalStemFilter(stream, NorwegianStandard.BOKMAAL),
            "lightNynorsk" => stream => new NorwegianLightStemFilter(stream, NorwegianStandard.NYNORSK),
            "minimalNynorsk" => stream => new NorwegianMinimalStemFilter(stream, NorwegianStandard.NYNORSK),
            "lightPortuguese" => stream => new PortugueseLightStemFilter(stream),
            "minimalPortuguese" => stream => new PortugueseMinimalStemFilter(stream),
            "portugueseRslp" => stream => new PortugueseStemFilter(stream),
            "lightRussian" => stream => new RussianLightStemFilter(stream),
            "lightSpanish" => stream => new SpanishLightStemFilter(stream),
            "lightSwedish" => stream => new SwedishLightStemFilter(stream),
            "kp" or "porter" => throw Unknown(language),
            _ => Snowball(language),
        };

    private static TokenFilterFactory SnowballProgram(string language)
    {
        // The programs are classes with a capital, found by name.
        var program = string.Concat(language[..1].ToUpperInvariant(), language.AsSpan(1));
        return stream => new SnowballFilter(stream, program);
    }

    private static ServiceException Unknown(string language) =>
        ServiceException.InvalidDefinition("InvalidLanguage", $"There is no stemmer for the language '{language}'.");
}
