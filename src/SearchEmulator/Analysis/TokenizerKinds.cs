using System.Globalization;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Core;
using Lucene.Net.Analysis.NGram;
using Lucene.Net.Analysis.Path;
using Lucene.Net.Analysis.Pattern;
using Lucene.Net.Analysis.Standard;

namespace EmbeddingFunctions.SearchEmulator.Analysis;

/// <summary>Tokenizers that split what is longer than <c>maxTokenLength</c>, as the service does; Lucene 4.8 drops it.</summary>
internal static class TokenizerKinds
{
    private const int LongestToken = 300;

    public static readonly Dictionary<string, AnalysisKind<TokenizerFactory>> ByType =
        new AnalysisKind<TokenizerFactory>[]
        {
            new("ClassicTokenizer", [MaxTokenLength(255)], s => Splitting(s, Classic)),
            new("EdgeNGramTokenizer", [.. Grams, Setting.Texts("tokenChars")], EdgeNGram),
            new(
                "KeywordTokenizer",
                [Setting.Integer("bufferSize", 256, 1)],
                s => new(Keyword(s.Integer("bufferSize")))
            ),
            new("KeywordTokenizerV2", [MaxTokenLength(256)], s => Splitting(s, Keyword(256))),
            new("NGramTokenizer", [.. Grams, Setting.Texts("tokenChars")], NGram),
            new(
                "PathHierarchyTokenizerV2",
                [
                    Setting.Text("delimiter", "/"),
                    Setting.Text("replacement", "/"),
                    MaxTokenLength(LongestToken),
                    Setting.Flag("reverse"),
                    Setting.Integer("skip", 0),
                ],
                PathHierarchy
            ),
            new(
                "PatternTokenizer",
                [Setting.Text("pattern", @"\W+"), Setting.Text("flags"), Setting.Integer("group", -1, -1)],
                settings =>
                {
                    var pattern = JavaPattern.Compile(settings.Text("pattern")!, settings.Text("flags"));
                    var group = settings.Integer("group");
                    if (group > pattern.GetGroupNumbers()[^1])
                        throw ServiceException.InvalidDefinition(
                            "InvalidRegexPattern",
                            $"The regular expression has no group {group}."
                        );
                    return new(text => new PatternTokenizer(text, pattern, group));
                }
            ),
            new(
                "StandardTokenizer",
                [Setting.Integer("maxTokenLength", 255, 1)],
                settings => Standard(settings.Integer("maxTokenLength"))
            ),
            new("StandardTokenizerV2", [MaxTokenLength(255)], s => Standard(s.Integer("maxTokenLength"))),
            new("UaxUrlEmailTokenizer", [MaxTokenLength(255)], s => Splitting(s, UrlEmail)),
        }.ToDictionary(k => k.Type, StringComparer.Ordinal);

    private static Setting[] Grams =>
        [Setting.Integer("minGram", 1, 1, LongestToken), Setting.Integer("maxGram", 2, 1, LongestToken)];

    public static TokenizerFactory? Predefined(string name) =>
        name switch
        {
            "classic" => ByType["ClassicTokenizer"].Predefined(),
            "edgeNGram" => ByType["EdgeNGramTokenizer"].Predefined(),
            "keyword_v2" => ByType["KeywordTokenizerV2"].Predefined(),
            "letter" => new(text => new LetterTokenizer(AnalyzerCatalog.Version, text)),
            "lowercase" => new(text => new LowerCaseTokenizer(AnalyzerCatalog.Version, text)),
            "nGram" => ByType["NGramTokenizer"].Predefined(),
            "path_hierarchy_v2" => ByType["PathHierarchyTokenizerV2"].Predefined(),
            "pattern" => ByType["PatternTokenizer"].Predefined(),
            // Names of 2015 that clients still send.
            "standard_v2" or "standard" => Standard(255),
            "keyword" => new(Keyword(256)),
            "uax_url_email" => ByType["UaxUrlEmailTokenizer"].Predefined(),
            "whitespace" => new(text => new WhitespaceTokenizer(AnalyzerCatalog.Version, text)),
            _ => null,
        };

