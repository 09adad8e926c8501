using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Ar;
using Lucene.Net.Analysis.Cjk;
using Lucene.Net.Analysis.Ckb;
using Lucene.Net.Analysis.CommonGrams;
using Lucene.Net.Analysis.Compound;
using Lucene.Net.Analysis.Core;
using Lucene.Net.Analysis.De;
using Lucene.Net.Analysis.En;
using Lucene.Net.Analysis.Fa;
using Lucene.Net.Analysis.Fr;
using Lucene.Net.Analysis.Hi;
using Lucene.Net.Analysis.In;
using Lucene.Net.Analysis.Miscellaneous;
using Lucene.Net.Analysis.NGram;
using Lucene.Net.Analysis.Pattern;
using Lucene.Net.Analysis.Reverse;
using Lucene.Net.Analysis.Shingle;
using Lucene.Net.Analysis.Standard;
using Lucene.Net.Analysis.Tr;
using Lucene.Net.Analysis.Util;
using Lucene.Net.Util;

namespace EmbeddingFunctions.SearchEmulator.Analysis;

/// <summary>The token filters of the service that Lucene.Net has. Phonetic ones are in a package that does not exist for .NET 10.</summary>
internal static class TokenFilterKinds
{
    private const int LongestToken = 300;
    private const LuceneVersion V = AnalyzerCatalog.Version;

