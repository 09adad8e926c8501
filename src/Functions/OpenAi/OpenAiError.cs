using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace EmbeddingFunctions.Functions.OpenAi;

/// <summary>An error as clients of OpenAI read it.</summary>
internal static class OpenAiError
{
    /// <summary>Whether a request speaks OpenAI's language.</summary>
    public static bool Speaks(HttpRequest request) => request.Path.StartsWithSegments("/v1", StringComparison.Ordinal);

    public static ObjectResult Answer(int status, string message)
    {
        // they know no 422
        status = status == StatusCodes.Status422UnprocessableEntity ? StatusCodes.Status400BadRequest : status;
        var error = new
        {
            message,
            type = status < StatusCodes.Status500InternalServerError ? "invalid_request_error" : "server_error",
            param = (string?)null,
            code = status switch
            {
                StatusCodes.Status401Unauthorized => "invalid_api_key",
                StatusCodes.Status404NotFound => "model_not_found",
                StatusCodes.Status429TooManyRequests => "rate_limit_exceeded",
                _ => null,
            },
        };
        return new ObjectResult(new { error }) { StatusCode = status };
    }
}
