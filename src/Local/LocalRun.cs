using System.Globalization;
using Azure.Storage.Blobs;
using EmbeddingFunctions.Local.Azurite;
using EmbeddingFunctions.Local.Blobs;
using EmbeddingFunctions.Local.Console;
using EmbeddingFunctions.Local.Http;
using EmbeddingFunctions.Local.Processes;
using EmbeddingFunctions.Local.Progress;
using EmbeddingFunctions.Local.Settings;
using EmbeddingFunctions.Local.Triggers;
using EmbeddingFunctions.Local.Watch;
using EmbeddingFunctions.Local.Worker;

namespace EmbeddingFunctions.Local;

/// <summary>The order in which everything starts; it stops in the reverse one.</summary>
internal sealed class LocalRun(
    LocalOptions options,
    AppSettings settings,
    DataFolder data,
    Parts parts,
    Screen screen,
    ILoggerFactory loggers
)
{
    private readonly ILogger _logger = loggers.CreateLogger(typeof(LocalRun).FullName!);

    /// <summary>Ends with Azurite, if Local started it.</summary>
    private Task<int> _azurite = new TaskCompletionSource<int>().Task;

    private TriggerBridge? _bridge;

    /// <exception cref="LocalException">Something expected is in the way; everything has been stopped.</exception>
    public static async Task RunAsync(LocalOptions options, Screen screen, CancellationToken cancellationToken)
    {
        // first: it takes away the addresses of a Local that was killed
        using var data = DataFolder.Open(options.Data);
        Ports.RequireFree(options.Port, "the functions", "--port");
        Ports.RequireFree(options.BlobPort, "the blob service", "--blob-port");
        var settings = AppSettings.Load(
            Environment.GetEnvironmentVariables(),
            Path.Combine(Repository.Root, "local.settings.json")
        );
        using var loggers = LoggerFactory.Create(logging => ScreenLogger.Configure(logging, screen, options.Verbose));
        await using var parts = new Parts();
        await new LocalRun(options, settings, data, parts, screen, loggers).RunAsync(cancellationToken);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        Endpoints? endpoints = null;
        string? failure = null;
        await screen.StatusAsync(async status =>
        {
            endpoints = await StartAsync(status, cancellationToken);
            failure = await AwaitReadyAsync(endpoints, status, cancellationToken);
        });
        await data.WriteEndpointsAsync(endpoints!, cancellationToken);
        ReadyScreen.Print(screen, endpoints!, options, TimeProvider.System.GetElapsedTime(started), failure);
        StartProgress(endpoints!, isReady: failure is null);
        var caughtUp = CatchUpAsync(cancellationToken);
        var exitCode = await _azurite.WaitAsync(cancellationToken);
        await caughtUp;
        throw new LocalException($"Azurite ended with exit code {exitCode}, so nothing here works any more.");
    }

    // the worker answers before its model is loaded; a question asked in between would only wait
    /// <returns>Why the functions cannot work; null once they can.</returns>
    private async Task<string?> AwaitReadyAsync(
        Endpoints endpoints,
        Action<string> status,
        CancellationToken cancellationToken
    )
    {
        using var functions = new FunctionsClient(endpoints.Functions, endpoints.Keys.Functions);
        var longest = TimeSpan.Parse(settings["Local__ModelTimeout"] ?? "00:02:00", CultureInfo.InvariantCulture);
        var started = TimeProvider.System.GetTimestamp();
        status("loading the model ...");
        while (true)
        {
            if (_azurite.IsCompleted)
            {
                throw new LocalException($"Azurite ended with exit code {await _azurite}.");
            }
            switch (await functions.HealthAsync(cancellationToken))
            {
                case { Status: "ready" }:
                    return null;
                case { Status: "failed" } health:
                    return health.Reason ?? "no reason given";
            }
            if (TimeProvider.System.GetElapsedTime(started) > longest)
            {
                return $"the model is not loaded after {longest.TotalSeconds:0} s";
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }

    private void StartProgress(Endpoints endpoints, bool isReady)
    {
        Task<IReadOnlyDictionary<string, DateTimeOffset>>? mirrored = null;
        if (options.Watch is { } folder)
        {
            var container = new BlobContainerClient(endpoints.Storage, options.Container);
            var mirror = parts.Add(FolderMirror.Start(folder, container, data.Path, TimeProvider.System, _logger));
            // what was indexed for another index is not searchable here
            mirrored = isReady ? mirror.First : null;
        }
        var functions = new FunctionsClient(endpoints.Functions, endpoints.Keys.Functions);
        parts.Add(DocumentFeed.Start(functions, options.Container, mirrored, screen, TimeProvider.System));
    }

    // what changed in storage while Local was not running made no events
    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        if (_bridge?.Find("Reconcile") is { } reconcile)
        {
            await ((Task)_bridge.RunByHandAsync(reconcile, default, cancellationToken)).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing
            );
        }
    }

    private async Task<Endpoints> StartAsync(Action<string> status, CancellationToken cancellationToken)
    {
        var direct = await StartStorageAsync(status, cancellationToken);
        await Storage.PrepareAsync(direct, options.Container, settings.Queue, options.Poll, cancellationToken);
        var account = direct.Behind(await StartProxyAsync(direct, cancellationToken));
        var search = options.Search ?? await StartSearchAsync(cancellationToken);

        status("starting the functions ...");
        var functions = await StartFunctionsAsync(direct, search, cancellationToken);
        return new Endpoints(
            functions,
            account.Blob,
            account.Queue,
            account.Table,
            search,
            account.ConnectionString,
            new EndpointKeys(settings["Api__Key"], settings["Search__Key"]),
            Storage.ContainerSas(account, options.Container, TimeProvider.System)
        );
    }

    private async Task<StorageAccount> StartStorageAsync(Action<string> status, CancellationToken cancellationToken)
    {
        if (options.Storage is { } connectionString)
        {
            return StorageAccount.Parse(connectionString);
        }
        var install = await AzuriteInstall.EnsureAsync(
            settings["Local__Tools"] ?? data.In("tools"),
            settings["PATH"],
            status,
            cancellationToken
        );
        status($"starting Azurite {AzuriteInstall.Version} ...");
        var wanted =
            options.BlobPort == 0
                ? new StoragePorts(0, 0, 0)
                : new StoragePorts(0, options.BlobPort + 1, options.BlobPort + 2);
        Ports.RequireFree(wanted.Queue, "the queue service", "--blob-port");
        Ports.RequireFree(wanted.Table, "the table service", "--blob-port");
        var azurite = parts.Add(await AzuriteProcess.StartAsync(install, data, wanted, _logger, cancellationToken));
        _azurite = azurite.Exited;
        return StorageAccount.Azurite(azurite.Ports, hybridScan: options.Poll);
    }

    private async Task<Uri> StartProxyAsync(StorageAccount direct, CancellationToken cancellationToken)
    {
        var queue = new EventQueue(direct.ConnectionString, settings.Queue);
        var proxy = parts.Add(
            await BlobProxy.StartAsync(
                new BlobProxy.Options
                {
                    Port = options.BlobPort,
                    Upstream = direct.Blob,
                    Container = options.Container,
                    Publish = options.Poll ? null : queue.SendAsync,
                },
                screen,
                options.Verbose,
                cancellationToken
            )
        );
        return proxy.Address;
    }

    private async Task<Uri> StartSearchAsync(CancellationToken cancellationToken)
    {
        try
        {
            var search = parts.Add(SearchService.Create(data.In("search"), settings["Search__Key"]));
            await search.StartAsync(cancellationToken);
            return Servers.Address(search);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalException($"The search data cannot be opened: {e.Message}", e);
        }
    }

    private async Task<Uri> StartFunctionsAsync(StorageAccount account, Uri search, CancellationToken cancellationToken)
    {
        var host = HostJson.Load(Path.Combine(Repository.Functions, "host.json"), settings);
        var app = settings.With(
            ("AzureWebJobsStorage", account.ConnectionString),
            ("Documents", account.ConnectionString),
            ("Sync__Container", options.Container),
            ("Search__Endpoint", search.AbsoluteUri.TrimEnd('/')),
            ("AzureWebJobs.IndexBlob.Disabled", options.Poll ? null : "true")
        );
        var configuration = app.ToConfiguration(host.ToWebJobs());
        var gateway = parts.Add(await WorkerGateway.StartAsync(screen, options.Verbose, cancellationToken));
        var worker = parts.Add(await WorkerSupervisor.StartAsync(gateway, app, _logger, cancellationToken));
        var bridge = new TriggerBridge(worker, TimeProvider.System, _logger);
        _bridge = bridge;
        parts.Add(
            await StorageTriggers.StartAsync(
                worker.Functions,
                bridge,
                configuration,
                screen,
                options.Verbose,
                cancellationToken
            )
        );
        parts.Add(TimerTriggers.Start(worker.Functions, bridge, configuration, TimeProvider.System));
        var server = parts.Add(
            await FunctionsServer.StartAsync(
                options.Port,
                worker,
                bridge,
                host,
                configuration,
                screen,
                options.Verbose,
                cancellationToken
            )
        );
        return server.Address;
    }
}
