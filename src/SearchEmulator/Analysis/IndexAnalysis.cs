using System.Text.Json.Nodes;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Miscellaneous;

namespace EmbeddingFunctions.SearchEmulator.Analysis;

/// <summary>What turns the texts of one index into terms: its own analyzers, tokenizers and filters beside the predefined ones.</summary>
internal sealed class IndexAnalysis
{
    private readonly Dictionary<string, CharFilterFactory> _charFilters;
    private readonly Dictionary<string, TokenizerFactory> _tokenizers;
    private readonly Dictionary<string, TokenFilterFactory> _tokenFilters;
    private readonly Dictionary<string, Analyzer> _analyzers;
    private Analyzer? _indexing;
    private QueryAnalyzer? _queries;

    private IndexAnalysis(JsonObject definition)
    {
        _charFilters = Prepare(definition, "charFilters", CharFilterKinds.ByType);
        _tokenizers = Prepare(definition, "tokenizers", TokenizerKinds.ByType);
        _tokenFilters = Prepare(definition, "tokenFilters", TokenFilterKinds.ByType);
        _analyzers = Prepare(definition, "analyzers", AnalyzerKinds.ByType)
            .ToDictionary(a => a.Key, a => a.Value(this), StringComparer.Ordinal);
    }

    /// <exception cref="ServiceException">400 when a definition cannot be carried out.</exception>
    public static IndexAnalysis From(JsonObject definition) => new(definition);

    /// <summary>Null when there is none of this name.</summary>
    public Analyzer? Find(string name) => _analyzers.GetValueOrDefault(name) ?? AnalyzerCatalog.Find(name);

    /// <exception cref="ServiceException">400 when one of the names is not known.</exception>
    public Analyzer Compose(string tokenizer, IReadOnlyList<string> tokenFilters, IReadOnlyList<string> charFilters) =>
        new ComposedAnalyzer(
            _tokenizers.GetValueOrDefault(tokenizer)
                ?? TokenizerKinds.Predefined(tokenizer)
                ?? throw Unknown("tokenizer", tokenizer),
            [
                .. tokenFilters.Select(name =>
                    _tokenFilters.GetValueOrDefault(name)
                    ?? TokenFilterKinds.Predefined(name)
                    ?? throw Unknown("token filter", name)
                ),
            ],
            [
                .. charFilters.Select(name =>
                    _charFilters.GetValueOrDefault(name)
                    ?? CharFilterKinds.Predefined(name)
                    ?? throw Unknown("char filter", name)
                ),
            ]
        );

    public Analyzer ForIndexing(IndexSchema schema) =>
        _indexing ??= PerField(schema, field => Named(field.IndexAnalyzer));

    /// <summary>The same with synonyms, as the maps of the service are now.</summary>
    public Analyzer ForQueries(IndexSchema schema)
    {
        var version = schema.Synonyms.Version;
        if (Volatile.Read(ref _queries) is { } known && known.Version == version)
            return known.Analyzer;
        var analyzer = PerField(schema, field => WithSynonyms(Named(field.SearchAnalyzer), field, schema.Synonyms));
        Volatile.Write(ref _queries, new QueryAnalyzer(version, analyzer));
        return analyzer;
    }

    private static Analyzer WithSynonyms(Analyzer analyzer, Schema.Field field, SynonymCatalog synonyms) =>
        field.SynonymMap is not { } name ? analyzer
        : synonyms.Find(name) is { } map ? new SynonymAnalyzer(analyzer, map.Rules.Build(analyzer))
        : new DeletedSynonymsAnalyzer(field.Path, name);

    private Analyzer Named(string? name) => Find(name ?? AnalyzerCatalog.Default)!;

    private static TermLengthAnalyzer PerField(IndexSchema schema, Func<Schema.Field, Analyzer> analyzer) =>
        new(
            new PerFieldAnalyzerWrapper(
                AnalyzerCatalog.Find(AnalyzerCatalog.Default)!,
                schema.TextFields.ToDictionary(f => f.Path, analyzer, StringComparer.Ordinal)
            )
        );

    private static Dictionary<string, T> Prepare<T>(
        JsonObject definition,
        string list,
        IReadOnlyDictionary<string, AnalysisKind<T>> kinds
    ) =>
        definition[list] is not JsonArray items
            ? []
            : items.ToDictionary(
                item => (string)item!["name"]!,
                item =>
                    kinds[((string)item!["@odata.type"]!)[AnalysisKinds.Prefix.Length..]]
                        .Prepare(new SettingValues(item.AsObject())),
                StringComparer.Ordinal
            );

    private static ServiceException Unknown(string what, string name) =>
        ServiceException.NotSupported($"The {what} '{name}'");

    private sealed record QueryAnalyzer(int Version, Analyzer Analyzer);

    private sealed class SynonymAnalyzer(Analyzer inner, PreparedSynonyms synonyms)
        : AnalyzerWrapper(PER_FIELD_REUSE_STRATEGY)
    {
        protected override Analyzer GetWrappedAnalyzer(string fieldName) => inner;

        protected override TokenStreamComponents WrapComponents(string fieldName, TokenStreamComponents components) =>
            new(components.Tokenizer, synonyms.Apply(components.TokenStream));
    }

    /// <summary>A map may be deleted while fields name it; the service then refuses searches in those fields.</summary>
    private sealed class DeletedSynonymsAnalyzer(string field, string map) : AnalyzerWrapper(PER_FIELD_REUSE_STRATEGY)
    {
        protected override Analyzer GetWrappedAnalyzer(string fieldName) =>
            throw ServiceException.InvalidParameter(
                "SynonymMapNotFound",
                $"The synonym map '{map}' of the field '{field}' has been deleted.",
                "search"
            );
    }
}
