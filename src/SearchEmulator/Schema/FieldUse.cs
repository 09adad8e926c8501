using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Schema;

/// <summary>What suggesters, scoring profiles and semantic configurations say about fields. It is checked when an index is defined, so that no query finds out.</summary>
internal static class FieldUse
{
    /// <exception cref="ServiceException">400 on a field that is not there, or cannot be what it is named for.</exception>
    public static void Check(IndexSchema schema)
    {
        foreach (var suggester in Items(schema.Definition["suggesters"]))
        {
            foreach (var path in Items(suggester["sourceFields"]))
                CheckText(schema, (string)path!, $"The suggester '{suggester["name"]}'");
        }
        foreach (var profile in Items(schema.Definition["scoringProfiles"]))
            CheckProfile(schema, profile);
        if (schema.Definition["semantic"] is JsonObject semantic)
            CheckSemantic(schema, semantic);
    }

    private static void CheckProfile(IndexSchema schema, JsonNode profile)
    {
        var user = $"The scoring profile '{profile["name"]}'";
        foreach (var (path, _) in profile["text"]?["weights"] as JsonObject ?? [])
            CheckText(schema, path, user);
        foreach (var function in Items(profile["functions"]))
        {
            var (path, type) = ((string)function["fieldName"]!, (string)function["type"]!);
            if (!ScoringFunction.CanUse(type, Find(schema, path, user)))
                throw Invalid($"{user} cannot use the field '{path}' in a function of type '{type}'.");
        }
    }

    private static void CheckSemantic(IndexSchema schema, JsonObject semantic)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var configuration in Items(semantic["configurations"]))
        {
            var user = $"The semantic configuration '{configuration["name"]}'";
            if (!names.Add((string)configuration["name"]!))
                throw Invalid($"{user} is defined twice.");
            var fields = configuration["prioritizedFields"];
            IEnumerable<JsonNode?> used =
            [
                fields?["titleField"],
                .. Items(fields?["prioritizedContentFields"]),
                .. Items(fields?["prioritizedKeywordsFields"]),
            ];
            foreach (var field in used.OfType<JsonObject>())
                CheckText(schema, (string)field["fieldName"]!, user);
        }
        if ((string?)semantic["defaultConfiguration"] is { } name && !names.Contains(name))
            throw Invalid($"The default semantic configuration '{name}' is not defined.");
    }

    private static void CheckText(IndexSchema schema, string path, string user)
    {
        if (!Find(schema, path, user).IsText)
            throw Invalid($"{user} uses the field '{path}', which is not a searchable string.");
    }

    private static Field Find(IndexSchema schema, string path, string user) =>
        schema.Find(path) ?? throw Invalid($"{user} uses the field '{path}', which does not exist.");

    private static IEnumerable<JsonNode> Items(JsonNode? array) => (array as JsonArray ?? []).OfType<JsonNode>();

    private static ServiceException Invalid(string message) =>
        ServiceException.InvalidDefinition("InvalidFieldReference", message);
}
