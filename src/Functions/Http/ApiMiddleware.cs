using System.Security.Cryptography;
using System.Text;
using Azure;
using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.Index;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmbeddingFunctions.Functions.Http;

/// <summary>The door of every HTTP function: key, load, and the one place where errors become status codes (RFC 9457).</summary>
internal sealed class ApiMiddleware(ApiSettings settings, IHostEnvironment environment, ILogger<ApiMiddleware> logger)
    : IFunctionsWorkerMiddleware
{
    /// <summary>Probes carry no key.</summary>
    private const string Open = "Health";

    private int _inFlight;

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is not { } http)
        {
            await next(context);
            return;
        }

        var answer =
            context.FunctionDefinition.Name == Open || IsAllowed(http.Request)
                ? await RunAsync(context, http, next)
                : Refused(http);
        if (answer is not null)
        {
            context.GetInvocationResult().Value = answer;
        }
    }

    private async Task<ObjectResult?> RunAsync(
        FunctionContext context,
        HttpContext http,
        FunctionExecutionDelegate next
    )
    {
        try
        {
            if (Interlocked.Increment(ref _inFlight) > settings.MaxInFlight)
            {
                http.Response.Headers.RetryAfter = "1";
                return Problem(
                    StatusCodes.Status429TooManyRequests,
                    $"{settings.MaxInFlight} requests are being worked on."
                );
            }

            await next(context);
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return ProblemOf(e, context, http);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private ObjectResult ProblemOf(Exception exception, FunctionContext context, HttpContext http)
    {
        switch (exception is AggregateException { InnerExceptions: [var only] } ? only : exception)
        {
            case InvalidRequestException e:
                return Problem((int)e.Status, e.Message);
            case TextTooLongException e:
                return Problem(StatusCodes.Status422UnprocessableEntity, e.Message);
            case UnknownModelException e:
                return Problem(StatusCodes.Status404NotFound, e.Message);
            case IndexMismatchException e:
                return Problem(StatusCodes.Status409Conflict, e.Message);
            case RequestFailedException { Status: 0 or 429 or >= 500 } e:
                Log.FunctionFailed(logger, e, context.FunctionDefinition.Name);
                http.Response.Headers.RetryAfter = "5";
                return Problem(
                    StatusCodes.Status503ServiceUnavailable,
                    "Storage or search is not available; try again."
                );
            case var e:
                Log.FunctionFailed(logger, e, context.FunctionDefinition.Name);
                return Problem(
                    StatusCodes.Status500InternalServerError,
                    $"Unexpected error; invocation {context.InvocationId} in the log."
                );
        }
    }

    private ObjectResult Refused(HttpContext http)
    {
        if (string.IsNullOrEmpty(settings.Key))
        {
            return Problem(
                StatusCodes.Status403Forbidden,
                "No key is set (Api__Key), so only a Development environment is served."
            );
        }

        http.Response.Headers.WWWAuthenticate = "Bearer";
        return Problem(
            StatusCodes.Status401Unauthorized,
            "A key is needed: 'Authorization: Bearer KEY', 'api-key: KEY' or 'x-functions-key: KEY'."
        );
    }

    private bool IsAllowed(HttpRequest request)
    {
        if (string.IsNullOrEmpty(settings.Key))
        {
            return environment.IsDevelopment();
        }

        const string bearer = "Bearer ";
        var authorization = request.Headers.Authorization.ToString();
        string[] offered =
        [
            authorization.StartsWith(bearer, StringComparison.OrdinalIgnoreCase) ? authorization[bearer.Length..] : "",
            request.Headers["api-key"].ToString(),
            request.Headers["x-functions-key"].ToString(),
        ];

        // hashes have one length, so that the comparison takes one time
        var expected = SHA256.HashData(Encoding.UTF8.GetBytes(settings.Key));
        return offered.Any(key =>
            CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(key)), expected)
        );
    }

    private static ObjectResult Problem(int status, string detail) =>
        new(
            new ProblemDetails
            {
                Status = status,
                Title = Title(status),
                Detail = detail,
            }
        )
        {
            StatusCode = status,
            ContentTypes = { "application/problem+json" },
        };

    private static string Title(int status) => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);
}
