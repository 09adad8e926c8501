using System.Net;

namespace EmbeddingFunctions.Functions.Http;

/// <summary>A request that cannot be answered as it is; the message goes to the caller.</summary>
internal sealed class InvalidRequestException(string message, HttpStatusCode status = HttpStatusCode.BadRequest)
    : Exception(message)
{
    public HttpStatusCode Status { get; } = status;
}
