using System.Collections.Immutable;
using System.Text.Json;

namespace EmbeddingFunctions.SearchEmulator.Ranking;

/// <summary>The member <c>vectorQueries</c> of a search.</summary>
internal static class VectorQueryReader
{
    private const int DefaultK = 50;
    private const int MostVectorQueries = 10;

    public static ImmutableArray<VectorQuery> ReadAll(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
            throw RequestValue.Wrong("vectorQueries", value, "Collection(search.vectorQuery)");
        if (value.GetArrayLength() > MostVectorQueries)
            throw RequestValue.OutOfRange(
                "vectorQueries",
                $"A search can have {MostVectorQueries} vector queries; {value.GetArrayLength()} were found."
            );
        return [.. value.EnumerateArray().Select(Read)];
    }

    // "kind" comes after "vector" from some clients: members are read by name, in any order.
    private static VectorQuery Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw RequestValue.Wrong("vectorQueries", json, "search.vectorQuery");
        float[]? vector = null;
        string? fields = null;
        string? kind = null;
        var k = DefaultK;
        foreach (var member in RequestValue.Members(json))
        {
            switch (member.Name)
            {
                case "kind":
                    kind = RequestValue.Text("kind", member.Value);
                    break;
                case "vector":
                    vector = Vector(member.Value);
                    break;
                case "k":
                    k = RequestValue.Integer("k", member.Value, 1, int.MaxValue);
                    break;
                case "fields":
                    fields = RequestValue.Text("fields", member.Value);
                    break;
                case "exhaustive":
                    // Every search is exact: both values are honoured.
                    _ = RequestValue.Flag("exhaustive", member.Value);
                    break;
                case "text" when kind is not (null or "vector"):
                    throw ServiceException.NotSupported($"The vector query kind '{kind}'");
                default:
                    throw ServiceException.InvalidBody(
                        $"parameters : The property '{member.Name}' does not exist on type 'search.vectorQuery' at 2023-11-01.\r\n"
                    );
            }
        }
        if (kind != "vector")
            throw ServiceException.NotSupported($"The vector query kind '{kind}'");
        return new VectorQuery(
            vector ?? throw Missing("vector"),
            k,
            string.IsNullOrWhiteSpace(fields) ? throw Missing("fields") : fields
        );
    }

    private static float[] Vector(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
            throw RequestValue.Wrong("vector", value, "Collection(Edm.Single)");
        var vector = new float[value.GetArrayLength()];
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            vector[index] =
                item.ValueKind == JsonValueKind.Number && item.TryGetSingle(out var number) && float.IsFinite(number)
                    ? number
                    : throw RequestValue.Wrong("vector", item, "Edm.Single");
            index++;
        }
        return vector;
    }

    private static ServiceException Missing(string name) =>
        ServiceException.InvalidBody($"parameters : A vector query needs '{name}'.\r\n");
}