    public static readonly Dictionary<string, AnalysisKind<TokenFilterFactory>> ByType =
        new AnalysisKind<TokenFilterFactory>[]
        {
            new(
                "AsciiFoldingTokenFilter",
                [Setting.Flag("preserveOriginal")],
                settings =>
                {
                    var preserve = settings.Flag("preserveOriginal");
                    return stream => new ASCIIFoldingFilter(stream, preserve);
                }
            ),
            new("CjkBigramTokenFilter", [Setting.Texts("ignoreScripts"), Setting.Flag("outputUnigrams")], CjkBigram),
            new(
                "CommonGramTokenFilter",
                [Setting.Texts("commonWords", true), Setting.Flag("ignoreCase"), Setting.Flag("queryMode")],
                settings =>
                {
                    var words = Words(settings.Texts("commonWords"), settings.Flag("ignoreCase"));
                    return settings.Flag("queryMode")
                        ? stream => new CommonGramsQueryFilter(new CommonGramsFilter(V, stream, words))
                        : stream => new CommonGramsFilter(V, stream, words);
                }
            ),
            new(
                "DictionaryDecompounderTokenFilter",
                [
                    Setting.Texts("wordList", true),
                    Setting.Integer("minWordSize", 5, 0, LongestToken),
                    Setting.Integer("minSubwordSize", 2, 0, LongestToken),
                    Setting.Integer("maxSubwordSize", 15, 0, LongestToken),
                    Setting.Flag("onlyLongestMatch"),
                ],
                settings =>
                {
                    var words = Words(settings.Texts("wordList"), ignoreCase: true);
                    var (word, least) = (settings.Integer("minWordSize"), settings.Integer("minSubwordSize"));
                    var (most, longest) = (settings.Integer("maxSubwordSize"), settings.Flag("onlyLongestMatch"));
                    return stream => new DictionaryCompoundWordTokenFilter(
                        V,
                        stream,
                        words,
                        word,
                        least,
                        most,
                        longest
                    );
                }
            ),
            new("EdgeNGramTokenFilter", [.. Grams(int.MaxValue), Setting.Text("side", "front")], EdgeNGram),
            new("EdgeNGramTokenFilterV2", [.. Grams(LongestToken), Setting.Text("side", "front")], EdgeNGram),
            new(
                "ElisionTokenFilter",
                [Setting.Texts("articles")],
                settings =>
                {
                    var given = settings.Texts("articles");
                    var articles = given.Length == 0 ? FrenchAnalyzer.DEFAULT_ARTICLES : Words(given, ignoreCase: true);
                    return stream => new ElisionFilter(stream, articles);
                }
            ),
            new(
                "KeepTokenFilter",
                [Setting.Texts("keepWords", true), Setting.Flag("keepWordsCase")],
                settings =>
                {
                    var words = Words(settings.Texts("keepWords"), settings.Flag("keepWordsCase"));
                    return stream => new KeepWordFilter(V, stream, words);
                }
            ),
            new(
                "KeywordMarkerTokenFilter",
                [Setting.Texts("keywords", true), Setting.Flag("ignoreCase")],
                settings =>
                {
                    var words = Words(settings.Texts("keywords"), settings.Flag("ignoreCase"));
                    return stream => new SetKeywordMarkerFilter(stream, words);
                }
            ),
            new(
                "LengthTokenFilter",
                [Setting.Integer("min", 0, 0, LongestToken), Setting.Integer("max", LongestToken, 0, LongestToken)],
                settings =>
                {
                    var (least, most) = settings.Range("min", "max");
                    return stream => new LengthFilter(V, stream, least, most);
                }
            ),
            new(
                "LimitTokenFilter",
                [Setting.Integer("maxTokenCount", 1, 1), Setting.Flag("consumeAllTokens")],
                settings =>
                {
                    var (count, consume) = (settings.Integer("maxTokenCount"), settings.Flag("consumeAllTokens"));
                    return stream => new LimitTokenCountFilter(stream, count, consume);
                }
            ),
            new("NGramTokenFilter", Grams(int.MaxValue), NGram),
            new("NGramTokenFilterV2", Grams(LongestToken), NGram),
            new(
                "PatternCaptureTokenFilter",
                [Setting.Texts("patterns", true), Setting.Flag("preserveOriginal", true)],
                settings =>
                {
                    var patterns = settings.Texts("patterns").Select(p => JavaPattern.Compile(p, null)).ToArray();
                    var preserve = settings.Flag("preserveOriginal");
                    return stream => new PatternCaptureGroupTokenFilter(stream, preserve, patterns);
                }
            ),
            new(
                "PatternReplaceTokenFilter",
                [Setting.Text("pattern", isRequired: true), Setting.Text("replacement", isRequired: true)],
                settings =>
                {
                    var pattern = JavaPattern.Compile(settings.Text("pattern")!, null);
                    var replacement = settings.Text("replacement")!;
                    return stream => new PatternReplaceFilter(stream, pattern, replacement, all: true);
                }
            ),
            new(
                "ShingleTokenFilter",
                [
                    Setting.Integer("maxShingleSize", 2, 2),
                    Setting.Integer("minShingleSize", 2, 2),
                    Setting.Flag("outputUnigrams", true),
                    Setting.Flag("outputUnigramsIfNoShingles"),
                    Setting.Text("tokenSeparator", " "),
                    Setting.Text("filterToken", "_"),
                ],
                Shingle
            ),
            new(
                "SnowballTokenFilter",
                [Setting.Text("language", isRequired: true)],
                s => Stemmers.Snowball(s.Text("language") ?? "english")
            ),
            new(
                "StemmerTokenFilter",
                [Setting.Text("language", isRequired: true)],
                s => Stemmers.Find(s.Text("language") ?? "english")
            ),
            new("StemmerOverrideTokenFilter", [Setting.Texts("rules", true)], StemmerOverride),
            new(
                "StopwordsTokenFilter",
                [
                    Setting.Texts("stopwords"),
                    Setting.Text("stopwordsList", "english"),
                    Setting.Flag("ignoreCase"),
                    Setting.Flag("removeTrailing", true),
                ],
                Stopwords
            ),
            new(
                "SynonymTokenFilter",
                [Setting.Texts("synonyms", true), Setting.Flag("ignoreCase"), Setting.Flag("expand", true)],
                settings =>
                {
                    var ignoreCase = settings.Flag("ignoreCase");
                    Analyzer words = new ComposedAnalyzer(
                        new(text => new WhitespaceTokenizer(V, text)),
                        [stream => ignoreCase ? new LowerCaseFilter(V, stream) : stream]
                    );
                    var rules = SynonymRules.Parse(settings.Texts("synonyms")).Build(words, settings.Flag("expand"));
                    return stream => rules.Apply(stream, ignoreCase);
                }
            ),
            new(
                "TruncateTokenFilter",
                [Setting.Integer("length", LongestToken, 1, LongestToken)],
                settings =>
                {
                    var length = settings.Integer("length");
                    return stream => new TruncateTokenFilter(stream, length);
                }
            ),
            new(
                "UniqueTokenFilter",
                [Setting.Flag("onlyOnSamePosition")],
                settings =>
                    settings.Flag("onlyOnSamePosition")
                        ? stream => new RemoveDuplicatesTokenFilter(stream)
                        : stream => new UniqueFilter(stream)
            ),
            new(
                "WordDelimiterTokenFilter",
                [
                    Setting.Flag("generateWordParts", true),
                    Setting.Flag("generateNumberParts", true),
                    Setting.Flag("catenateWords"),
                    Setting.Flag("catenateNumbers"),
                    Setting.Flag("catenateAll"),
                    Setting.Flag("splitOnCaseChange", true),
                    Setting.Flag("preserveOriginal"),
                    Setting.Flag("splitOnNumerics", true),
                    Setting.Flag("stemEnglishPossessive", true),
                    Setting.Texts("protectedWords"),
                ],
                WordDelimiter
            ),
        }.ToDictionary(k => k.Type, StringComparer.Ordinal);

