using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Http;

/// <summary>The GET forms of search, suggest and autocomplete have their parameters in the URL; here they become the body of the POST form.</summary>
internal static class QueryString
{
    private const int LongestUrl = 8192;

    /// <exception cref="ServiceException">414 above 8 KB.</exception>
    public static JsonDocument ToBody(HttpRequest request)
    {
        if (request.QueryString.Value?.Length > LongestUrl)
            throw new ServiceException(414, "", $"The URL is longer than {LongestUrl} bytes.");
        var body = new JsonObject();
        foreach (var (name, values) in request.Query)
        {
            if (name is "api-version" or "api-key")
                continue;
            var value = values.ToString();
            var member = name.TrimStart('$');
            body[
                member switch
                {
                    "facet" => "facets",
                    "scoringParameter" => "scoringParameters",
                    _ => member,
                }
            ] = member switch
            {
                "facet" or "scoringParameter" => new JsonArray([.. values.Select(v => (JsonNode?)v)]),
                "top"
                or "skip"
                or "semanticMaxWaitInMilliseconds"
                    when int.TryParse(value, CultureInfo.InvariantCulture, out var number) => number,
                "minimumCoverage" when double.TryParse(value, CultureInfo.InvariantCulture, out var number) => number,
                "count" or "fuzzy" when bool.TryParse(value, out var flag) => flag,
                _ => value,
            };
        }
        return RequestBody.Parse(JsonSerializer.SerializeToUtf8Bytes(body));
    }

    /// <summary>The URL of the next page: the same parameters with another <c>$skip</c> and, if there was one, <c>$top</c>.</summary>
    public static string Next(HttpRequest request, int skip, int? top) => Join(request, ("$skip", skip), ("$top", top));

    private static string Join(HttpRequest request, params ReadOnlySpan<(string Name, int? Value)> changed)
    {
        var query = new List<string>();
        foreach (var (name, values) in request.Query)
        {
            if (name.TrimStart('$') is not ("skip" or "top"))
                query.AddRange(values.Select(v => $"{name}={Uri.EscapeDataString(v ?? "")}"));
        }
        foreach (var (name, value) in changed)
        {
            if (value is { } number)
                query.Add(string.Create(CultureInfo.InvariantCulture, $"{name}={number}"));
        }
        return string.Join('&', query);
    }
}
