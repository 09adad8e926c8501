using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Lucene.Net.Search.Similarities;

namespace EmbeddingFunctions.SearchEmulator.Schema;

/// <summary>
/// A validated index. <see cref="Definition"/> is the whole answer body as the service echoes it (every default filled in),
/// without context and ETag; everything else is read from it, so the stored text is the only truth.
/// </summary>
internal sealed class IndexSchema
{
    private readonly FrozenDictionary<string, Field> _byPath;

    private IndexSchema(JsonObject definition, SynonymCatalog synonyms)
    {
        (Definition, Synonyms) = (definition, synonyms);
        Analysis = IndexAnalysis.From(definition);
        Name = (string)definition["name"]!;
        Fields = ReadFields(definition["fields"]!.AsArray(), "", insideCollection: false, Metrics(definition));
        AllFields = [.. Fields.SelectMany(Flatten)];
        _byPath = AllFields.ToFrozenDictionary(f => f.Path, StringComparer.Ordinal);
        KeyField = Fields.Single(f => f.Key);
        TextFields = [.. AllFields.Where(f => f.IsText)];
        VectorFields = [.. Fields.Where(f => f.Kind == FieldKind.Vector)];
        Similarity = SimilarityReader.From(definition["similarity"]!);
    }

    public JsonObject Definition { get; }
    public IndexAnalysis Analysis { get; }

    /// <summary>Maps of the whole service; fields name them.</summary>
    public SynonymCatalog Synonyms { get; }
    public string Name { get; }
    public ImmutableArray<Field> Fields { get; }

    /// <summary>Fields and sub-fields, parents before children, in schema order.</summary>
    public ImmutableArray<Field> AllFields { get; }
    public ImmutableArray<Field> TextFields { get; }
    public ImmutableArray<Field> VectorFields { get; }
    public Field KeyField { get; }
    public Similarity Similarity { get; }

    /// <summary>Reads what <see cref="DefinitionReader"/> made, from a request or from the store.</summary>
    public static IndexSchema From(JsonObject definition, SynonymCatalog synonyms) => new(definition, synonyms);

    public Field? Find(string path) => _byPath.GetValueOrDefault(path);

    private static IEnumerable<Field> Flatten(Field field) => [field, .. field.Fields.SelectMany(Flatten)];

    private static Dictionary<string, VectorMetric> Metrics(JsonObject definition)
    {
        var metrics = new Dictionary<string, VectorMetric>(StringComparer.Ordinal);
        if (definition["vectorSearch"] is not JsonObject vectorSearch)
            return metrics;
        var algorithms = vectorSearch["algorithms"]!
            .AsArray()
            .ToDictionary(
                a => (string)a!["name"]!,
                a => (string)(a!["hnswParameters"] ?? a["exhaustiveKnnParameters"])!["metric"]!,
                StringComparer.Ordinal
            );
        foreach (var profile in vectorSearch["profiles"]!.AsArray())
        {
            metrics[(string)profile!["name"]!] = algorithms[(string)profile["algorithm"]!] switch
            {
                "dotProduct" => VectorMetric.DotProduct,
                "euclidean" => VectorMetric.Euclidean,
                _ => VectorMetric.Cosine,
            };
        }
        return metrics;
    }

    private static ImmutableArray<Field> ReadFields(
        JsonArray fields,
        string prefix,
        bool insideCollection,
        Dictionary<string, VectorMetric> metrics
    ) => [.. fields.Select((f, position) => ReadField(f!.AsObject(), position, prefix, insideCollection, metrics))];

    private static Field ReadField(
        JsonObject json,
        int position,
        string prefix,
        bool insideCollection,
        Dictionary<string, VectorMetric> metrics
    )
    {
        var name = (string)json["name"]!;
        var typeName = (string)json["type"]!;
        var isCollection = typeName.StartsWith("Collection(", StringComparison.Ordinal);
        var kind = Field.KindOf(isCollection ? typeName["Collection(".Length..^1] : typeName)!.Value;
        var field = new Field
        {
            Name = name,
            Path = prefix + name,
            Position = position,
            Kind = kind,
            TypeName = typeName,
            // A vector is one value, whatever its Edm name says.
            IsCollection = isCollection && kind != FieldKind.Vector,
            InsideCollection = insideCollection,
        };
        if (kind == FieldKind.Complex)
            return field with
            {
                Fields = ReadFields(
                    json["fields"]!.AsArray(),
                    field.Path + "/",
                    insideCollection || isCollection,
                    metrics
                ),
            };
        var analyzer = (string?)json["analyzer"];
        return field with
        {
            Key = (bool)json["key"]!,
            Retrievable = (bool)json["retrievable"]!,
            Searchable = (bool)json["searchable"]!,
            Filterable = (bool)json["filterable"]!,
            Sortable = (bool)json["sortable"]!,
            Facetable = (bool)json["facetable"]!,
            IndexAnalyzer = analyzer ?? (string?)json["indexAnalyzer"],
            SearchAnalyzer = analyzer ?? (string?)json["searchAnalyzer"],
            SynonymMap = json["synonymMaps"] is JsonArray { Count: > 0 } maps ? (string)maps[0]! : null,
            Dimensions = (int?)json["dimensions"] ?? 0,
            Metric = (string?)json["vectorSearchProfile"] is { } profile ? metrics[profile] : VectorMetric.Cosine,
        };
    }
}
