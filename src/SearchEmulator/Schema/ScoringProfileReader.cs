using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;

namespace EmbeddingFunctions.SearchEmulator.Schema;

/// <summary>Scoring profiles of an index definition. Whether they fit its fields, <see cref="FieldUse"/> says.</summary>
internal static class ScoringProfileReader
{
    private static readonly string[] Types = ["freshness", "magnitude", "distance", "tag"];
    private static readonly string[] Interpolations = ["linear", "constant", "quadratic", "logarithmic"];
    private static readonly string[] Aggregations = ["sum", "average", "minimum", "maximum", "firstMatching"];

    /// <exception cref="ServiceException">400 when a profile is incomplete, defined twice or has a value that a query could not use.</exception>
    public static JsonArray ReadAll(IEnumerable<JsonElement> elements)
    {
        var profiles = new JsonArray();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var element in elements)
        {
            var profile = Read(element);
            if (!names.Add((string)profile["name"]!))
                throw Invalid($"The scoring profile '{profile["name"]}' is defined twice.");
            profiles.Add((JsonNode)profile);
        }
        return profiles;
    }

    private static JsonObject Read(JsonElement element)
    {
        var json = new JsonMembers(element, "ScoringProfile", ["name", "functionAggregation", "text", "functions"]);
        var name = json.RequiredText("name");
        return new JsonObject
        {
            ["name"] = name,
            ["functionAggregation"] = json.Text("functionAggregation") is { } aggregation
                ? OneOf(Aggregations, aggregation, "functionAggregation")
                : null,
            ["text"] = json.Get("text") is { } text ? Weights(text) : null,
            ["functions"] = new JsonArray([.. json.Items("functions").Select(f => (JsonNode)Function(f))]),
        };
    }

    private static JsonObject Weights(JsonElement text)
    {
        if (new JsonMembers(text, "TextWeights", ["weights"]).Get("weights") is not { } weights)
            return new JsonObject { ["weights"] = null };
        var fields = weights.ValueKind == JsonValueKind.Object ? weights.EnumerateObject().Select(w => w.Name) : [];
        var json = new JsonMembers(weights, "Weights", [.. fields]);
        return new JsonObject
        {
            ["weights"] = new JsonObject(
                fields.Select(f => KeyValuePair.Create(f, JsonNumbers.Node(json.RequiredReal(f))))
            ),
        };
    }

    private static JsonObject Function(JsonElement element)
    {
        var json = new JsonMembers(
            element,
            "ScoringFunction",
            ["fieldName", "interpolation", "type", "boost", .. Types]
        );
        var type = OneOf(Types, json.RequiredText("type"), "type");
        var boost = json.RequiredReal("boost");
        if (boost is <= 0 or 1)
            throw Invalid($"The boost of a scoring function is {boost}, but must be above 0 and not 1.");
        var function = new JsonObject
        {
            ["fieldName"] = json.RequiredText("fieldName"),
            ["interpolation"] = OneOf(Interpolations, json.Text("interpolation") ?? "linear", "interpolation"),
            ["type"] = type,
            ["boost"] = JsonNumbers.Node(boost),
        };
        foreach (var other in Types)
        {
            if ((json.Get(other) is not null) != (other == type))
                throw Invalid($"A scoring function of type '{type}' needs the object '{type}' and no other one.");
            function[other] = other == type ? Parameters(type, json.Get(type)!.Value) : null;
        }
        return function;
    }

    private static JsonNode? Parameters(string type, JsonElement element)
    {
        string[] known = type switch
        {
            "magnitude" => ["boostingRangeStart", "boostingRangeEnd", "constantBoostBeyondRange"],
            "freshness" => ["boostingDuration"],
            "distance" => ["referencePointParameter", "boostingDistance"],
            _ => ["tagsParameter"],
        };
        var json = new JsonMembers(element, $"{char.ToUpperInvariant(type[0])}{type[1..]}ScoringParameters", known);
        foreach (var name in known)
        {
            switch (name)
            {
                case "constantBoostBeyondRange":
                    json.Flag(name);
                    break;
                case "boostingRangeStart" or "boostingRangeEnd" or "boostingDistance":
                    json.RequiredReal(name);
                    break;
                case "boostingDuration":
                    CheckDuration(json.RequiredText(name));
                    break;
                default:
                    json.RequiredText(name);
                    break;
            }
        }
        return WithReals(element);
    }

    private static void CheckDuration(string text)
    {
        try
        {
            XmlConvert.ToTimeSpan(text);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw Invalid($"The boostingDuration '{text}' is not a duration as 'P1D' or 'PT12H'.");
        }
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

    private static string OneOf(string[] allowed, string value, string member) =>
        allowed.Contains(value, StringComparer.Ordinal)
            ? value
            : throw Invalid($"The {member} '{value}' is none of {string.Join(", ", allowed)}.");

    private static ServiceException Invalid(string message) =>
        ServiceException.InvalidDefinition("InvalidScoringProfile", message);
}
