using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EmbeddingFunctions.SearchEmulator.Schema;

/// <summary>Turns the body of an index request into the full definition that the service echoes, or refuses it.</summary>
internal static partial class DefinitionReader
{
    /// <exception cref="ServiceException">400; the message names the member or rule.</exception>
    public static IndexSchema Read(JsonElement body, SynonymCatalog synonyms, ApiVersion version)
    {
        var json = new JsonMembers(
            body,
            "IndexDefinition",
            [
                "@odata.etag",
                "@odata.context",
                "name",
                "defaultScoringProfile",
                "fields",
                "scoringProfiles",
                "corsOptions",
                "suggesters",
                "analyzers",
                "tokenizers",
                "tokenFilters",
                "charFilters",
                "encryptionKey",
                "similarity",
                .. version.HasVectors ? (ReadOnlySpan<string>)["semantic", "vectorSearch"] : [],
            ],
            version
        );
        json.RefuseAny("encryptionKey");
        var name = json.RequiredText("name");
        CheckIndexName(name);
        var vectorSearch = VectorSearchReader.Read(json.Get("vectorSearch"));
        var analyzers = AnalysisKinds.ReadAll(json, "analyzers", AnalyzerKinds.ByType, AnalyzerCatalog.Contains);
        var fields = new FieldReader(
            VectorSearchReader.ProfileNames(vectorSearch),
            [.. analyzers.Select(a => (string)a!["name"]!)],
            synonyms,
            version
        ).ReadAll(json.Items("fields"));
        var definition = new JsonObject
        {
            ["name"] = name,
            ["defaultScoringProfile"] = DefaultScoringProfile(json),
            ["fields"] = fields,
            ["scoringProfiles"] = ScoringProfiles(json),
            ["corsOptions"] = CorsOptions(json.Get("corsOptions")),
            ["suggesters"] = Suggesters(json),
            ["analyzers"] = analyzers,
            ["tokenizers"] = Parts(json, "tokenizers", TokenizerKinds.ByType, TokenizerKinds.Predefined),
            ["tokenFilters"] = Parts(json, "tokenFilters", TokenFilterKinds.ByType, TokenFilterKinds.Predefined),
            ["charFilters"] = Parts(json, "charFilters", CharFilterKinds.ByType, CharFilterKinds.Predefined),
            ["encryptionKey"] = null,
            ["similarity"] = SimilarityReader.Read(json.Get("similarity")),
            ["vectorSearch"] = vectorSearch,
            ["semantic"] = SemanticReader.Read(json.Get("semantic")),
        };
        return IndexSchema.From(definition, synonyms);
    }

    private static JsonArray Parts<T>(
        JsonMembers index,
        string list,
        IReadOnlyDictionary<string, AnalysisKind<T>> kinds,
        Func<string, T?> predefined
    )
        where T : class => AnalysisKinds.ReadAll(index, list, kinds, name => predefined(name) is not null);

    public static void CheckIndexName(string name)
    {
        if (name.Length is < 2 or > 128 || !IndexName().IsMatch(name) || RepeatedDash().IsMatch(name))
            throw new ServiceException(
                400,
                "InvalidName",
                $"Invalid index name: '{name}'. Index names must only contain lowercase letters, digits, dashes or underscores, cannot start with dashes or underscores, cannot contain consecutive dashes or underscores, and are limited to 2 to 128 characters."
            );
    }

    private static string? DefaultScoringProfile(JsonMembers index)
    {
        if (index.Text("defaultScoringProfile") is not { Length: > 0 } name)
            return null;
        return index
            .Items("scoringProfiles")
            .Any(p =>
                p.ValueKind == JsonValueKind.Object
                && p.TryGetProperty("name", out var n)
                && n.ValueKind == JsonValueKind.String
                && n.ValueEquals(name)
            )
            ? name
            : throw ServiceException.InvalidDefinition(
                "UnknownScoringProfile",
                $"The default scoring profile '{name}' is not defined."
            );
    }

    // Whether a function fits its field is found out when a query uses the profile.
    private static JsonArray ScoringProfiles(JsonMembers index)
    {
        var profiles = new JsonArray();
        foreach (var item in index.Items("scoringProfiles"))
        {
            var json = new JsonMembers(item, "ScoringProfile", ["name", "functionAggregation", "text", "functions"]);
            var functions = new JsonArray();
            foreach (var function in json.Items("functions"))
                functions.Add(ScoringFunction(function));
            profiles.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["name"] = json.RequiredText("name"),
                        ["functionAggregation"] = json.Text("functionAggregation"),
                        ["text"] = json.Get("text") is { } text ? JsonNode.Parse(text.GetRawText()) : null,
                        ["functions"] = functions,
                    }
            );
        }
        return profiles;
    }

    private static JsonObject ScoringFunction(JsonElement element)
    {
        string[] parts = ["freshness", "magnitude", "distance", "tag"];
        var json = new JsonMembers(
            element,
            "ScoringFunction",
            ["fieldName", "interpolation", "type", "boost", .. parts]
        );
        var function = new JsonObject
        {
            ["fieldName"] = json.RequiredText("fieldName"),
            ["interpolation"] = json.Text("interpolation") ?? "linear",
            ["type"] = json.RequiredText("type"),
            ["boost"] = JsonNumbers.Node(json.Real("boost")),
        };
        foreach (var part in parts)
            function[part] = json.Get(part) is { } value ? WithReals(value) : null;
        return function;
    }

    // The service prints doubles with a fraction: 100 comes back as 100.0.
    private static JsonNode? WithReals(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => new JsonObject(
                value.EnumerateObject().Select(m => KeyValuePair.Create(m.Name, WithReals(m.Value)))
            ),
            JsonValueKind.Number => JsonNumbers.Node(value.GetDouble()),
            _ => JsonNode.Parse(value.GetRawText()),
        };

    private static JsonObject? CorsOptions(JsonElement? element)
    {
        if (element is not { } value)
            return null;
        var json = new JsonMembers(value, "CorsOptions", ["allowedOrigins", "maxAgeInSeconds"]);
        return new JsonObject
        {
            ["allowedOrigins"] = json.Texts("allowedOrigins"),
            ["maxAgeInSeconds"] = json.Integer("maxAgeInSeconds"),
        };
    }

    private static JsonArray Suggesters(JsonMembers index)
    {
        var suggesters = new JsonArray();
        foreach (var item in index.Items("suggesters"))
        {
            var json = new JsonMembers(item, "Suggester", ["name", "searchMode", "sourceFields"]);
            suggesters.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["name"] = json.RequiredText("name"),
                        ["searchMode"] = json.Text("searchMode") ?? "analyzingInfixMatching",
                        ["sourceFields"] = json.Texts("sourceFields"),
                    }
            );
        }
        return suggesters;
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]*$", RegexOptions.None, 1000)]
    private static partial Regex IndexName();

    [GeneratedRegex("[-_]{2}", RegexOptions.None, 1000)]
    private static partial Regex RepeatedDash();
}
