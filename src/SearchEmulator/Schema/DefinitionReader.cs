using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EmbeddingFunctions.SearchEmulator.Schema;

/// <summary>Turns the body of an index request into the full definition that the service echoes, or refuses it.</summary>
internal static partial class DefinitionReader
{
    private const string SuggesterMode = "analyzingInfixMatching";

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
        var profiles = ScoringProfileReader.ReadAll(json.Items("scoringProfiles"));
        var definition = new JsonObject
        {
            ["name"] = name,
            ["defaultScoringProfile"] = DefaultScoringProfile(json, profiles),
            ["fields"] = fields,
            ["scoringProfiles"] = profiles,
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
        var schema = IndexSchema.From(definition, synonyms);
        FieldUse.Check(schema);
        return schema;
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

    private static string? DefaultScoringProfile(JsonMembers index, JsonArray profiles)
    {
        if (index.Text("defaultScoringProfile") is not { Length: > 0 } name)
            return null;
        return profiles.Any(p => (string)p!["name"]! == name)
            ? name
            : throw ServiceException.InvalidDefinition(
                "UnknownScoringProfile",
                $"The default scoring profile '{name}' is not defined."
            );
    }

    private static JsonObject? CorsOptions(JsonElement? element)
    {
        if (element is not { } value)
            return null;
        var json = new JsonMembers(value, "CorsOptions", ["allowedOrigins", "maxAgeInSeconds"]);
        return new JsonObject
        {
            ["allowedOrigins"] = json.Get("allowedOrigins") is not null
                ? json.Texts("allowedOrigins")
                : throw json.Missing("allowedOrigins"),
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
                        ["searchMode"] =
                            (json.Text("searchMode") ?? SuggesterMode) is SuggesterMode
                                ? SuggesterMode
                                : throw InvalidSuggester($"The only searchMode of a suggester is '{SuggesterMode}'."),
                        ["sourceFields"] = json.Texts("sourceFields"),
                    }
            );
        }
        return suggesters.Count <= 1
            ? suggesters
            : throw InvalidSuggester($"An index can have one suggester, but {suggesters.Count} were found.");
    }

    private static ServiceException InvalidSuggester(string message) =>
        ServiceException.InvalidDefinition("InvalidSuggester", message);

    [GeneratedRegex(@"^[a-z0-9][a-z0-9_-]*\z", RegexOptions.None, 1000)]
    private static partial Regex IndexName();

    [GeneratedRegex("[-_]{2}", RegexOptions.None, 1000)]
    private static partial Regex RepeatedDash();
}
