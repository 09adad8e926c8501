using System.Net;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EmbeddingFunctions.SearchEmulator;

/// <summary>The door of the emulator for a process that wants it inside itself.</summary>
public static class SearchEmulatorHost
{
    /// <summary>
    /// Opens the data folder and builds a server that is not started yet: <c>await app.StartAsync()</c>, then <c>app.Urls</c> has the
    /// address; <c>await app.DisposeAsync()</c> closes it. Reads no configuration, environment or command line, and leaves Ctrl-C to
    /// the caller.
    /// </summary>
    /// <param name="options">Where and how.</param>
    /// <param name="logging">Adds log providers; without it nothing is logged.</param>
    /// <exception cref="ArgumentException">A query has no time at all.</exception>
    /// <exception cref="IOException">The data folder is in use or cannot be written.</exception>
    public static WebApplication Create(SearchEmulatorOptions options, Action<ILoggingBuilder>? logging = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.LongestQuery <= TimeSpan.Zero)
            throw new ArgumentException(
                $"LongestQuery is {options.LongestQuery}, but must be above 0.",
                nameof(options)
            );
        var address = options.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(options.Host);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Above the service's own limit: a client that sends too much gets its 413, not a cut connection.
            kestrel.Limits.MaxRequestBodySize = RequestBody.MostDrained;
            kestrel.Listen(address, options.Port);
            if (options.HttpsPort is { } port)
                kestrel.Listen(
                    address,
                    port,
                    listen =>
                        listen.UseHttps(DevCertificate.LoadOrCreate(options.DataFolder, address, TimeProvider.System))
                );
        });
        // The framework logs URLs, and those of GET searches hold the query.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging?.Invoke(builder.Logging);
        // The default lifetime takes Ctrl-C from the process that hosts us.
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, CallersLifetime>());
        builder.Services.AddSingleton(provider =>
            IndexCatalog.Open(
                options.DataFolder,
                new IndexSettings(
                    TimeProvider.System,
                    options.VisibilityDelay,
                    provider.GetRequiredService<ILoggerFactory>().CreateLogger("SearchEmulator")
                )
            )
        );
        var app = builder.Build();
        var catalog = app.Services.GetRequiredService<IndexCatalog>();
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("SearchEmulator");
        app.Run(new Router(catalog, options, logger).HandleAsync);
        return app;
    }

    private sealed class CallersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
