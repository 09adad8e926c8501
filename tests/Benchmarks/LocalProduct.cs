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

    private Uri _count = null!;

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
        product._count = new Uri(
            Endpoint("search").TrimEnd('/') + "/indexes('documents')/docs/$count?api-version=2023-11-01"
        );
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

    /// <summary>Waits until that many chunks can be found, and the ledger says that the documents are Indexed.</summary>
    public async Task IndexedAsync(int chunks, int documents, CancellationToken cancellationToken)
    {
        // the count costs next to nothing; to list the ledger does
        while (
            int.Parse(await Http.GetStringAsync(_count, cancellationToken), CultureInfo.InvariantCulture) < chunks
            || await IndexedAsync(cancellationToken) < documents
        )
        {
            await Task.Delay(250, cancellationToken);
        }
    }

    private async Task<int> IndexedAsync(CancellationToken cancellationToken)
    {
        using var json = JsonDocument.Parse(
            await Http.GetStringAsync("api/documents?state=Indexed&top=1000", cancellationToken)
        );
        return json.RootElement.GetProperty("documents").GetArrayLength();
    }

    /// <summary>Bytes of the worker that are in memory.</summary>
    public long WorkerResident()
    {
        using var worker = Process.GetProcessById(Child("EmbeddingFunctions.Functions.dll"));
        return worker.WorkingSet64;
    }

    /// <summary>Processor seconds that each part has used so far.</summary>
    public (double Worker, double Local, double Azurite) Used()
    {
        return (Seconds(Child("EmbeddingFunctions.Functions.dll")), Seconds(_process.Id), Seconds(Child("azurite.js")));

        static double Seconds(int id)
        {
            using var process = Process.GetProcessById(id);
            return process.TotalProcessorTime.TotalSeconds;
        }
    }

    private int Child(string holding)
    {
        using var ps = Process.Start(
            new ProcessStartInfo("ps", ["-A", "-o", "pid=,ppid=,args="])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        var parent = _process.Id.ToString(CultureInfo.InvariantCulture);
        return ps
            .StandardOutput.ReadToEnd()
            .Split('\n')
            .Select(line => line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries))
            .Where(parts => parts.Length == 3 && parts[1] == parent)
            .Where(parts => parts[2].Contains(holding, StringComparison.Ordinal))
            .Select(parts => int.Parse(parts[0], CultureInfo.InvariantCulture))
            .Single();
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
