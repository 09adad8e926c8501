using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Schema;

/// <summary>
/// Algorithms and profiles. The graph parameters of hnsw are checked and echoed, and otherwise without effect:
/// every search here is exact.
/// </summary>
internal static class VectorSearchReader
{
    public static JsonObject? Read(JsonElement? element)
    {
        if (element is not { } value)
            return null;
        var json = new JsonMembers(value, "VectorSearch", ["algorithms", "profiles"]);
        var algorithms = new JsonArray();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in json.Items("algorithms"))
        {
            var algorithm = Algorithm(item);
            if (!names.Add((string)algorithm["name"]!))
                throw ServiceException.InvalidDefinition(
                    "DuplicateVectorAlgorithmConfiguration",
                    $"The vector search algorithm configuration '{algorithm["name"]}' is defined twice."
                );
            algorithms.Add((JsonNode)algorithm);
        }
        var profiles = new JsonArray();
        var profileNames = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in json.Items("profiles"))
        {
            var profile = new JsonMembers(item, "VectorSearchProfile", ["name", "algorithm"]);
            var (name, algorithm) = (profile.RequiredText("name"), profile.RequiredText("algorithm"));
            if (!names.Contains(algorithm))
                throw ServiceException.InvalidDefinition(
                    "UnknownVectorAlgorithmConfiguration",
                    $"The vector search profile '{name}' uses a vector search algorithm configuration '{algorithm}' which is not defined."
                );
            if (!profileNames.Add(name))
                throw ServiceException.InvalidDefinition(
                    "DuplicateVectorSearchProfile",
                    $"The vector search profile '{name}' is defined twice."
                );
            profiles.Add((JsonNode)new JsonObject { ["name"] = name, ["algorithm"] = algorithm });
        }
        return new JsonObject { ["algorithms"] = algorithms, ["profiles"] = profiles };
    }

    public static HashSet<string> ProfileNames(JsonObject? vectorSearch) =>
        vectorSearch is null
            ? []
            : vectorSearch["profiles"]!.AsArray().Select(p => (string)p!["name"]!).ToHashSet(StringComparer.Ordinal);

    private static JsonObject Algorithm(JsonElement element)
    {
        var json = new JsonMembers(
            element,
            "VectorSearchAlgorithmConfiguration",
            ["name", "kind", "hnswParameters", "exhaustiveKnnParameters"]
        );
        var kind = json.RequiredText("kind");
        return new JsonObject
        {
            ["name"] = json.RequiredText("name"),
            ["kind"] = kind,
            ["hnswParameters"] = kind == "hnsw" ? Hnsw(json.Get("hnswParameters")) : null,
            ["exhaustiveKnnParameters"] = kind switch
            {
                "hnsw" => null,
                "exhaustiveKnn" => Exhaustive(json.Get("exhaustiveKnnParameters")),
                _ => throw ServiceException.NotSupported($"The vector search algorithm kind '{kind}'"),
            },
        };
    }

    private static JsonObject Hnsw(JsonElement? element)
    {
        if (element is not { } value)
            return HnswWith("cosine", 4, 400, 500);
        var json = new JsonMembers(value, "HnswParameters", ["metric", "m", "efConstruction", "efSearch"]);
        return HnswWith(
            Metric(json),
            InRange("m", json.Integer("m") ?? 4, 4, 10),
            InRange("efConstruction", json.Integer("efConstruction") ?? 400, 100, 1000),
            InRange("efSearch", json.Integer("efSearch") ?? 500, 100, 1000)
        );
    }

    private static JsonObject HnswWith(string metric, int m, int efConstruction, int efSearch) =>
        new()
        {
            ["metric"] = metric,
            ["m"] = m,
            ["efConstruction"] = efConstruction,
            ["efSearch"] = efSearch,
        };

    private static JsonObject Exhaustive(JsonElement? element) =>
        new()
        {
            ["metric"] = element is { } value
                ? Metric(new JsonMembers(value, "ExhaustiveKnnParameters", ["metric"]))
                : "cosine",
        };

    private static string Metric(JsonMembers json) =>
        (json.Text("metric") ?? "cosine") switch
        {
            "cosine" => "cosine",
            "dotProduct" => "dotProduct",
            "euclidean" => "euclidean",
            var other => throw ServiceException.InvalidDefinition(
                "InvalidVectorMetric",
                $"The metric '{other}' is none of cosine, dotProduct, euclidean."
            ),
        };

    private static int InRange(string name, int value, int lowest, int highest) =>
        value >= lowest && value <= highest
            ? value
            : throw ServiceException.InvalidDefinition(
                "ParameterValueOutOfRange",
                $"'{name}' is {value}, but must be between {lowest} and {highest}."
            );
}
