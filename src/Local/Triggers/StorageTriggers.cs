using System.Runtime.ExceptionServices;
using EmbeddingFunctions.Local.Console;
using EmbeddingFunctions.Local.Worker;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Host.Executors;
using Microsoft.Azure.WebJobs.Host.Timers;

namespace EmbeddingFunctions.Local.Triggers;

/// <summary>Queue and blob triggers, by the same WebJobs extensions that run in Azure.</summary>
internal sealed class StorageTriggers : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly ILogger _logger;

    private StorageTriggers(IHost host, ILogger logger) => (_host, _logger) = (host, logger);

    public static async Task<StorageTriggers> StartAsync(
        IEnumerable<Function> functions,
        TriggerBridge bridge,
        IConfiguration settings,
        Screen screen,
        bool verbose,
        CancellationToken cancellationToken
    )
    {
        var types = new EmittedTypes(
            FunctionTypeEmitter.Emit(
                functions.Where(function => function.Trigger.Kind is TriggerKind.Queue or TriggerKind.Blob)
            )
        );
        var host = new HostBuilder()
            .ConfigureAppConfiguration(configuration => configuration.AddConfiguration(settings))
            .ConfigureLogging(logging => ScreenLogger.Configure(logging, screen, verbose))
            .ConfigureServices(services =>
            {
                // before AddWebJobs, which only adds what is missing
                services.AddSingleton<ITypeLocator>(types);
                services.AddSingleton<IHostIdProvider>(new HostId());
                services.AddSingleton<IWebJobsExceptionHandler, ExceptionHandler>();
                services.AddSingleton<IHostLifetime, Servers.NoLifetime>();
                services.AddSingleton<TriggerTarget.Invoke>(bridge.InvokeAsync);
                services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(10));
            })
            .ConfigureWebJobs(jobs => jobs.AddAzureStorageBlobs().AddAzureStorageQueues())
            .Build();
        await host.StartAsync(cancellationToken);
        return new StorageTriggers(
            host,
            host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(StorageTriggers).FullName!)
        );
    }

    /// <summary>Takes nothing new and waits for what runs.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _host.StopAsync();
        }
        // extension 5.3.10 stops a timer twice when two blob functions share a container
        catch (Exception e) when (e is InvalidOperationException or AggregateException or OperationCanceledException)
        {
            Log.TriggersStopped(_logger, e.Message);
        }
        _host.Dispose();
    }

    private sealed class EmittedTypes(Type type) : ITypeLocator
    {
        public IReadOnlyList<Type> GetTypes() => [type];
    }

    private sealed class HostId : IHostIdProvider
    {
        public Task<string> GetHostIdAsync(CancellationToken cancellationToken) =>
            Task.FromResult("embedding-functions-local");
    }

    /// <summary>WebJobs' own handler ends the process.</summary>
    private sealed class ExceptionHandler(ILoggerFactory loggers) : IWebJobsExceptionHandler
    {
        private readonly ILogger _logger = loggers.CreateLogger(typeof(StorageTriggers).FullName!);

        public Task OnTimeoutExceptionAsync(ExceptionDispatchInfo exceptionInfo, TimeSpan timeoutGracePeriod) =>
            OnUnhandledExceptionAsync(exceptionInfo);

        public Task OnUnhandledExceptionAsync(ExceptionDispatchInfo exceptionInfo)
        {
            Log.TriggerStopped(_logger, exceptionInfo.SourceException.Message);
            return Task.CompletedTask;
        }
    }
}
