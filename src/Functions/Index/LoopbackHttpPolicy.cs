using System.Net;
using Azure.Core;
using Azure.Core.Pipeline;

namespace EmbeddingFunctions.Functions.Index;

/// <summary>
/// The search client takes https addresses only. For the emulator on this machine the request is turned back into plain http
/// just before it goes out; any other host is refused, so that no key leaves the machine unencrypted.
/// </summary>
internal sealed class LoopbackHttpPolicy : HttpPipelineSynchronousPolicy
{
    public override void OnSendingRequest(HttpMessage message)
    {
        var uri = message.Request.Uri;
        if (!IsLoopback(uri.Host ?? ""))
        {
            throw new InvalidOperationException(
                $"Search:Endpoint is http, which is for this machine only, not for '{uri.Host}'."
            );
        }

        var port = uri.Port;
        uri.Scheme = Uri.UriSchemeHttp;
        uri.Port = port;
    }

    public static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
