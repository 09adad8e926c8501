using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Benchmarks;

/// <summary>Local in a process and a folder of its own.</summary>
internal sealed class LocalProduct : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _data;

    private LocalProduct(Process process, string data) => (_process, _data) = (process, data);

    private Uri _count = null!;
    private string _sas = "";

    public HttpClient Http { get; private set; } = null!;

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
        try
        {
            await product.ConnectAsync(cancellationToken);
            return product;
        }
        catch
        {
            await product.DisposeAsync();
            throw;
        }
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
            async (number, token) => await PutAsync($"page-{number:0000}.txt", texts[number], token)
        );

    /// <summary>Puts a blob with the SAS, as curl would: the client's own work is not what is measured.</summary>
    public Task PutAsync(string name, string text, CancellationToken cancellationToken) =>
        PutAsync(name, new StringContent(text), cancellationToken);

    public Task PutAsync(string name, Stream content, CancellationToken cancellationToken) =>
        PutAsync(name, new StreamContent(content), cancellationToken);

    private async Task PutAsync(string name, HttpContent content, CancellationToken cancellationToken)
    {
        using var put = new HttpRequestMessage(
            HttpMethod.Put,
            _sas.Replace("?", $"/{name}?", StringComparison.Ordinal)
        );
        put.Headers.Add("x-ms-blob-type", "BlockBlob");
        put.Content = content;
        using var answer = await Http.SendAsync(put, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Waits until that many chunks can be found, and the ledger says that the documents are Indexed.</summary>
    public async Task IndexedAsync(int chunks, int documents, CancellationToken cancellationToken)
    {
        // the count costs next to nothing; to list the ledger does
        while (await CountAsync(cancellationToken) < chunks || await IndexedAsync(cancellationToken) < documents)
        {
            await Task.Delay(250, cancellationToken);
        }
    }

    /// <summary>Chunks that can be found.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken) =>
        int.Parse(await Http.GetStringAsync(_count, cancellationToken), CultureInfo.InvariantCulture);

    private async Task<int> IndexedAsync(CancellationToken cancellationToken) =>
        (await StatesAsync(cancellationToken)).Count(state => state == "Indexed");

    /// <summary>States of the first 1,000 documents in the ledger.</summary>
    public async Task<string[]> StatesAsync(CancellationToken cancellationToken)
    {
        using var json = JsonDocument.Parse(await Http.GetStringAsync("api/documents?top=1000", cancellationToken));
        return
        [
            .. json
                .RootElement.GetProperty("documents")
                .EnumerateArray()
                .Select(document => document.GetProperty("state").GetString()!),
        ];
    }

    /// <summary>The worker's process id.</summary>
    public int Worker => Child("EmbeddingFunctions.Functions.dll");

    /// <summary>The process id of the worker's child that reads files, if there is one.</summary>
    public int? Reader =>
        Children(Worker, "EmbeddingFunctions.Documents.dll") is { Count: > 0 } readers ? readers[0] : null;

    /// <summary>Bytes of the worker that are in memory.</summary>
    public long WorkerResident()
    {
        using var worker = Process.GetProcessById(Worker);
        return worker.WorkingSet64;
    }

    /// <summary>Processor seconds that each part has used so far.</summary>
    public (double Worker, double Local, double Azurite) Used()
    {
        return (Seconds(Worker), Seconds(_process.Id), Seconds(Child("azurite.js")));

        static double Seconds(int id)
        {
            using var process = Process.GetProcessById(id);
            return process.TotalProcessorTime.TotalSeconds;
        }
    }

    private int Child(string holding) => Children(_process.Id, holding).Single();

    private static List<int> Children(int parentId, string holding)
    {
        using var ps = Process.Start(
            new ProcessStartInfo("ps", ["-A", "-o", "pid=,ppid=,args="])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;
        var parent = parentId.ToString(CultureInfo.InvariantCulture);
        return
        [
            .. ps
                .StandardOutput.ReadToEnd()
                .Split('\n')
                .Select(line => line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries))
                .Where(parts => parts.Length == 3 && parts[1] == parent)
                .Where(parts => parts[2].Contains(holding, StringComparison.Ordinal))
                .Select(parts => int.Parse(parts[0], CultureInfo.InvariantCulture)),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        await _process.WaitForExitAsync();
        Http?.Dispose();
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        var file = Path.Combine(_data, "endpoints.json");
        while (!File.Exists(file))
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException("Local ended before it was ready.");
            }

            await Task.Delay(100, cancellationToken);
        }

        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(file, cancellationToken));
        string Endpoint(string name) => json.RootElement.GetProperty(name).GetString()!;
        Http = new HttpClient { BaseAddress = new Uri(Endpoint("functions").TrimEnd('/') + '/') };
        _count = new Uri(Endpoint("search").TrimEnd('/') + "/indexes('documents')/docs/$count?api-version=2023-11-01");
        _sas = Endpoint("sas");
        await AskAsync("warm up", cancellationToken);
    }
}
