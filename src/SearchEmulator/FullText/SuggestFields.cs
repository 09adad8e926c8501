using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Miscellaneous;
using Lucene.Net.Analysis.Shingle;
using Lucene.Net.Analysis.Standard;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Analysis.Util;
using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Util;

namespace EmbeddingFunctions.SearchEmulator.FullText;

/// <summary>
/// What suggesters read: the words of their source fields as they stand in the text (lower-cased, not stemmed), and each word with the
/// next one.
/// </summary>
internal static class SuggestFields
{
    private const string Words = "@words/";
    private const string Pairs = "@pairs/";

    // Which documents have a word is all that is asked.
    private static readonly FieldType Type = Frozen();

    private static readonly StandardAnalyzer WordAnalyzer = new(LuceneVersion.LUCENE_48, CharArraySet.Empty);

    private static readonly ShingleAnalyzerWrapper PairAnalyzer = new(
        WordAnalyzer,
        2,
        2,
        " ",
        outputUnigrams: false,
        outputUnigramsIfNoShingles: false,
        fillerToken: ""
    );

    public static string WordsOf(string path) => Words + path;

    public static string PairsOf(string path) => Pairs + path;

    /// <summary>The source fields of all suggesters of an index.</summary>
    public static IReadOnlyCollection<string> SourcesOf(IndexSchema schema) =>
        schema.Definition["suggesters"]!
            .AsArray()
            .SelectMany(s => s!["sourceFields"]!.AsArray().Select(f => (string)f!))
            .ToHashSet(StringComparer.Ordinal);

    public static Analyzer With(Analyzer analyzer, IEnumerable<string> sources)
    {
        var own = new Dictionary<string, Analyzer>(StringComparer.Ordinal);
        foreach (var path in sources)
            (own[WordsOf(path)], own[PairsOf(path)]) = (WordAnalyzer, PairAnalyzer);
        return new PerFieldAnalyzerWrapper(analyzer, own);
    }

    public static void Add(Document document, string path, string text)
    {
        document.Add(new Lucene.Net.Documents.Field(WordsOf(path), text, Type));
        document.Add(new Lucene.Net.Documents.Field(PairsOf(path), text, Type));
    }

    /// <summary>The words of a text and where they stand.</summary>
    public static IReadOnlyList<Word> Tokenize(string text)
    {
        var words = new List<Word>();
        using var stream = WordAnalyzer.GetTokenStream("", text);
        var (term, offset) = (stream.AddAttribute<ICharTermAttribute>(), stream.AddAttribute<IOffsetAttribute>());
        stream.Reset();
        while (stream.IncrementToken())
            words.Add(new Word(term.ToString()!, offset.StartOffset, offset.EndOffset));
        stream.End();
        return words;
    }

    private static FieldType Frozen()
    {
        var type = new FieldType(TextField.TYPE_NOT_STORED) { OmitNorms = true, IndexOptions = IndexOptions.DOCS_ONLY };
        type.Freeze();
        return type;
    }
}

/// <summary>A word at <c>text[Start..End]</c>.</summary>
internal readonly record struct Word(string Text, int Start, int End);
