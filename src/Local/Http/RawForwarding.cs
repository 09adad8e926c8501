using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace EmbeddingFunctions.Local.Http;

/// <summary>
/// Forwards the request target byte for byte. Decoding and encoding it again would change names with `%2B` or `%2F`, and
/// break signatures, which are made over what the client sent.
/// </summary>
internal class RawForwarding(bool keepHost) : HttpTransformer
{
    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext,
        HttpRequestMessage proxyRequest,
        string destinationPrefix,
        CancellationToken cancellationToken
    )
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        proxyRequest.RequestUri = new Uri(
            destinationPrefix.TrimEnd('/') + Target(httpContext),
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
        );
        // null: the destination's own
        proxyRequest.Headers.Host = keepHost ? httpContext.Request.Host.Value : null;
    }

    /// <summary>Path and query as the client wrote them.</summary>
    public static string Target(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        // a client that takes us for a proxy sends the whole address
        return target.StartsWith('/') ? target : new Uri(target).PathAndQuery;
    }

    /// <summary>A connection pool that keeps the exchange as it is: no redirects, cookies or decompression.</summary>
    public static HttpMessageInvoker CreateClient(TimeSpan? connectPatience = null) =>
        new(
            new SocketsHttpHandler
            {
                UseProxy = false,
                AllowAutoRedirect = false,
                AutomaticDecompression = System.Net.DecompressionMethods.None,
                UseCookies = false,
                EnableMultipleHttp2Connections = true,
                ActivityHeadersPropagator = null,
                ConnectTimeout = connectPatience ?? TimeSpan.FromSeconds(15),
            }
        );
}
