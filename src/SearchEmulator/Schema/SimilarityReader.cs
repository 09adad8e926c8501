using System.Text.Json;
using System.Text.Json.Nodes;
using Lucene.Net.Search.Similarities;

namespace EmbeddingFunctions.SearchEmulator.Schema;

/// <summary>How texts are ranked: BM25 with its two parameters, or the TF-IDF of services from before July 2020.</summary>
internal static class SimilarityReader
{
    private const string Bm25 = "#Microsoft.Azure.Search.BM25Similarity";
    private const string Classic = "#Microsoft.Azure.Search.ClassicSimilarity";

    /// <exception cref="ServiceException">400 on another kind, and on parameters out of range.</exception>
    public static JsonObject Read(JsonElement? element)
    {
        if (element is not { } value)
            return WithParameters(null, null);
        var json = new JsonMembers(value, "Similarity", ["@odata.type", "k1", "b"]);
        switch (json.Text("@odata.type"))
        {
            case null or Bm25:
                return WithParameters(InRange("k1", json.Real("k1"), 3), InRange("b", json.Real("b"), 1));
            case Classic:
                _ = new JsonMembers(value, "ClassicSimilarity", ["@odata.type"]);
                return new JsonObject { ["@odata.type"] = Classic };
            case var other:
                throw ServiceException.NotSupported($"The similarity '{other}'");
        }
    }

    /// <summary>Of what <see cref="Read"/> made. Both store lengths alike, so that an index need not be built again for other parameters.</summary>
    public static Similarity From(JsonNode definition) =>
        (string?)definition["@odata.type"] == Classic
            ? new DefaultSimilarity()
            : new BM25Similarity((float?)definition["k1"] ?? 1.2f, (float?)definition["b"] ?? 0.75f);

    private static JsonObject WithParameters(double? k1, double? b) =>
        new()
        {
            ["@odata.type"] = Bm25,
            ["k1"] = JsonNumbers.Node(k1),
            ["b"] = JsonNumbers.Node(b),
        };

    private static double? InRange(string name, double? value, double highest) =>
        value is { } number && !(number >= 0 && number <= highest)
            ? throw ServiceException.InvalidDefinition(
                "ParameterValueOutOfRange",
                $"{name} {number} is not between 0 and {highest}."
            )
            : value;
}
