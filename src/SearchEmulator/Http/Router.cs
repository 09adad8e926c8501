using System.Globalization;
using Microsoft.AspNetCore.Http.Features;

namespace EmbeddingFunctions.SearchEmulator.Http;

/// <summary>From a request to the operation that answers it, and from an exception to its status: the only place for both.</summary>
internal sealed class Router(IndexCatalog catalog, SearchEmulatorOptions options, ILogger logger)
{
    private readonly IndexRoutes _indexes = new(catalog);
    private readonly SynonymRoutes _synonyms = new(catalog.Synonyms);
    private readonly Access _access = new(options);

    public async Task HandleAsync(HttpContext http)
    {
        var answer = new Answer(http);
        var target = RequestTarget.Parse(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        try
        {
            if (Access.Cors(http, target, catalog))
                return;
            _access.CheckKey(http.Request, target);
            await RouteAsync(http, target, answer.In(ApiVersion.Of(http.Request)));
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
        catch (Exception e) when (DiskError.Is(e) && !http.Response.HasStarted)
        {
            Log.DiskFailed(logger, DiskError.Reason(e));
            await answer.ErrorAsync(new ServiceException(503, "", "The data folder of the emulator cannot be used."));
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
            ("indexes", "POST", { Part: "search.analyze" or "analyze" }) => QueryAsync(
                AnalyzeRoute.AnalyzeAsync,
                catalog.Get(target.Index!),
                http,
                answer
            ),
            ("synonymmaps", "GET", { Index: null }) => _synonyms.ListAsync(http, answer),
            ("synonymmaps", "POST", { Index: null }) => _synonyms.CreateAsync(http, answer),
            ("synonymmaps", "GET", { Part: null }) => _synonyms.GetAsync(target.Index!, answer),
            ("synonymmaps", "PUT", { Part: null }) => _synonyms.PutAsync(target.Index!, http, answer),
            ("synonymmaps", "DELETE", { Part: null }) => _synonyms.DeleteAsync(target.Index!, http, answer),
            ("indexers" or "datasources" or "skillsets" or "aliases", _, _) => throw ServiceException.NotSupported(
                $"The resource '{target.Collection}'"
            ),
            _ => throw new ServiceException(404, "", $"There is no resource for {method} at this path."),
        };
    }

    private async Task DocumentsAsync(HttpContext http, RequestTarget target, Answer answer)
    {
        var index = catalog.Find(target.Index!) ?? throw ServiceException.IndexOfDocumentsNotFound(target.Index!);
        var fault = options.Faults.Next(isBatch: !target.ReadsDocuments);
        if (fault is not null)
            await Task.Delay(fault.Delay, http.RequestAborted);
        if (fault is { FailsAll: true })
        {
            if (fault.RetryAfterSeconds is { } seconds)
                http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            throw new ServiceException(fault.StatusCode, "", "The service is temporarily unavailable.");
        }
        await DocumentsAsync(index, http, target, fault, answer);
    }

    private Task DocumentsAsync(
        SearchIndex index,
        HttpContext http,
        RequestTarget target,
        FaultInjector.Fault? fault,
        Answer answer
    ) =>
        (http.Request.Method, target.Key, target.Operation) switch
        {
            ("GET", null, "$count") => DocumentRoutes.CountAsync(index, answer),
            ("GET", null, null) => QueryAsync(SearchRoutes.SearchAsync, index, http, answer),
            ("GET", { } key, null) => DocumentRoutes.LookupAsync(index, key, http, answer),
            ("POST", null, "search.index" or "index") => DocumentRoutes.IndexAsync(index, fault, http, answer),
            ("POST", null, "search.post.search" or "search") => QueryAsync(
                SearchRoutes.SearchAsync,
                index,
                http,
                answer
            ),
            ("GET", null, "search.suggest" or "suggest") => QueryAsync(SuggestRoutes.SuggestAsync, index, http, answer),
            ("POST", null, "search.post.suggest" or "suggest") => QueryAsync(
                SuggestRoutes.SuggestAsync,
                index,
                http,
                answer
            ),
            ("GET", null, "search.autocomplete" or "autocomplete") => QueryAsync(
                SuggestRoutes.AutocompleteAsync,
                index,
                http,
                answer
            ),
            ("POST", null, "search.post.autocomplete" or "autocomplete") => QueryAsync(
                SuggestRoutes.AutocompleteAsync,
                index,
                http,
                answer
            ),
            ("GET", null, { } key) => DocumentRoutes.LookupAsync(index, key, http, answer),
            _ => throw new ServiceException(404, "", "There is no such operation on documents."),
        };

    private Task QueryAsync(
        Func<SearchIndex, HttpContext, Answer, CancellationToken, Task> query,
        SearchIndex index,
        HttpContext http,
        Answer answer
    ) => QueryTime.LimitAsync(options.LongestQuery, token => query(index, http, answer, token), http.RequestAborted);
}
