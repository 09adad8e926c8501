using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace EmbeddingFunctions.Functions.Search;

/// <summary>GET and POST /api/search: find chunks by meaning, by words, or by both.</summary>
internal sealed class SearchFunction(Retriever retriever, ApiSettings api)
{
    [Function("Search")]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "api/search")] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var wanted = HttpMethods.IsGet(request.Method)
            ? FromQuery(request)
            : await Json.ReadAsync<SearchRequest>(request, api, cancellationToken);
        return Json.Answer(await retriever.FindAsync(wanted.Checked(), cancellationToken));
    }

    private static SearchRequest FromQuery(HttpRequest request)
    {
        var query = new Query(
            request,
            "q",
            "query",
            "top",
            "skip",
            "mode",
            "document",
            "container",
            "language",
            "author",
            "created_since",
            "created_before",
            "modified_since",
            "modified_before",
            "filter"
        );
        return new SearchRequest
        {
            Q = query.Text("q"),
            Query = query.Text("query"),
            Top = query.Number("top"),
            Skip = query.Number("skip"),
            Mode = query.Choice<SearchMode>("mode"),
            Document = query.Text("document"),
            Container = query.Text("container"),
            Language = query.Text("language"),
            Author = query.Text("author"),
            CreatedSince = query.Time("created_since"),
            CreatedBefore = query.Time("created_before"),
            ModifiedSince = query.Time("modified_since"),
            ModifiedBefore = query.Time("modified_before"),
            Filter = query.Text("filter"),
        };
    }
}
