using System.Reflection;
using System.Text.Json;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs.Specialized;
using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.Index;
using EmbeddingFunctions.Functions.Sync;
using EmbeddingFunctions.Local.Azurite;
using EmbeddingFunctions.Local.Processes;
using EmbeddingFunctions.SearchEmulator;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmbeddingFunctions.Functions.Tests.Sync;

/// <summary>Azurite and the search emulator on real ports; workers are built over them.</summary>
public sealed class Bench : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("embedding-functions-sync-").FullName;
    private DataFolder _data = null!;
    private AzuriteProcess _azurite = null!;
    private WebApplication _search = null!;
    private int _containers;

    public async ValueTask InitializeAsync()
    {
        var repository = typeof(Bench)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "RepoRoot")
            .Value!;
        var tools = Path.Combine(repository, ".local", "tools");
        var path = Environment.GetEnvironmentVariable("PATH");
        var install = await AzuriteInstall.EnsureAsync(tools, path, _ => { }, CancellationToken.None);
        _data = DataFolder.Open(_folder);
        _azurite = await AzuriteProcess.StartAsync(
            install,
            _data,
            new StoragePorts(0, 0, 0),
            NullLogger.Instance,
            CancellationToken.None
        );
        _search = SearchEmulatorHost.Create(new SearchEmulatorOptions { DataFolder = Path.Combine(_folder, "search") });
        await _search.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _search.DisposeAsync();
        await _azurite.DisposeAsync();
        _data.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A name that no other test uses, for a container and all that belongs to it.</summary>
    internal string NewContainer() => $"c{Interlocked.Increment(ref _containers):000}";

    /// <summary>A worker process, as far as the algorithm can tell.</summary>
    internal Worker NewWorker(
        string container,
        Faults? faults = null,
        TimeProvider? time = null,
        IReadOnlyDictionary<string, string>? settings = null
    )
    {
        var all = new Dictionary<string, string?>
        {
            ["Documents"] = Local.Blobs.StorageAccount.Azurite(_azurite.Ports, hybridScan: false).ConnectionString,
            ["Sync:Container"] = container,
            ["Sync:Queue"] = $"{container}-events",
            ["Sync:StateContainer"] = $"{container}-state",
            ["Sync:Table"] = $"{container}documents",
            ["Search:Endpoint"] = _search.Urls.First(),
            ["Search:Index"] = container,
            ["Models:Default"] = "all-MiniLM-L6-v2",
            ["Chunks:MaxTokens"] = "40",
            ["Chunks:OverlapTokens"] = "0",
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            all[name] = value;
        }

        var services = new ServiceCollection().AddLogging().AddEmbeddingFunctions();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(all).Build());
        services.AddSingleton<SyncFunctions>();
        services.AddSingleton(time ?? TimeProvider.System);
        if (faults is not null)
        {
            services.AddSingleton<HttpPipelineTransport>(new FaultyTransport(faults));
        }

        return new Worker(services.BuildServiceProvider(), container);
    }
}

/// <summary>One worker over the bench.</summary>
internal sealed class Worker(ServiceProvider services, string container) : IAsyncDisposable
{
    public DocumentSync Sync => services.GetRequiredService<DocumentSync>();
    public SyncFunctions Functions => services.GetRequiredService<SyncFunctions>();
    public Reconciler Reconciler => services.GetRequiredService<Reconciler>();
    public ChunkIndex Index => services.GetRequiredService<ChunkIndex>();
    public SearchConnection Search => services.GetRequiredService<SearchConnection>();
    public Ledger Ledger => services.GetRequiredService<Ledger>();

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    public StorageAccount Storage => services.GetRequiredService<StorageAccount>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task PutAsync(string path, string text)
    {
        await Storage.EnsureAsync(Cancellation);
        await Storage
            .Documents.GetBlobClient(path)
            .UploadAsync(BinaryData.FromString(text), overwrite: true, Cancellation);
    }

    public Task DeleteAsync(string path) => Storage.Documents.DeleteBlobAsync(path, cancellationToken: Cancellation);

    public Task<bool> SyncAsync(string path, bool force = false) =>
        Sync.SyncAsync(new SyncRequest(container, path, Force: force), Cancellation);

    public Task<LedgerRow?> RowAsync(string path) => Ledger.FindAsync(new DocumentPath(container, path), Cancellation);

    /// <summary>Keys of all chunks in the index, in order.</summary>
    public async Task<string[]> KeysAsync()
    {
        List<string> keys = [];
        await foreach (var (key, _) in Index.KeysAsync(container, null, Cancellation))
        {
            keys.Add(key);
        }

        return [.. keys];
    }

    /// <summary>What storage does by itself once a worker is dead long enough.</summary>
    public async Task ClaimRunsOutAsync(string path)
    {
        var manifest = Storage.State.GetBlobClient($"manifests/{new DocumentPath(container, path).Id}");
        if (await manifest.ExistsAsync(Cancellation))
        {
            try
            {
                await manifest.GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, cancellationToken: Cancellation);
            }
            catch (Azure.RequestFailedException e) when (e.Status == 409)
            {
                // nobody has it
            }
        }
    }

    /// <summary>Handles what is on the queue now. Returns the paths that were asked for.</summary>
    public async Task<string[]> DrainAsync()
    {
        List<string> paths = [];
        while (true)
        {
            var messages = await Storage.Queue.ReceiveMessagesAsync(32, cancellationToken: Cancellation);
            if (messages.Value.Length == 0)
            {
                return [.. paths];
            }

            foreach (var message in messages.Value)
            {
                paths.Add(JsonDocument.Parse(message.Body).RootElement.GetProperty("path").GetString()!);
                await Functions.SyncBlobAsync(message.Body.ToString(), Cancellation);
                await Storage.Queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, Cancellation);
            }
        }
    }

    /// <summary>Takes what is on the queue, without looking at the documents.</summary>
    public async Task<int> TakeAsync()
    {
        var count = 0;
        while (true)
        {
            var messages = await Storage.Queue.ReceiveMessagesAsync(32, cancellationToken: Cancellation);
            if (messages.Value.Length == 0)
            {
                return count;
            }

            foreach (var message in messages.Value)
            {
                count++;
                await Storage.Queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, Cancellation);
            }
        }
    }

    /// <summary>What RecordPoison does with a message: attempt 0 is one that the host gave up because the worker stopped.</summary>
    public async Task PoisonAsync(string path, int attempt = 0) =>
        await Functions.RecordPoisonAsync(
            new SyncRequest(container, path, attempt).ToMessage().ToString(),
            Cancellation
        );

    public ValueTask DisposeAsync() => services.DisposeAsync();
}

/// <summary>A clock that is ahead.</summary>
internal sealed class Later(TimeSpan by) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
}
