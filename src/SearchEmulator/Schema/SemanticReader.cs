using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Schema;

/// <summary>Semantic configurations are kept and echoed; queries that use one are refused.</summary>
internal static class SemanticReader
{
    public static JsonObject? Read(JsonElement? element)
    {
        if (element is not { } value)
            return null;
        var json = new JsonMembers(value, "SemanticSettings", ["defaultConfiguration", "configurations"]);
        var configurations = new JsonArray();
        foreach (var item in json.Items("configurations"))
        {
            var configuration = new JsonMembers(item, "SemanticConfiguration", ["name", "prioritizedFields"]);
            configurations.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["name"] = configuration.RequiredText("name"),
                        ["prioritizedFields"] = PrioritizedFields(configuration.Get("prioritizedFields")),
                    }
            );
        }
        return new JsonObject
        {
            ["defaultConfiguration"] = json.Text("defaultConfiguration"),
            ["configurations"] = configurations,
        };
    }

    private static JsonObject? PrioritizedFields(JsonElement? element)
    {
        if (element is not { } value)
            return null;
        var json = new JsonMembers(
            value,
            "PrioritizedFields",
            ["titleField", "prioritizedContentFields", "prioritizedKeywordsFields"]
        );
        return new JsonObject
        {
            ["titleField"] = json.Get("titleField") is { } title ? FieldName(title) : null,
            ["prioritizedContentFields"] = FieldNames(json, "prioritizedContentFields"),
            ["prioritizedKeywordsFields"] = FieldNames(json, "prioritizedKeywordsFields"),
        };
    }

    private static JsonArray FieldNames(JsonMembers json, string name) =>
        [.. json.Items(name).Select(item => (JsonNode)FieldName(item))];

    private static JsonObject FieldName(JsonElement element) =>
        new() { ["fieldName"] = new JsonMembers(element, "SemanticField", ["fieldName"]).RequiredText("fieldName") };
}