    public static TokenFilterFactory? Predefined(string name) =>
        name switch
        {
            "apostrophe" => stream => new ApostropheFilter(stream),
            "arabic_normalization" => stream => new ArabicNormalizationFilter(stream),
            "asciifolding" => stream => new ASCIIFoldingFilter(stream),
            "cjk_bigram" => stream => new CJKBigramFilter(stream),
            "cjk_width" => stream => new CJKWidthFilter(stream),
            "classic" => stream => new ClassicFilter(stream),
            "common_grams" => ByType["CommonGramTokenFilter"].Predefined(),
            "edgeNGram_v2" => ByType["EdgeNGramTokenFilterV2"].Predefined(),
            "elision" => ByType["ElisionTokenFilter"].Predefined(),
            "german_normalization" => stream => new GermanNormalizationFilter(stream),
            "hindi_normalization" => stream => new HindiNormalizationFilter(stream),
            "indic_normalization" => stream => new IndicNormalizationFilter(stream),
            "keyword_repeat" => stream => new KeywordRepeatFilter(stream),
            "kstem" => stream => new KStemFilter(stream),
            "length" => ByType["LengthTokenFilter"].Predefined(),
            "limit" => ByType["LimitTokenFilter"].Predefined(),
            "lowercase" => stream => new LowerCaseFilter(V, stream),
            "nGram_v2" => ByType["NGramTokenFilterV2"].Predefined(),
            "persian_normalization" => stream => new PersianNormalizationFilter(stream),
            "porter_stem" => stream => new PorterStemFilter(stream),
            "reverse" => stream => new ReverseStringFilter(V, stream),
            "scandinavian_folding" => stream => new ScandinavianFoldingFilter(stream),
            "scandinavian_normalization" => stream => new ScandinavianNormalizationFilter(stream),
            "shingle" => ByType["ShingleTokenFilter"].Predefined(),
            "snowball" => ByType["SnowballTokenFilter"].Predefined(),
            "sorani_normalization" => stream => new SoraniNormalizationFilter(stream),
            "stemmer" => ByType["StemmerTokenFilter"].Predefined(),
            "stopwords" => ByType["StopwordsTokenFilter"].Predefined(),
            "trim" => stream => new TrimFilter(V, stream),
            "truncate" => ByType["TruncateTokenFilter"].Predefined(),
            "unique" => ByType["UniqueTokenFilter"].Predefined(),
            "uppercase" => stream => new UpperCaseFilter(V, stream),
            "word_delimiter" => ByType["WordDelimiterTokenFilter"].Predefined(),
            _ => null,
        };

    public static CharArraySet Words(IEnumerable<string> words, bool ignoreCase = false) =>
        new(V, [.. words], ignoreCase);

    private static Setting[] Grams(int longest) =>
        [Setting.Integer("minGram", 1, 1, longest), Setting.Integer("maxGram", 2, 1, longest)];

    private static TokenFilterFactory CjkBigram(SettingValues settings)
    {
        var scripts = CJKScript.HAN | CJKScript.HIRAGANA | CJKScript.KATAKANA | CJKScript.HANGUL;
        foreach (var script in settings.Texts("ignoreScripts"))
            scripts &= ~(
                script switch
                {
                    "han" => CJKScript.HAN,
                    "hiragana" => CJKScript.HIRAGANA,
                    "katakana" => CJKScript.KATAKANA,
                    "hangul" => CJKScript.HANGUL,
                    _ => throw ServiceException.InvalidDefinition(
                        "InvalidScript",
                        $"The script '{script}' is none of han, hiragana, katakana, hangul."
                    ),
                }
            );
        var unigrams = settings.Flag("outputUnigrams");
        return stream => new CJKBigramFilter(stream, scripts, unigrams);
    }

