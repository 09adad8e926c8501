using System.Text.Json;

namespace EmbeddingFunctions.SearchEmulator.Http;

/// <summary>Search by POST and its GET twin.</summary>
internal static class SearchRoutes
{
    public static async Task SearchAsync(
        SearchIndex index,
        HttpContext http,
        Answer answer,
        CancellationToken cancellationToken
    )
    {
        using var body = await RequestBody.ParametersAsync(http.Request, cancellationToken);
        var request = SearchRequestReader.Read(body.RootElement, answer.Version);
        using var snapshot = index.Acquire();
        var schema = snapshot.Schema;
        var selection = Selection.Parse(request.Select, schema);
        var facets = request.Facets.Select(f => Facet.Parse(f, schema)).DistinctBy(f => f.Field.Path).ToList();
        var found = new Searcher(snapshot, request, TimeProvider.System.GetUtcNow(), cancellationToken).Run();
        var highlights = Highlights.Parse(request, found, snapshot, cancellationToken);
        var counted = facets.ConvertAll(f => (f, FacetCounter.Count(f, snapshot, found.Matched, cancellationToken)));
        using var store = index.Read();
        await answer.JsonAsync(
            200,
            writer =>
            {
                writer.WriteStartObject();
                if (answer.IsMinimal)
                    writer.WriteString(
                        "@odata.context",
                        $"{answer.BaseUrl}/indexes('{schema.Name}')/$metadata#docs(*)"
                    );
                if (request.Count)
                    writer.WriteNumber("@odata.count", found.Total);
                WriteCoverage(writer, request.MinimumCoverage);
                if (counted.Count > 0)
                    FacetWriter.Write(writer, counted, answer);
                var next = NextSkip(request, found);
                var isPost = HttpMethods.IsPost(http.Request.Method);
                if (next is { } skip && isPost)
                    WriteNextPage(writer, body.RootElement, request.Top - found.Page.Count, skip);
                ResultWriter.Write(writer, found, snapshot, store, selection, highlights, cancellationToken);
                if (next is not null && answer.IsMinimal)
                    writer.WriteString(
                        "@odata.nextLink",
                        $"{answer.BaseUrl}/indexes('{schema.Name}')/docs"
                            + (
                                isPost
                                    ? $"/search.post.search?api-version={answer.Version.Name}"
                                    : "?" + QueryString.Next(http.Request, next.Value, request.Top - found.Page.Count)
                            )
                    );
                writer.WriteEndObject();
            }
        );
    }

    /// <summary><c>@search.coverage</c>, if a minimum was asked for: one process always covers its whole index.</summary>
    public static void WriteCoverage(Utf8JsonWriter writer, double? minimum)
    {
        if (minimum is null)
            return;
        writer.WritePropertyName("@search.coverage");
        writer.WriteDouble(100);
    }

    // Null when this page is the last one that the request wants or the service gives.
    private static int? NextSkip(SearchRequest request, SearchAnswer found)
    {
        var next = request.Skip + found.Page.Count;
        var isWanted = request.Top is not { } top || top > SearchRequest.MostPerPage;
        return
            isWanted && found.Page.Count == request.PageSize && next < found.Total && next <= SearchRequest.MostSkipped
            ? next
            : null;
    }

    // The request of the next page is this one with another skip, and with a top that counts down if one was given.
    private static void WriteNextPage(Utf8JsonWriter writer, JsonElement body, int? top, int skip)
    {
        writer.WriteStartObject("@search.nextPageParameters");
        foreach (var member in body.EnumerateObject())
        {
            if (member.Name is not ("top" or "skip"))
                member.WriteTo(writer);
        }
        if (top is { } wanted)
            writer.WriteNumber("top", wanted);
        writer.WriteNumber("skip", skip);
        writer.WriteEndObject();
    }
}
