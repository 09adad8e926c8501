using System.Collections.Immutable;
using System.Text.Json;

namespace EmbeddingFunctions.SearchEmulator.Ranking;

/// <summary>The body of <c>search.post.search</c>. What this emulator cannot do is refused by name.</summary>
internal static class SearchRequestReader
{
    private const int DefaultK = 50;
    private const int MostVectorQueries = 10;

    // An empty list says nothing, and some clients send it always.
    private static readonly string[] Unsupported =
    [
        "facets",
        "highlight",
        "highlightPreTag",
        "highlightPostTag",
        "scoringProfile",
        "scoringParameters",
        "semanticConfiguration",
        "semanticErrorHandling",
        "semanticMaxWaitInMilliseconds",
        "answers",
        "captions",
    ];

    public static SearchRequest Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
            throw ServiceException.InvalidBody("parameters : A JSON object was expected.\r\n");
        CheckSemanticWait(body);
        var request = new SearchRequest();
        foreach (var member in body.EnumerateObject())
            request = With(request, member.Name, member.Value);
        return request;
    }

    private static SearchRequest With(SearchRequest request, string name, JsonElement value) =>
        name switch
        {
            _ when value.ValueKind == JsonValueKind.Null && name is not "" => request,
            "search" => request with { Text = Text(name, value) },
            "queryType" => Text(name, value) switch
            {
                "simple" => request,
                "full" => throw ServiceException.NotSupported("The queryType 'full'"),
                "semantic" => throw ServiceException.NotSupported("The queryType 'semantic'"),
                var other => throw NotOneOf(name, other, "simple, full, semantic"),
            },
            "searchMode" => request with
            {
                MatchAllTerms = Text(name, value) switch
                {
                    "any" => false,
                    "all" => true,
                    var other => throw NotOneOf(name, other, "any, all"),
                },
            },
            "searchFields" => request with { SearchFields = Text(name, value) },
            "select" => request with { Select = Text(name, value) },
            "filter" => request with { Filter = Text(name, value) },
            "orderby" => request with { OrderBy = Text(name, value) },
            "top" => request with { Top = Integer(name, value, 0, int.MaxValue) },
            "skip" => request with { Skip = Integer(name, value, 0, SearchRequest.MostSkipped) },
            "count" => request with { Count = Flag(name, value) },
            "minimumCoverage" => request with { MinimumCoverage = Coverage(name, value) },
            // One shard and no replicas: statistics are global and sessions sticky whatever is asked.
            "scoringStatistics" => Text(name, value) is "local" or "global"
                ? request
                : throw NotOneOf(name, Text(name, value), "local, global"),
            "sessionId" => Text(name, value) is null ? throw Wrong(name, value, "Edm.String") : request,
            "vectorQueries" => request with { VectorQueries = VectorQueries(value) },
            "vectorFilterMode" => request with
            {
                PostFilter = Text(name, value) switch
                {
                    "preFilter" => false,
                    "postFilter" => true,
                    var other => throw NotOneOf(name, other, "preFilter, postFilter"),
                },
            },
            _ when Unsupported.Contains(name, StringComparer.Ordinal) => IsEmptyList(value)
                ? request
                : throw ServiceException.NotSupported($"The search parameter '{name}'"),
            _ => throw ServiceException.InvalidBody(
                $"parameters : The parameter '{name}' in the request payload is not a valid parameter for the operation 'search'.\r\n"
            ),
        };

    private static bool IsEmptyList(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0;

    private static void CheckSemanticWait(JsonElement body)
    {
        const string name = "semanticMaxWaitInMilliseconds";
        if (body.TryGetProperty(name, out var wait) && wait.ValueKind == JsonValueKind.Number && wait.GetDouble() < 750)
            throw ServiceException.InvalidParameter(
                "ParameterValueOutOfRange",
                $"The '{name}' parameter needs to be larger than 750.",
                name
            );
    }

    private static ImmutableArray<VectorQuery> VectorQueries(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
            throw Wrong("vectorQueries", value, "Collection(search.vectorQuery)");
        if (value.GetArrayLength() > MostVectorQueries)
            throw ServiceException.InvalidParameter(
                "ParameterValueOutOfRange",
                $"A search can have {MostVectorQueries} vector queries; {value.GetArrayLength()} were found.",
                "vectorQueries"
            );
        return [.. value.EnumerateArray().Select(VectorQuery)];
    }

    // "kind" comes after "vector" from some clients: members are read by name, in any order.
    private static VectorQuery VectorQuery(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw Wrong("vectorQueries", json, "search.vectorQuery");
        float[]? vector = null;
        string? fields = null;
        string? kind = null;
        var k = DefaultK;
        foreach (var member in json.EnumerateObject())
        {
            switch (member.Name)
            {
                case "kind":
                    kind = Text("kind", member.Value);
                    break;
                case "vector":
                    vector = Vector(member.Value);
                    break;
                case "k":
                    k = member.Value.ValueKind == JsonValueKind.Null ? k : Integer("k", member.Value, 1, int.MaxValue);
                    break;
                case "fields":
                    fields = Text("fields", member.Value);
                    break;
                case "exhaustive":
                    // Every search is exact: both values are honoured.
                    _ = member.Value.ValueKind == JsonValueKind.Null || Flag("exhaustive", member.Value);
                    break;
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
            throw Wrong("vector", value, "Collection(Edm.Single)");
        var vector = new float[value.GetArrayLength()];
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            vector[index] =
                item.ValueKind == JsonValueKind.Number && item.TryGetSingle(out var number) && float.IsFinite(number)
                    ? number
                    : throw Wrong("vector", item, "Edm.Single");
            index++;
        }
        return vector;
    }

    private static string? Text(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? WellFormed(name, value)
        : throw Wrong(name, value, "Edm.String");

    private static string? WellFormed(string name, JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            throw ServiceException.InvalidBody($"parameters : '{name}' is not valid UTF-16 (unpaired surrogate).\r\n");
        }
    }

    private static bool Flag(string name, JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Wrong(name, value, "Edm.Boolean");

    private static int Integer(string name, JsonElement value, int lowest, int highest)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var number))
            throw Wrong(name, value, "Edm.Int32");
        return number >= lowest && number <= highest
            ? number
            : throw ServiceException.InvalidParameter(
                "ParameterValueOutOfRange",
                $"Value must be between {lowest} and {highest}, but is {number}.",
                "$" + name
            );
    }

    private static double Coverage(string name, JsonElement value) =>
        value.ValueKind != JsonValueKind.Number ? throw Wrong(name, value, "Edm.Double")
        : value.GetDouble() is >= 0 and <= 100 and var coverage ? coverage
        : throw ServiceException.InvalidParameter("ParameterValueOutOfRange", "Value must be between 0 and 100.", name);

    private static ServiceException NotOneOf(string name, string? found, string expected) =>
        ServiceException.InvalidParameter("InvalidParameterValue", $"'{found}' is none of {expected}.", name);

    private static ServiceException Missing(string name) =>
        ServiceException.InvalidBody($"parameters : A vector query needs '{name}'.\r\n");

    private static ServiceException Wrong(string name, JsonElement value, string expected) =>
        ServiceException.InvalidBody(
            $"parameters : Cannot convert the value of '{name}' ({value.ValueKind}) to the expected type '{expected}'.\r\n"
        );
}
