using System.Net;
using Azure;
using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.Index;
using Microsoft.AspNetCore.Http;

namespace EmbeddingFunctions.Functions.Http;

/// <summary>How an error is answered: the one place where errors become status codes.</summary>
/// <param name="Status">Of the answer.</param>
/// <param name="Detail">One sentence for the caller; null if only the log may know.</param>
/// <param name="RetryAfter">Seconds after which another try makes sense; null if it makes none.</param>
/// <param name="IsOurs">True if it is no fault of the request's, and so goes into the log.</param>
internal sealed record Problem(HttpStatusCode Status, string? Detail, int? RetryAfter = null, bool IsOurs = false)
{
    public static Problem Of(Exception exception) =>
        exception.Last() switch
        {
            InvalidRequestException e => new(e.Status, e.Message),
            BadHttpRequestException e => new((HttpStatusCode)e.StatusCode, e.Message),
            TextTooLongException e => new(HttpStatusCode.UnprocessableEntity, e.Message),
            UnknownModelException e => new(HttpStatusCode.NotFound, e.Message),
            IndexMismatchException e => new(HttpStatusCode.Conflict, e.Message),
            SearchRefusedException e => new(HttpStatusCode.BadGateway, e.Message, IsOurs: true),
            RequestFailedException { Status: 0 or 408 or 429 or >= 500 } => Unavailable(
                "Storage or search is not available; try again."
            ),
            RequestFailedException { Status: 401 or 403 } e => new(
                HttpStatusCode.InternalServerError,
                $"Storage or search refused the app's own key or identity ({e.Status}).",
                IsOurs: true
            ),
            OperationCanceledException => Unavailable("The answer took too long; try again."),
            ObjectDisposedException => Unavailable("The app is stopping; try again."),
            ModelFolderException e => new(HttpStatusCode.InternalServerError, e.Message, IsOurs: true),
            _ => new(HttpStatusCode.InternalServerError, null, IsOurs: true),
        };

    private static Problem Unavailable(string detail) =>
        new(HttpStatusCode.ServiceUnavailable, detail, RetryAfter: 5, IsOurs: true);
}
