using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Search.Documents;
using Azure.Search.Documents.Indexes;
using EmbeddingFunctions.Functions.Configuration;
using Microsoft.Extensions.Configuration;

namespace EmbeddingFunctions.Functions.Index;

/// <summary>The clients of the search service, by the settings.</summary>
internal sealed class SearchConnection
{
    public SearchConnection(SearchSettings settings, IConfiguration configuration, HttpPipelineTransport transport)
    {
        var options = new SearchClientOptions { Transport = transport };
        var endpoint = settings.Endpoint;
        var local = LoopbackHttpPolicy.IsLoopback(endpoint.Host);
        if (endpoint.Scheme == Uri.UriSchemeHttp)
        {
            if (!local)
            {
                throw new InvalidOperationException(
                    $"Search:Endpoint '{endpoint}' must be https; http is for this machine only."
                );
            }

            endpoint = new UriBuilder(endpoint) { Scheme = Uri.UriSchemeHttps, Port = endpoint.Port }.Uri;
            options.AddPolicy(new LoopbackHttpPolicy(), HttpPipelinePosition.BeforeTransport);
        }

        // the emulator asks for no key unless it was given one; the client wants some key or an identity
        var key =
            settings.Key is { Length: > 0 } given ? given
            : local ? "none"
            : null;
        if (key is not null)
        {
            Indexes = new(endpoint, new AzureKeyCredential(key), options);
            Chunks = new(endpoint, settings.Index, new AzureKeyCredential(key), options);
        }
        else
        {
            TokenCredential identity = Identity.Of(configuration["AZURE_CLIENT_ID"]);
            Indexes = new(endpoint, identity, options);
            Chunks = new(endpoint, settings.Index, identity, options);
        }
    }

    /// <summary>To create and look at indexes.</summary>
    public SearchIndexClient Indexes { get; }

    /// <summary>To write and find chunks.</summary>
    public SearchClient Chunks { get; }
}
