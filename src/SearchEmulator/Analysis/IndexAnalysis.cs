using System.Collections.Concurrent;
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
    private Analyzer? _queries;
    private KnownSynonyms? _synonyms;

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

    public Analyzer ForQueries(IndexSchema schema) =>
        _queries ??= PerField(schema, field => Named(field.SearchAnalyzer));

    /// <summary>The synonyms of a field as its map is now; null when it has none.</summary>
    /// <exception cref="ServiceException">400 when the map has been deleted: the service refuses searches in such a field.</exception>
    public FieldSynonyms? SynonymsOf(Schema.Field field, SynonymCatalog catalog)
    {
        if (field.SynonymMap is not { } name)
            return null;
        var version = catalog.Version;
        if (Volatile.Read(ref _synonyms) is not { } known || known.Version != version)
            Volatile.Write(ref _synonyms, known = new KnownSynonyms(version));
        return known
                .ByField.GetOrAdd(
                    field.Path,
                    _ => new Lazy<FieldSynonyms?>(() =>
                        catalog.Find(name) is { } map ? new FieldSynonyms(map.Rules, Named(field.SearchAnalyzer)) : null
                    )
                )
                .Value
            ?? throw ServiceException.InvalidParameter(
                "SynonymMapNotFound",
                $"The synonym map '{name}' of the field '{field.Path}' has been deleted.",
                "search"
            );
    }

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

    private sealed record KnownSynonyms(int Version)
    {
        public ConcurrentDictionary<string, Lazy<FieldSynonyms?>> ByField { get; } = new(StringComparer.Ordinal);
    }
}
