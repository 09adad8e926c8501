using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Azure;
using Azure.Core.Pipeline;
using Azure.Search.Documents;
using Azure.Search.Documents.Indexes;
using Microsoft.AspNetCore.Builder;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>An emulator on a real port with a folder of its own, and the ways to talk to it.</summary>
public sealed class Emulator : IAsyncDisposable
{
    public const string Version = "api-version=2023-11-01";

    /// <summary>What an update needs to be answered by its result.</summary>
    public static readonly (string, string) Representation = ("Prefer", "return=representation");

    private readonly bool _ownsFolder;
    private readonly WebApplication _app;

    private Emulator(WebApplication app, string folder, bool ownsFolder, FaultInjector faults)
    {
        (_app, Folder, _ownsFolder, Faults) = (app, folder, ownsFolder, faults);
        Address = new Uri(app.Urls.First());
        Secure = app.Urls.Skip(1).Select(u => new Uri(u)).SingleOrDefault();
        Http = new HttpClient { BaseAddress = Address };
    }

    public string Folder { get; }
    public Uri Address { get; }
    public Uri? Secure { get; }
    public HttpClient Http { get; }
    public FaultInjector Faults { get; }

    /// <summary>A folder given from outside survives, so that another emulator can open it.</summary>
    public static async Task<Emulator> StartAsync(
        string? folder = null,
        string? apiKey = null,
        Func<SearchEmulatorOptions, SearchEmulatorOptions>? configure = null
    )
    {
        var faults = new FaultInjector();
        var data = folder ?? NewFolder();
        var options = new SearchEmulatorOptions
        {
            DataFolder = data,
            ApiKey = apiKey,
            Faults = faults,
        };
        var app = SearchEmulatorHost.Create(configure?.Invoke(options) ?? options);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new Emulator(app, data, folder is null, faults);
    }

    public static string NewFolder() => Directory.CreateTempSubdirectory("search-emulator-").FullName;

    public SearchIndexClient Indexes(Action<SearchClientOptions>? configure = null) =>
        new(Https, new AzureKeyCredential("any"), Options(configure));

    public SearchClient Documents(string index, Action<SearchClientOptions>? configure = null) =>
        new(Https, index, new AzureKeyCredential("any"), Options(configure));

    public async Task<(HttpResponseMessage Response, JsonNode? Body)> SendAsync(
        string method,
        string path,
        object? body = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Address + path.TrimStart('/')));
        if (body is not null)
            request.Content = new StringContent(
                body as string ?? System.Text.Json.JsonSerializer.Serialize(body),
                Encoding.UTF8,
                new MediaTypeHeaderValue("application/json")
            );
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    public async Task<JsonNode> SearchAsync(string index, object body)
    {
        var (response, answer) = await SendAsync("POST", $"indexes('{index}')/docs/search.post.search?{Version}", body);
        ((int)response.StatusCode).ShouldBe(200, answer?.ToJsonString());
        return answer!;
    }

    public async Task<string[]> KeysAsync(string index, object body) =>
        [.. (await SearchAsync(index, body))["value"]!.AsArray().Select(d => (string)d!["id"]!)];

    public async Task<JsonNode> RefusedAsync(string index, object body)
    {
        var (response, answer) = await SendAsync("POST", $"indexes('{index}')/docs/search.post.search?{Version}", body);
        ((int)response.StatusCode).ShouldBe(400, answer?.ToJsonString());
        return answer!["error"]!;
    }

    public async Task<JsonNode> IndexAsync(string index, object[] documents, int expectedStatus = 200)
    {
        var (response, answer) = await SendAsync(
            "POST",
            $"indexes('{index}')/docs/search.index?{Version}",
            new { value = documents }
        );
        ((int)response.StatusCode).ShouldBe(expectedStatus, answer?.ToJsonString());
        return answer!;
    }

    public async Task CreateAsync(object definition)
    {
        var (response, answer) = await SendAsync("POST", $"indexes?{Version}", definition);
        ((int)response.StatusCode).ShouldBe(201, answer?.ToJsonString());
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        if (_ownsFolder)
            Directory.Delete(Folder, recursive: true);
    }

    // The SDK accepts https only: the endpoint says https, and the policy below turns loopback requests into http.
    private Uri Https => new UriBuilder(Address) { Scheme = "https" }.Uri;

    private static SearchClientOptions Options(Action<SearchClientOptions>? configure)
    {
        var options = new SearchClientOptions(SearchClientOptions.ServiceVersion.V2023_11_01);
        options.AddPolicy(new LoopbackHttpPolicy(), Azure.Core.HttpPipelinePosition.BeforeTransport);
        configure?.Invoke(options);
        return options;
    }

    private sealed class LoopbackHttpPolicy : HttpPipelineSynchronousPolicy
    {
        public override void OnSendingRequest(Azure.Core.HttpMessage message)
        {
            var uri = message.Request.Uri;
            if (uri.Host is not ("127.0.0.1" or "localhost"))
                throw new InvalidOperationException($"'{uri.Host}' is not this machine.");
            var port = uri.Port;
            uri.Scheme = "http";
            uri.Port = port;
        }
    }
}