    public static TokenizerFactory Standard(int maxTokenLength) =>
        new(
            text => new StandardTokenizer(AnalyzerCatalog.Version, text) { MaxTokenLength = int.MaxValue },
            maxTokenLength
        );

    private static Setting MaxTokenLength(int ifAbsent) => Setting.Integer("maxTokenLength", ifAbsent, 1, LongestToken);

    private static TokenizerFactory Splitting(SettingValues settings, Func<TextReader, Tokenizer> create) =>
        new(create, settings.Integer("maxTokenLength"));

    private static Tokenizer Classic(TextReader text) =>
        new ClassicTokenizer(AnalyzerCatalog.Version, text) { MaxTokenLength = int.MaxValue };

    private static Tokenizer UrlEmail(TextReader text) =>
        new UAX29URLEmailTokenizer(AnalyzerCatalog.Version, text) { MaxTokenLength = int.MaxValue };

    private static Func<TextReader, Tokenizer> Keyword(int bufferSize) =>
        text => new KeywordTokenizer(text, bufferSize);

    private static TokenizerFactory PathHierarchy(SettingValues settings)
    {
        var (delimiter, replacement) = (settings.Character("delimiter"), settings.Character("replacement"));
        var skip = settings.Integer("skip");
        Func<TextReader, Tokenizer> create = settings.Flag("reverse")
            ? text => new ReversePathHierarchyTokenizer(text, delimiter, replacement, skip)
            : text => new PathHierarchyTokenizer(text, delimiter, replacement, skip);
        return Splitting(settings, create);
    }

    private static TokenizerFactory NGram(SettingValues settings)
    {
        var (least, most) = settings.Range("minGram", "maxGram");
        var isKept = TokenCharacters(settings.Texts("tokenChars"));
        return new(text => new KindNGramTokenizer(text, least, most, isKept));
    }

    private static TokenizerFactory EdgeNGram(SettingValues settings)
    {
        var (least, most) = settings.Range("minGram", "maxGram");
        var isKept = TokenCharacters(settings.Texts("tokenChars"));
        return new(text => new KindEdgeNGramTokenizer(text, least, most, isKept));
    }

    private static Func<int, bool> TokenCharacters(string[] kinds)
    {
        var wanted = kinds.Select(IsOfKind).ToArray();
        return character => wanted.Length == 0 || wanted.Any(w => w(Category(character)));
    }

    private static UnicodeCategory Category(int character) => CharUnicodeInfo.GetUnicodeCategory(character);

    private static Func<UnicodeCategory, bool> IsOfKind(string kind) =>
        kind switch
        {
            "letter" => c => c <= UnicodeCategory.OtherLetter,
            "digit" => c => c == UnicodeCategory.DecimalDigitNumber,
            "whitespace" => c =>
                c
                    is UnicodeCategory.SpaceSeparator
                        or UnicodeCategory.LineSeparator
                        or UnicodeCategory.ParagraphSeparator
                        or UnicodeCategory.Control,
            "punctuation" => c => c is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation,
            "symbol" => c => c is >= UnicodeCategory.MathSymbol and <= UnicodeCategory.OtherSymbol,
            _ => throw ServiceException.InvalidDefinition(
                "InvalidTokenCharacterKind",
                $"The character class '{kind}' is none of letter, digit, whitespace, punctuation, symbol."
            ),
        };

    private sealed class KindNGramTokenizer(TextReader text, int least, int most, Func<int, bool> isKept)
        : NGramTokenizer(AnalyzerCatalog.Version, text, least, most)
    {
        protected override bool IsTokenChar(int chr) => isKept(chr);
    }

    private sealed class KindEdgeNGramTokenizer(TextReader text, int least, int most, Func<int, bool> isKept)
        : EdgeNGramTokenizer(AnalyzerCatalog.Version, text, least, most)
    {
        protected override bool IsTokenChar(int chr) => isKept(chr);
    }
}
