using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Azure.Storage.Blobs;

namespace Benchmarks;

/// <summary>Local in a process and a folder of its own.</summary>
internal sealed class LocalProduct : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _data;

    private LocalProduct(Process process, string data) => (_process, _data) = (process, data);

    public HttpClient Http { get; private set; } = null!;

    public BlobContainerClient Container { get; private set; } = null!;

    public static async Task<LocalProduct> StartAsync(CancellationToken cancellationToken)
    {
        var data = Directory.CreateTempSubdirectory("embedding-functions-benchmark-").FullName;
        var start = new ProcessStartInfo("dotnet", [Places.Local, "--data", data, "--port", "0", "--blob-port", "0"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["Local__Tools"] = Path.Combine(Places.Repository, ".local", "tools");
        var product = new LocalProduct(Process.Start(start)!, data);
        product._process.OutputDataReceived += (_, _) => { };
        product._process.BeginOutputReadLine();
        var file = Path.Combine(data, "endpoints.json");
        while (!File.Exists(file))
        {
            if (product._process.HasExited)
            {
                throw new InvalidOperationException("Local ended before it was ready.");
            }

            await Task.Delay(100, cancellationToken);
        }

        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(file, cancellationToken));
        string Endpoint(string name) => json.RootElement.GetProperty(name).GetString()!;
        product.Http = new HttpClient { BaseAddress = new Uri(Endpoint("functions").TrimEnd('/') + '/') };
        product.Container = new BlobContainerClient(Endpoint("storage"), "documents");
        await product.AskAsync("warm up", cancellationToken);
        return product;
    }

    public async Task AskAsync(string question, CancellationToken cancellationToken)
    {
        using var answer = await Http.GetAsync($"api/search?q={Uri.EscapeDataString(question)}", cancellationToken);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    public Task PutAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, texts.Count),
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken },
            async (number, token) =>
                await Container
                    .GetBlobClient($"page-{number:0000}.txt")
                    .UploadAsync(BinaryData.FromString(texts[number]), token)
        );

    public async Task<int> IndexedAsync(CancellationToken cancellationToken)
    {
        using var json = JsonDocument.Parse(
            await Http.GetStringAsync("api/documents?state=Indexed&top=1000", cancellationToken)
        );
        return json.RootElement.GetProperty("documents").GetArrayLength();
    }

    /// <summary>Bytes of the worker that are in memory.</summary>
    public long WorkerResident()
    {
        using var ps = Process.Start(
            new ProcessStartInfo("ps", ["-A", "-o", "ppid=,rss=,args="])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        var lines = ps.StandardOutput.ReadToEnd().Split('\n');
        var worker = lines
            .Select(line => line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries))
            .Single(parts =>
                parts.Length == 3
                && parts[0] == _process.Id.ToString(CultureInfo.InvariantCulture)
                && parts[2].Contains("EmbeddingFunctions.Functions.dll", StringComparison.Ordinal)
            );
        return long.Parse(worker[1], CultureInfo.InvariantCulture) * 1024;
    }

    public async ValueTask DisposeAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        await _process.WaitForExitAsync();
        Http.Dispose();
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }
}
