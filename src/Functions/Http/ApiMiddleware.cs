using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.OpenAi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmbeddingFunctions.Functions.Http;

/// <summary>The door of every HTTP function: key, load, and errors as problem details (RFC 9457), or as clients of OpenAI read them.</summary>
internal sealed class ApiMiddleware(ApiSettings settings, IHostEnvironment environment, ILogger<ApiMiddleware> logger)
    : IFunctionsWorkerMiddleware
{
    /// <summary>Letters of a sentence that quotes what it was sent.</summary>
    private const int LongestDetail = 2000;

    /// <summary>Probes carry no key, and do not count as load.</summary>
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
        // a probe must not fail because the app is busy
        var counts = context.FunctionDefinition.Name != Open;
        try
        {
            if (counts && Interlocked.Increment(ref _inFlight) > settings.MaxInFlight)
            {
                http.Response.Headers.RetryAfter = "1";
                return Answer(
                    http,
                    StatusCodes.Status429TooManyRequests,
                    $"The app works on {settings.MaxInFlight} requests at once; try again."
                );
            }

            await next(context);
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException || !http.RequestAborted.IsCancellationRequested)
        {
            var problem = Problem.Of(e);
            if (problem.IsOurs)
            {
                Log.FunctionFailed(logger, e, context.FunctionDefinition.Name);
            }

            if (problem.RetryAfter is { } seconds)
            {
                http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            }

            return Answer(
                http,
                (int)problem.Status,
                problem.Detail ?? $"Unexpected error; invocation {context.InvocationId} in the log."
            );
        }
        finally
        {
            if (counts)
            {
                Interlocked.Decrement(ref _inFlight);
            }
        }
    }

    private ObjectResult Refused(HttpContext http)
    {
        if (string.IsNullOrEmpty(settings.Key))
        {
            return Answer(
                http,
                StatusCodes.Status403Forbidden,
                "No key is set (Api__Key), so only a Development environment is served."
            );
        }

        http.Response.Headers.WWWAuthenticate = "Bearer";
        return Answer(
            http,
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

    private static ObjectResult Answer(HttpContext http, int status, string detail)
    {
        detail = detail.Length <= LongestDetail ? detail : detail[..LongestDetail] + "…";
        return OpenAiError.Speaks(http.Request)
            ? OpenAiError.Answer(status, detail)
            : new ObjectResult(
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
    }

    private static string Title(int status) => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);
}
