using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Search.Documents;
using Azure.Search.Documents.Models;
using Azure.Storage.Blobs;

namespace EmbeddingFunctions.EndToEnd.Tests;

/// <summary>The product as a newcomer starts it: one Local process on free ports, in a folder of its own.</summary>
internal sealed class Product : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly string _data;
    private readonly bool _ownsData;

    private Product(Process process, string data, bool ownsData) =>
        (_process, _data, _ownsData) = (process, data, ownsData);

    public int ProcessId => _process.Id;

    public HttpClient Http { get; private set; } = null!;

    public BlobContainerClient Container { get; private set; } = null!;

    /// <summary>The index, seen by Azure's own client.</summary>
    public SearchClient Index { get; private set; } = null!;

    public JsonElement Endpoints { get; private set; }

    /// <summary>What it has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static async Task<Product> StartAsync(ProductOptions? options = null)
    {
        options ??= new ProductOptions();
        var data = options.Data ?? Directory.CreateTempSubdirectory("embedding-functions-").FullName;
        File.Delete(Path.Combine(data, "endpoints.json"));
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Paths.Local, "--data", data, "--port", "0", "--blob-port", "0" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Paths.Repository,
        };
        foreach (var argument in options.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // Azurite is installed once for all tests
        start.Environment["Local__Tools"] = Path.Combine(Paths.Repository, ".local", "tools");
        foreach (var (name, value) in options.Settings)
        {
            start.Environment[name] = value;
        }

        var product = new Product(Process.Start(start)!, data, ownsData: options.Data is null);
        product._process.OutputDataReceived += (_, line) => product.Append(line.Data);
        product._process.ErrorDataReceived += (_, line) => product.Append(line.Data);
        product._process.BeginOutputReadLine();
        product._process.BeginErrorReadLine();
        try
        {
            await product.ConnectAsync();
            return product;
        }
        catch
        {
            await product.DisposeAsync();
            throw;
        }
    }

    /// <summary>An address of endpoints.json.</summary>
    public string Endpoint(string name) => Endpoints.GetProperty(name).GetString()!;

    public async Task PutAsync(string name, string text) =>
        await Container
            .GetBlobClient(name)
            .UploadAsync(BinaryData.FromString(text), overwrite: true, TestContext.Current.CancellationToken);

    /// <summary>The text of every chunk in the index, by document; straight from the index.</summary>
    public async Task<ILookup<string, string>> IndexedAsync()
    {
        List<(string Document, string Content)> chunks = [];
        foreach (var chunk in await ChunksAsync("document", "content"))
        {
            chunks.Add((chunk.GetString("document"), chunk.GetString("content")));
        }

        return chunks.ToLookup(chunk => chunk.Document, chunk => chunk.Content);
    }

    /// <summary>The keys of all chunks in the index, sorted.</summary>
    public async Task<string[]> KeysAsync() =>
        [.. (await ChunksAsync("id")).Select(chunk => chunk.GetString("id")).Order(StringComparer.Ordinal)];

    /// <summary>What GET /api/documents/… says of a document; null if it was never seen.</summary>
    public async Task<JsonElement?> StatusAsync(string name)
    {
        var path = string.Join('/', name.Split('/').Select(Uri.EscapeDataString));
        using var answer = await Http.GetAsync(
            $"api/documents/documents/{path}",
            TestContext.Current.CancellationToken
        );
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(answer);
    }

    /// <summary>Waits until a document is in one of the states; fails with what the product printed.</summary>
    public Task<JsonElement> WaitForAsync(string name, params string[] states) =>
        WaitForAsync(name, TimeSpan.FromSeconds(30), states);

    public async Task<JsonElement> WaitForAsync(string name, TimeSpan within, params string[] states)
    {
        JsonElement? last = null;
        await EventuallyAsync(
            async () =>
            {
                last = await StatusAsync(name);
                return last is { } status && states.Contains(status.GetProperty("state").GetString());
            },
            () => $"'{name}' should be {string.Join(" or ", states)}, but is {last?.ToString() ?? "unknown"}",
            within
        );
        return last!.Value;
    }

    /// <summary>Polls until something holds; time is only a bound on how long it may take to fail.</summary>
    public async Task EventuallyAsync(Func<Task<bool>> holds, Func<string> otherwise, TimeSpan within)
    {
        var watch = Stopwatch.StartNew();
        while (!await holds())
        {
            if (watch.Elapsed > within)
            {
                throw new ShouldAssertException($"{otherwise()} after {within}. It printed:\n{Output}");
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await Http.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
        answer.IsSuccessStatusCode.ShouldBeTrue(
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
        return await ReadAsync(answer);
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await Http.GetAsync(path, TestContext.Current.CancellationToken);
        answer.IsSuccessStatusCode.ShouldBeTrue(
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
        return await ReadAsync(answer);
    }

    /// <summary>Paths of the documents found, best first.</summary>
    public async Task<string[]> SearchAsync(string query, string mode = "hybrid")
    {
        var answer = await GetAsync($"api/search?q={Uri.EscapeDataString(query)}&mode={mode}");
        return [.. answer.GetProperty("results").EnumerateArray().Select(hit => hit.GetProperty("path").GetString()!)];
    }

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using var json = await JsonDocument.ParseAsync(body, cancellationToken: TestContext.Current.CancellationToken);
        return json.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Processes.Terminate(_process.Id);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        Http?.Dispose();
        _process.Dispose();
        if (_ownsData)
        {
            Directory.Delete(_data, recursive: true);
        }
    }

    public async Task<List<SearchDocument>> ChunksAsync(params string[] fields)
    {
        List<SearchDocument> chunks = [];
        var last = "";
        while (true)
        {
            var options = new SearchOptions { Size = 1000, Filter = SearchFilter.Create($"id gt {last}") };
            options.OrderBy.Add("id");
            foreach (var field in fields.Append("id").Distinct())
            {
                options.Select.Add(field);
            }

            var page = await Index.SearchAsync<SearchDocument>("*", options, TestContext.Current.CancellationToken);
            var before = chunks.Count;
            await foreach (var result in page.Value.GetResultsAsync())
            {
                chunks.Add(result.Document);
            }

            if (chunks.Count - before < 1000)
            {
                return chunks;
            }

            last = chunks[^1].GetString("id");
        }
    }

    private async Task ConnectAsync()
    {
        var file = Path.Combine(_data, "endpoints.json");
        await EventuallyAsync(
            () =>
                _process.HasExited
                    ? throw new ShouldAssertException($"Local ended with {_process.ExitCode}. It printed:\n{Output}")
                    : Task.FromResult(File.Exists(file)),
            () => "Local should be ready",
            StartTimeout
        );
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        Endpoints = json.RootElement.Clone();
        Http = new HttpClient { BaseAddress = new Uri(Endpoint("functions").TrimEnd('/') + '/') };
        Container = new BlobContainerClient(Endpoint("storage"), "documents");
        Index = LoopbackSearch.Client(new Uri(Endpoint("search")), "documents");
    }

    private void Append(string? line)
    {
        if (line is not null)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }
        }
    }
}

/// <summary>How to start it.</summary>
internal sealed record ProductOptions
{
    /// <summary>A data folder that outlives the process; null makes one that is deleted with it.</summary>
    public string? Data { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}

/// <summary>Azure's search client against plain http on this machine.</summary>
internal static class LoopbackSearch
{
    public static SearchClient Client(Uri endpoint, string index)
    {
        var options = new SearchClientOptions();
        options.AddPolicy(new PlainHttp(), HttpPipelinePosition.BeforeTransport);
        return new(
            new UriBuilder(endpoint) { Scheme = "https", Port = endpoint.Port }.Uri,
            index,
            new AzureKeyCredential("none"),
            options
        );
    }

    private sealed class PlainHttp : HttpPipelineSynchronousPolicy
    {
        public override void OnSendingRequest(HttpMessage message)
        {
            var port = message.Request.Uri.Port;
            message.Request.Uri.Scheme = "http";
            message.Request.Uri.Port = port;
        }
    }
}
