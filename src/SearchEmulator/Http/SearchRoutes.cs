using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Http;

/// <summary>Search by POST and its GET twin.</summary>
internal static class SearchRoutes
{
    private const int LongestUrl = 8192;

    public static async Task PostAsync(SearchIndex index, HttpContext http, Answer answer)
    {
        using var body = RequestBody.Parse(await RequestBody.ReadAsync(http.Request, http.RequestAborted));
        await SearchAsync(index, body.RootElement, http, answer);
    }

    /// <summary>The same search with its parameters in the URL; vector queries exist in a body only.</summary>
    public static async Task GetAsync(SearchIndex index, HttpContext http, Answer answer)
    {
        if (http.Request.QueryString.Value?.Length > LongestUrl)
            throw new ServiceException(414, "", $"The URL is longer than {LongestUrl} bytes.");
        var body = new JsonObject();
        foreach (var (name, values) in http.Request.Query)
        {
            if (name == "api-version")
                continue;
            var member = name.TrimStart('$');
            var value = values.ToString();
            body[member] = member switch
            {
                "top" or "skip" when int.TryParse(value, CultureInfo.InvariantCulture, out var number) => number,
                "minimumCoverage" when double.TryParse(value, CultureInfo.InvariantCulture, out var number) => number,
                "count" when bool.TryParse(value, out var flag) => flag,
                _ => value,
            };
        }
        using var parsed = RequestBody.Parse(JsonSerializer.SerializeToUtf8Bytes(body));
        await SearchAsync(index, parsed.RootElement, http, answer);
    }

    private static async Task SearchAsync(SearchIndex index, JsonElement body, HttpContext http, Answer answer)
    {
        var request = SearchRequestReader.Read(body);
        using var snapshot = index.Acquire();
        var selection = Selection.Parse(request.Select, snapshot.Schema);
        var found = new Searcher(snapshot, request, http.RequestAborted).Run();
        using var store = index.Read();
        await answer.JsonAsync(
            200,
            writer =>
            {
                writer.WriteStartObject();
                if (answer.IsMinimal)
                    writer.WriteString(
                        "@odata.context",
                        $"{answer.BaseUrl}/indexes('{snapshot.Schema.Name}')/$metadata#docs(*)"
                    );
                if (request.Count)
                    writer.WriteNumber("@odata.count", found.Total);
                if (request.MinimumCoverage is not null)
                {
                    writer.WritePropertyName("@search.coverage");
                    writer.WriteDouble(100);
                }
                var hasNext = WriteNextPage(writer, body, request, found);
                ResultWriter.Write(writer, found, snapshot, store, selection);
                if (hasNext && answer.IsMinimal)
                    writer.WriteString(
                        "@odata.nextLink",
                        $"{answer.BaseUrl}/indexes('{snapshot.Schema.Name}')/docs/search.post.search?api-version=2023-11-01"
                    );
                writer.WriteEndObject();
            }
        );
    }

    // The request of the next page is this one with another skip, and with a top that counts down if one was given.
    private static bool WriteNextPage(
        Utf8JsonWriter writer,
        JsonElement body,
        SearchRequest request,
        SearchAnswer found
    )
    {
        var next = request.Skip + found.Page.Count;
        var isWanted = request.Top is not { } top || top > SearchRequest.MostPerPage;
        if (!isWanted || found.Page.Count < request.PageSize || next >= found.Total || next > SearchRequest.MostSkipped)
            return false;
        writer.WriteStartObject("@search.nextPageParameters");
        foreach (var member in body.EnumerateObject())
        {
            if (member.Name is not ("top" or "skip"))
                member.WriteTo(writer);
        }
        if (request.Top is { } wanted)
            writer.WriteNumber("top", wanted - found.Page.Count);
        writer.WriteNumber("skip", next);
        writer.WriteEndObject();
        return true;
    }
}
