using System.Text.Json;

namespace EmbeddingFunctions.SearchEmulator.Ranking;

/// <summary>The body of <c>search.post.search</c>. What this emulator cannot do is refused by name.</summary>
internal static class SearchRequestReader
{
    private const int MostFacets = 100;
    private const int MostScoringParameters = 100;

    // These mean something to semantic ranking only.
    private static readonly string[] Semantic =
    [
        "semanticConfiguration",
        "semanticErrorHandling",
        "semanticMaxWaitInMilliseconds",
        "answers",
        "captions",
    ];

    public static SearchRequest Read(JsonElement body, ApiVersion version)
    {
        var request = new SearchRequest();
        var members = RequestValue.Members(body).ToList();
        if (!version.HasVectors)
            CheckBeforeVectors(members);
        CheckSemanticWait(members);
        foreach (var member in members)
            request = With(request, member.Name, member.Value);
        return request;
    }

    private static SearchRequest With(SearchRequest request, string name, JsonElement value) =>
        name switch
        {
            "search" or "searchFields" or "queryType" or "searchMode" => request with
            {
                Text = WithText(request.Text, name, RequestValue.Text(name, value)),
            },
            "select" => request with { Select = RequestValue.Text(name, value) },
            "filter" => request with { Filter = RequestValue.Text(name, value) },
            "orderby" => request with { OrderBy = RequestValue.Text(name, value) },
            "top" => request with { Top = RequestValue.Integer(name, value, 0, int.MaxValue) },
            "skip" => request with { Skip = RequestValue.Integer(name, value, 0, SearchRequest.MostSkipped) },
            "count" => request with { Count = RequestValue.Flag(name, value) },
            "minimumCoverage" => request with { MinimumCoverage = RequestValue.Coverage(name, value) },
            "facets" => request with { Facets = RequestValue.Texts(name, value, MostFacets) },
            "highlight" => request with { Highlight = RequestValue.Text(name, value) },
            "highlightPreTag" => request with { HighlightPreTag = RequestValue.Text(name, value) },
            "highlightPostTag" => request with { HighlightPostTag = RequestValue.Text(name, value) },
            "scoringProfile" => request with { ScoringProfile = RequestValue.Text(name, value) },
            "scoringParameters" => request with
            {
                ScoringParameters = RequestValue.Texts(name, value, MostScoringParameters),
            },
            // One shard and no replicas: statistics are global and sessions sticky whatever is asked.
            "scoringStatistics" => RequestValue.Text(name, value) is "local" or "global"
                ? request
                : throw RequestValue.NotOneOf(name, RequestValue.Text(name, value), "local, global"),
            "sessionId" => RequestValue.Text(name, value) is { } ? request : throw new InvalidOperationException(name),
            "featuresMode" => RequestValue.Text(name, value) == "none"
                ? request
                : throw ServiceException.NotSupported($"The featuresMode '{value}'"),
            "vectorQueries" => request with { VectorQueries = VectorQueryReader.ReadAll(value) },
            "vectorFilterMode" => request with
            {
                PostFilter = RequestValue.Text(name, value) switch
                {
                    "preFilter" => false,
                    "postFilter" => true,
                    var other => throw RequestValue.NotOneOf(name, other, "preFilter, postFilter"),
                },
            },
            _ when Semantic.Contains(name, StringComparer.Ordinal) => throw ServiceException.NotSupported(
                $"The search parameter '{name}'"
            ),
            _ => throw RequestValue.Unknown(name, "search"),
        };

    private static TextQuery WithText(TextQuery query, string name, string value) =>
        (name, value) switch
        {
            ("search", _) => query with { Text = value },
            ("searchFields", _) => query with { SearchFields = value },
            ("queryType", "simple") => query with { IsFull = false },
            ("queryType", "full") => query with { IsFull = true },
            ("queryType", _) => throw RequestValue.NotOneOf(name, value, "simple, full, semantic"),
            (_, "any") => query with { MatchAllTerms = false },
            (_, "all") => query with { MatchAllTerms = true },
            _ => throw RequestValue.NotOneOf(name, value, "any, all"),
        };

    private static void CheckBeforeVectors(List<JsonProperty> members)
    {
        foreach (var member in members)
        {
            if (
                member.Name is "vectorQueries" or "vectorFilterMode"
                || Semantic.Contains(member.Name, StringComparer.Ordinal)
            )
                throw RequestValue.Unknown(member.Name, "search");
            if (
                member is { Name: "queryType", Value.ValueKind: JsonValueKind.String }
                && member.Value.ValueEquals("semantic")
            )
                throw RequestValue.NotOneOf(member.Name, "semantic", "simple, full");
        }
    }

    // The service without the ranker refuses the query, but a wrong wait first.
    private static void CheckSemanticWait(List<JsonProperty> members)
    {
        const string wait = "semanticMaxWaitInMilliseconds";
        if (
            members.Exists(m =>
                m.Name == wait && m.Value.ValueKind == JsonValueKind.Number && m.Value.GetDouble() < 750
            )
        )
            throw RequestValue.OutOfRange(wait, $"The '{wait}' parameter needs to be larger than 750.");
        if (
            members.Exists(m =>
                m.Name == "queryType" && m.Value.ValueKind == JsonValueKind.String && m.Value.ValueEquals("semantic")
            )
        )
            throw ServiceException.SemanticNotAvailable();
    }
}
