using System.Net;
using Azure;
using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.Http;
using EmbeddingFunctions.Functions.Sync;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace EmbeddingFunctions.Functions.Documents;

/// <summary>What became of the documents, and another try for those that failed.</summary>
internal sealed class DocumentsFunctions(Ledger ledger, SyncQueue queue, SyncSettings sync, ApiSettings api)
{
    /// <summary>Documents put back by one request; a second request takes the next ones.</summary>
    private const int MostRetried = 1000;

    [Function("ListDocuments")]
    public async Task<IActionResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/documents")] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var query = new Query(request, "state", "prefix", "since", "container", "top", "continuation");
        var top = query.Number("top") ?? 100;
        if (top is < 1 or > 1000)
        {
            throw new InvalidRequestException(
                $"'top' is {top}; 1 to 1000 was expected.",
                HttpStatusCode.UnprocessableEntity
            );
        }

        var wanted = new LedgerQuery(ContainerName.Checked(query.Text("container") ?? sync.Container))
        {
            State = query.Choice<DocumentState>("state"),
            Prefix = query.Text("prefix") ?? "",
            Since = query.Time("since"),
            PageSize = top,
        };
        return Json.Answer(await PageAsync(wanted, query.Text("continuation"), cancellationToken));
    }

    private async Task<DocumentsAnswer> PageAsync(
        LedgerQuery query,
        string? continuation,
        CancellationToken cancellationToken
    )
    {
        var from = query with { Continuation = ContinuationWord.Decode(continuation, query) };
        try
        {
            await foreach (var page in ledger.PagesAsync(from, cancellationToken))
            {
                return new DocumentsAnswer(
                    [.. page.Values.Select(entity => DocumentStatus.Of(LedgerRow.Of(entity)))],
                    ContinuationWord.Encode(page.ContinuationToken, query)
                );
            }
        }
        catch (RequestFailedException e) when (e.Status == 400)
        {
            throw new InvalidRequestException($"The ledger's table refused the request: {e.FirstLine()}");
        }

        return new DocumentsAnswer([], null);
    }

    [Function("GetDocument")]
    public async Task<IActionResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/documents/{container}/{*path}")]
            HttpRequest request,
        string container,
        string? path,
        CancellationToken cancellationToken
    )
    {
        _ = new Query(request);
        if (string.IsNullOrEmpty(path))
        {
            throw new InvalidRequestException(
                $"'/api/documents/{container}' names no document; '/api/documents/CONTAINER/PATH' was expected, "
                    + $"as '/api/documents/{sync.Container}/report.pdf', or '/api/documents' for all."
            );
        }

        var document = new DocumentPath(ContainerName.Checked(container), path);
        return await ledger.FindAsync(document, cancellationToken) is { } row
            ? Json.Answer(DocumentStatus.Of(row))
            : throw new InvalidRequestException($"No document '{document}' was ever seen.", HttpStatusCode.NotFound);
    }

    [Function("RetryDocuments")]
    public async Task<IActionResult> RetryAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/documents/retry")] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var body = await Json.ReadAsync<RetryRequest>(request, api, cancellationToken);
        List<string> requeued = [];
        await foreach (var row in WantedAsync(body, cancellationToken))
        {
            if (await queue.RequestAsync(row with { GivenUp = 0 }, force: false, cancellationToken))
            {
                requeued.Add(row.Document.ToString());
            }

            if (requeued.Count == MostRetried)
            {
                break;
            }
        }

        return Json.Answer(new { Requeued = requeued });
    }

    private IAsyncEnumerable<LedgerRow> WantedAsync(RetryRequest body, CancellationToken cancellationToken) =>
        body switch
        {
            { State: { } state, Path: null } => state is DocumentState.Failed or DocumentState.Skipped
                ? ledger.RowsAsync(new LedgerQuery(sync.Container) { State = state }, cancellationToken)
                : throw new InvalidRequestException($"'state' is {state}; only Failed and Skipped can be tried again."),
            { State: null, Path: { Length: > 0 } path } => OneAsync(path, cancellationToken),
            _ => throw new InvalidRequestException(
                "Either 'state' or 'path' (as in the ledger, without container) was expected."
            ),
        };

    private async IAsyncEnumerable<LedgerRow> OneAsync(
        string path,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        yield return await ledger.FindAsync(new DocumentPath(sync.Container, path), cancellationToken)
            ?? throw new InvalidRequestException(
                $"No document '{sync.Container}/{path}' was ever seen.",
                HttpStatusCode.NotFound
            );
    }
}

internal sealed record RetryRequest
{
    public DocumentState? State { get; init; }
    public string? Path { get; init; }
}

internal sealed record DocumentsAnswer(IReadOnlyList<DocumentStatus> Documents, string? Continuation);

internal sealed record DocumentStatus(
    string Document,
    string Container,
    string Path,
    string State,
    string Stage,
    string Reason,
    int Chunks,
    int Attempts,
    string Etag,
    string Model,
    DateTimeOffset Updated,
    long TookMs
)
{
    public static DocumentStatus Of(LedgerRow row) =>
        new(
            row.Document.ToString(),
            row.Document.Container,
            row.Document.Path,
            row.State.ToString(),
            row.Stage,
            row.Reason,
            row.Chunks,
            row.Attempts,
            row.ETag,
            row.Model,
            row.Updated,
            row.TookMs
        );
}