    private static TokenFilterFactory NGram(SettingValues settings)
    {
        var (least, most) = settings.Range("minGram", "maxGram");
        return stream => new NGramTokenFilter(V, stream, least, most);
    }

    private static TokenFilterFactory EdgeNGram(SettingValues settings)
    {
        var (least, most) = settings.Range("minGram", "maxGram");
        return settings.Text("side") switch
        {
            "front" => stream => new EdgeNGramTokenFilter(V, stream, least, most),
            // Lucene 4.4 gave this side up in favour of turning the token round twice.
            "back" => stream => new ReverseStringFilter(
                V,
                new EdgeNGramTokenFilter(V, new ReverseStringFilter(V, stream), least, most)
            ),
            var side => throw ServiceException.InvalidDefinition(
                "InvalidSide",
                $"The side '{side}' is neither front nor back."
            ),
        };
    }

    private static TokenFilterFactory Shingle(SettingValues settings)
    {
        var (least, most) = settings.Range("minShingleSize", "maxShingleSize");
        var (unigrams, ifNone) = (settings.Flag("outputUnigrams"), settings.Flag("outputUnigramsIfNoShingles"));
        var (separator, filler) = (settings.Text("tokenSeparator"), settings.Text("filterToken"));
        return stream =>
        {
            var filter = new ShingleFilter(stream, least, most);
            filter.SetOutputUnigrams(unigrams);
            filter.SetOutputUnigramsIfNoShingles(ifNone);
            filter.SetTokenSeparator(separator);
            filter.SetFillerToken(filler);
            return filter;
        };
    }

    private static TokenFilterFactory StemmerOverride(SettingValues settings)
    {
        var builder = new StemmerOverrideFilter.Builder();
        foreach (var rule in settings.Texts("rules"))
        {
            if (rule.Split("=>", StringSplitOptions.TrimEntries) is not [{ Length: > 0 } word, { Length: > 0 } stem])
                throw ServiceException.InvalidDefinition(
                    "InvalidStemmerRule",
                    $"The rule '{rule}' is not of the form 'word => stem'."
                );
            builder.Add(word, stem);
        }
        var map = builder.Build();
        return stream => new StemmerOverrideFilter(stream, map);
    }

    private static TokenFilterFactory Stopwords(SettingValues settings)
    {
        var given = settings.Texts("stopwords");
        var words = Words(
            given.Length > 0 ? given : StopwordLists.Find(settings.Text("stopwordsList")!),
            settings.Flag("ignoreCase")
        );
        return settings.Flag("removeTrailing")
            ? stream => new StopFilter(V, stream, words)
            : stream => new TrailingStopFilter(stream, words);
    }

    private static TokenFilterFactory WordDelimiter(SettingValues settings)
    {
        (string Setting, WordDelimiterFlags Flag)[] all =
        [
            ("generateWordParts", WordDelimiterFlags.GENERATE_WORD_PARTS),
            ("generateNumberParts", WordDelimiterFlags.GENERATE_NUMBER_PARTS),
            ("catenateWords", WordDelimiterFlags.CATENATE_WORDS),
            ("catenateNumbers", WordDelimiterFlags.CATENATE_NUMBERS),
            ("catenateAll", WordDelimiterFlags.CATENATE_ALL),
            ("splitOnCaseChange", WordDelimiterFlags.SPLIT_ON_CASE_CHANGE),
            ("preserveOriginal", WordDelimiterFlags.PRESERVE_ORIGINAL),
            ("splitOnNumerics", WordDelimiterFlags.SPLIT_ON_NUMERICS),
            ("stemEnglishPossessive", WordDelimiterFlags.STEM_ENGLISH_POSSESSIVE),
        ];
        var flags = all.Where(f => settings.Flag(f.Setting)).Aggregate((WordDelimiterFlags)0, (sum, f) => sum | f.Flag);
        var kept = Words(settings.Texts("protectedWords"));
        return stream => new WordDelimiterFilter(V, stream, flags, kept);
    }
}
