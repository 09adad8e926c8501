using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace EmbeddingFunctions.SearchEmulator.Http;

/// <summary>From a request to the operation that answers it, and from an exception to its status: the only place for both.</summary>
internal sealed class Router(IndexCatalog catalog, SearchEmulatorOptions options, ILogger logger)
{
    private const string ApiVersion = "2023-11-01";

    private readonly IndexRoutes _indexes = new(catalog);
    private readonly DocumentRoutes _documents = new(options.Faults);

    public async Task HandleAsync(HttpContext http)
    {
        var answer = new Answer(http);
        var target = RequestTarget.Parse(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        try
        {
            Authenticate(http.Request);
            CheckVersion(http.Request);
            await RouteAsync(http, target, answer);
        }
        catch (ServiceException e)
        {
            if (!http.Response.HasStarted)
                await answer.ErrorAsync(e);
        }
        catch (BadHttpRequestException e)
        {
            await answer.ErrorAsync(new ServiceException(e.StatusCode, "", e.Message));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is waiting for the answer.
        }
        catch (Exception e)
        {
            Log.RequestFailed(logger, http.Request.Method, $"{target.Collection}/{target.Part}/{target.Operation}", e);
            if (http.Response.HasStarted)
                throw;
            await answer.ErrorAsync(new ServiceException(500, "", "An unexpected error occurred in the emulator."));
        }
    }

    private Task RouteAsync(HttpContext http, RequestTarget target, Answer answer)
    {
        var method = http.Request.Method;
        return (target.Collection, method, target) switch
        {
            ("servicestats", "GET", { Index: null }) => _indexes.ServiceStatsAsync(answer),
            ("indexes", "GET", { Index: null }) => _indexes.ListAsync(http, answer),
            ("indexes", "POST", { Index: null }) => _indexes.CreateAsync(http, answer),
            ("indexes", "GET", { Part: null }) => _indexes.GetAsync(target.Index!, answer),
            ("indexes", "PUT", { Part: null }) => _indexes.PutAsync(target.Index!, http, answer),
            ("indexes", "DELETE", { Part: null }) => _indexes.DeleteAsync(target.Index!, http, answer),
            ("indexes", "GET", { Part: "search.stats" or "stats" }) => _indexes.StatsAsync(target.Index!, answer),
            ("indexes", _, { Part: "docs" }) => DocumentsAsync(http, target, answer),
            ("indexes", _, { Part: "search.analyze" or "analyze" }) => throw ServiceException.NotSupported(
                "The operation 'analyze'"
            ),
            ("indexers" or "datasources" or "skillsets" or "synonymmaps" or "aliases", _, _) =>
                throw ServiceException.NotSupported($"The resource '{target.Collection}'"),
            _ => throw new ServiceException(404, "", $"There is no resource for {method} at this path."),
        };
    }

    private Task DocumentsAsync(HttpContext http, RequestTarget target, Answer answer)
    {
        var index = catalog.Get(target.Index!);
        return (http.Request.Method, target.Key, target.Operation) switch
        {
            ("GET", null, "$count") => DocumentRoutes.CountAsync(index, answer),
            ("GET", null, null) => SearchRoutes.SearchAsync(index, http, answer),
            ("GET", { } key, null) => DocumentRoutes.LookupAsync(index, key, http, answer),
            ("POST", null, "search.index" or "index") => _documents.IndexAsync(index, http, answer),
            ("POST", null, "search.post.search" or "search") => SearchRoutes.SearchAsync(index, http, answer),
            ("GET", null, "search.suggest" or "suggest") => SuggestRoutes.SuggestAsync(index, http, answer),
            ("POST", null, "search.post.suggest" or "suggest") => SuggestRoutes.SuggestAsync(index, http, answer),
            ("GET", null, "search.autocomplete" or "autocomplete") => SuggestRoutes.AutocompleteAsync(
                index,
                http,
                answer
            ),
            ("POST", null, "search.post.autocomplete" or "autocomplete") => SuggestRoutes.AutocompleteAsync(
                index,
                http,
                answer
            ),
            ("GET", null, { } key) => DocumentRoutes.LookupAsync(index, key, http, answer),
            _ => throw new ServiceException(404, "", "There is no such operation on documents."),
        };
    }

    private void Authenticate(HttpRequest request)
    {
        if (options.ApiKey is not { } expected)
            return;
        var given = Encoding.UTF8.GetBytes(request.Headers["api-key"].ToString());
        if (!CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(expected)))
            throw new ServiceException(403, "", "The api-key header is missing or wrong.");
    }

    private static void CheckVersion(HttpRequest request)
    {
        var version = request.Query["api-version"].ToString();
        if (version != ApiVersion)
            throw new ServiceException(
                400,
                "InvalidApiVersionParameter",
                $"The api-version '{version}' is not supported by this emulator. The supported api-version is '{ApiVersion}'."
            );
    }
}
