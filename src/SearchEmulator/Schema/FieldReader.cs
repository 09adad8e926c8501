using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EmbeddingFunctions.SearchEmulator.Schema;

/// <summary>Fields of an index definition, with the attributes that a request may leave out filled in as the service does.</summary>
/// <param name="profiles">Names of vector search profiles.</param>
/// <param name="analyzers">Names of the index's own analyzers.</param>
/// <param name="synonyms">The maps that exist.</param>
/// <param name="version">Of the request.</param>
internal sealed partial class FieldReader(
    HashSet<string> profiles,
    HashSet<string> analyzers,
    SynonymCatalog synonyms,
    ApiVersion version
)
{
    private const int DeepestNesting = 10;

    // What only simple fields may have, apart from vectors.
    private static readonly string[] Attributes =
    [
        "key",
        "retrievable",
        "searchable",
        "filterable",
        "sortable",
        "facetable",
        "analyzer",
        "searchAnalyzer",
        "indexAnalyzer",
        "synonymMaps",
    ];

    private const int MostFields = 1000;
    private const int MostComplexCollections = 40;

    public JsonArray ReadAll(IEnumerable<JsonElement> elements)
    {
        var fields = Level(elements, depth: 1, insideCollection: false);
        var keys = fields.Count(f => f!["key"] is { } key && (bool)key);
        if (keys != 1)
            throw ServiceException.InvalidDefinition(
                "InvalidKeyField",
                $"An index must have exactly one key field, but {keys} were found."
            );
        var count = Count(fields);
        if (count > MostFields)
            throw ServiceException.InvalidDefinition(
                "TooManyFields",
                $"An index can have {MostFields} fields, but {count} were found."
            );
        var collections = CountComplexCollections(fields);
        if (collections > MostComplexCollections)
            throw ServiceException.InvalidDefinition(
                "TooManyComplexCollections",
                $"An index can have {MostComplexCollections} complex collections, but {collections} were found."
            );
        return fields;
    }

    private static int Count(JsonArray fields) => fields.Sum(f => f!["fields"] is JsonArray inner ? Count(inner) : 1);

    private static int CountComplexCollections(JsonArray fields) =>
        fields.Sum(f =>
            f!["fields"] is JsonArray inner
                ? CountComplexCollections(inner) + ((string)f["type"]! == "Collection(Edm.ComplexType)" ? 1 : 0)
                : 0
        );

    private JsonArray Level(IEnumerable<JsonElement> elements, int depth, bool insideCollection)
    {
        if (depth > DeepestNesting)
            throw ServiceException.InvalidDefinition(
                "InvalidField",
                $"Fields are nested more than {DeepestNesting} levels deep."
            );
        var fields = new JsonArray();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var element in elements)
        {
            var field = Read(element, depth, insideCollection);
            if (!names.Add((string)field["name"]!))
                throw Invalid((string)field["name"]!, "is defined twice");
            fields.Add((JsonNode)field);
        }
        return fields;
    }

    private JsonObject Read(JsonElement element, int depth, bool insideCollection)
    {
        var json = new JsonMembers(
            element,
            "FieldDefinition",
            [
                "name",
                "type",
                "fields",
                .. Attributes,
                .. version.HasVectors ? (ReadOnlySpan<string>)["dimensions", "vectorSearchProfile"] : [],
            ],
            version
        );
        var name = json.RequiredText("name");
        if (!FieldName().IsMatch(name) || name.StartsWith("azureSearch", StringComparison.Ordinal))
            throw Invalid(
                name,
                "has a name that is not allowed: 1 to 128 letters, digits or underscores, starting with a letter and not with 'azureSearch'"
            );
        var type = json.RequiredText("type");
        var isCollection = type.StartsWith("Collection(", StringComparison.Ordinal) && type.EndsWith(')');
        var kind = Field.KindOf(isCollection ? type["Collection(".Length..^1] : type);
        if (kind is null || (kind == FieldKind.Vector && !(isCollection && version.HasVectors)))
            throw Invalid(name, $"has the type '{type}', which does not exist at {version.Name}");
        if (kind != FieldKind.Complex)
            return Leaf(json, name, type, kind.Value, isCollection, insideCollection, depth);
        if (Array.Find(Attributes, a => json.Get(a) is { } value && !IsEmpty(value)) is { } attribute)
            throw Invalid(name, $"is complex: '{attribute}' is for its sub-fields");
        var fields = Level(json.Items("fields"), depth + 1, insideCollection || isCollection);
        return fields.Count > 0
            ? new JsonObject
            {
                ["name"] = name,
                ["type"] = type,
                ["fields"] = fields,
            }
            : throw Invalid(name, "is complex and has no fields");
    }

    private JsonObject Leaf(
        JsonMembers json,
        string name,
        string type,
        FieldKind kind,
        bool isCollection,
        bool insideCollection,
        int depth
    )
    {
        if (json.Items("fields").Any())
            throw Invalid(name, $"has fields, but its type is '{type}'");
        var isVector = kind == FieldKind.Vector;
        var key = json.Flag("key") ?? false;
        if (key && (type != "Edm.String" || depth > 1 || json.Flag("retrievable") == false))
            throw Invalid(name, "cannot be the key: a key is a retrievable top-level field of type Edm.String");
        if (isVector && depth > 1)
            throw Invalid(name, "is a vector inside a complex field, which is not allowed");
        var searchable = json.Flag("searchable") ?? kind is FieldKind.String or FieldKind.Vector;
        if (searchable && kind is not (FieldKind.String or FieldKind.Vector))
            throw Invalid(name, $"cannot be searchable: its type is '{type}'");
        var field = new JsonObject
        {
            ["name"] = name,
            ["type"] = type,
            ["searchable"] = searchable,
            ["filterable"] = json.Flag("filterable") ?? !isVector,
            ["retrievable"] = json.Flag("retrievable") ?? true,
            ["sortable"] = json.Flag("sortable") ?? !(isCollection || insideCollection),
            ["facetable"] = json.Flag("facetable") ?? (!isVector && kind != FieldKind.Point),
            ["key"] = key,
            ["indexAnalyzer"] = Analyzer(json, "indexAnalyzer", name, searchable),
            ["searchAnalyzer"] = Analyzer(json, "searchAnalyzer", name, searchable),
            ["analyzer"] = Analyzer(json, "analyzer", name, searchable),
            ["dimensions"] = json.Integer("dimensions"),
            ["vectorSearchProfile"] = json.Text("vectorSearchProfile"),
            ["synonymMaps"] = SynonymMaps(json, name, searchable && !isVector),
        };
        CheckAttributes(field, kind, isCollection, insideCollection);
        CheckVector(field, isVector);
        return field;
    }

    private static void CheckAttributes(JsonObject field, FieldKind kind, bool isCollection, bool insideCollection)
    {
        var name = (string)field["name"]!;
        var isVector = kind == FieldKind.Vector;
        if (isCollection && (bool)field["sortable"]!)
            throw Invalid(name, "cannot be sortable: it is a collection");
        if (insideCollection && (bool)field["sortable"]!)
            throw Invalid(name, "cannot be sortable: it is inside a collection");
        if (isVector && ((bool)field["filterable"]! || (bool)field["facetable"]!))
            throw Invalid(name, "is a vector and can be neither filterable nor facetable");
        if (isVector && !(bool)field["searchable"]!)
            throw Invalid(name, "is a vector and must be searchable");
        if (kind == FieldKind.Point && (bool)field["facetable"]!)
            throw Invalid(name, "cannot be facetable: it is a point");
        var one = field["indexAnalyzer"] is not null;
        var other = field["searchAnalyzer"] is not null;
        if (one != other || (one && field["analyzer"] is not null))
            throw Invalid(name, "needs either 'analyzer' alone, or 'indexAnalyzer' and 'searchAnalyzer' together");
    }

    private void CheckVector(JsonObject field, bool isVector)
    {
        var name = (string)field["name"]!;
        var profile = (string?)field["vectorSearchProfile"];
        if (!isVector)
        {
            if (field["dimensions"] is not null || profile is not null)
                throw Invalid(
                    name,
                    "has dimensions or a vectorSearchProfile, but is not of type Collection(Edm.Single)"
                );
            return;
        }
        if (field["dimensions"] is not { } dimensions || (int)dimensions is < 2 or > 2048)
            throw Invalid(name, $"needs 'dimensions' between 2 and 2048, but has '{field["dimensions"]}'");
        if (profile is null)
            throw Invalid(name, "needs a 'vectorSearchProfile'");
        if (!profiles.Contains(profile))
            throw ServiceException.InvalidDefinition(
                "UnknownVectorAlgorithmConfiguration",
                // The real service leaves the quoted name empty at 2023-11-01.
                $"The field '{name}' uses a vector search algorithm configuration '' which is not defined."
            );
    }

    private JsonArray SynonymMaps(JsonMembers json, string field, bool isText)
    {
        var maps = json.Texts("synonymMaps");
        if (maps.Count == 0)
            return maps;
        if (!isText)
            throw Invalid(field, "has synonym maps, but is not a searchable string");
        if (maps.Count > 1)
            throw Invalid(field, $"has {maps.Count} synonym maps, but only one is allowed");
        return synonyms.Find((string)maps[0]!) is not null
            ? maps
            : throw Invalid(field, $"uses the synonym map '{maps[0]}', which does not exist");
    }

    private string? Analyzer(JsonMembers json, string member, string field, bool searchable)
    {
        if (json.Text(member) is not { } analyzer)
            return null;
        if (!searchable)
            throw Invalid(field, $"has the {member} '{analyzer}', but is not a searchable string");
        return analyzers.Contains(analyzer) || AnalyzerCatalog.Contains(analyzer)
            ? analyzer
            : throw ServiceException.NotSupported($"The analyzer '{analyzer}' of field '{field}'");
    }

    private static bool IsEmpty(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0;

    private static ServiceException Invalid(string field, string what) =>
        ServiceException.InvalidDefinition("InvalidField", $"The field '{field}' {what}.");

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_]{0,127}\z", RegexOptions.None, 1000)]
    private static partial Regex FieldName();
}
