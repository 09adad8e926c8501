using System.Text.Json.Nodes;
using EmbeddingFunctions.Local.Console;
using EmbeddingFunctions.Local.Http;
using Yarp.ReverseProxy.Forwarder;

namespace EmbeddingFunctions.Local.Blobs;

/// <summary>
/// Stands in front of a blob service and queues an event for each successful write to one container, as an Event Grid
/// subscription does. The event is queued before the client gets its answer: no acknowledged write lacks its event.
/// </summary>
internal sealed class BlobProxy : IAsyncDisposable
{
    // a large upload may be silent for as long as its client likes
    private static readonly ForwarderRequestConfig Forwarding = new() { ActivityTimeout = TimeSpan.FromMinutes(30) };

    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _client;

    private BlobProxy(WebApplication app, HttpMessageInvoker client) => (_app, _client) = (app, client);

    public Uri Address => Servers.Address(_app);

    public sealed record Options
    {
        /// <summary>Where to listen; 0 = any.</summary>
        public required int Port { get; init; }

        /// <summary>The blob service behind it, with the account in the path where the service has it there.</summary>
        public required Uri Upstream { get; init; }

        /// <summary>The container whose writes make events.</summary>
        public required string Container { get; init; }

        /// <summary>Queues an event, or null for no events.</summary>
        public required Func<JsonObject, CancellationToken, Task>? Publish { get; init; }
    }

    public static async Task<BlobProxy> StartAsync(
        Options options,
        Screen screen,
        bool verbose,
        CancellationToken cancellationToken
    )
    {
        var builder = Servers.CreateBuilder(screen, verbose);
        Servers.Listen(builder, options.Port);
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<Forwarder>();
        var app = builder.Build();
        var client = RawForwarding.CreateClient();
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        var transformer = app.Services.GetRequiredService<Forwarder>();
        var destination = options.Upstream.GetLeftPart(UriPartial.Authority);
        app.Run(async context =>
        {
            if (
                options.Upstream.IsLoopback
                && BlobWrite.From(context.Request, options.Upstream.AbsolutePath) is { IsDeletion: false } write
                && !BlobWrite.IsListable(write.Name)
            )
            {
                await Results
                    .Problem(
                        "The blob's name has a control character that Azurite cannot list.",
                        statusCode: StatusCodes.Status400BadRequest
                    )
                    .ExecuteAsync(context);
                return;
            }
            var error = await forwarder.SendAsync(
                context,
                destination,
                client,
                Forwarding,
                transformer,
                context.RequestAborted
            );
            if (error != ForwarderError.None && !context.Response.HasStarted)
            {
                await Results
                    .Problem("The blob service does not answer.", statusCode: StatusCodes.Status503ServiceUnavailable)
                    .ExecuteAsync(context);
            }
        });
        await Servers.StartAsync(app, "the blob service", "--blob-port", cancellationToken);
        return new BlobProxy(app, client);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _client.Dispose();
    }

    // Azurite tells accounts by the host that the client named; a service elsewhere must get its own
    private sealed class Forwarder(Options options, TimeProvider time, ILogger<BlobProxy> logger)
        : RawForwarding(keepHost: options.Upstream.IsLoopback)
    {
        private readonly string _account = options.Upstream.AbsolutePath.Trim('/') is { Length: > 0 } path
            ? path
            : options.Upstream.Host.Split('.')[0];

        public override async ValueTask<bool> TransformResponseAsync(
            HttpContext httpContext,
            HttpResponseMessage? proxyResponse,
            CancellationToken cancellationToken
        )
        {
            if (
                options.Publish is { } publish
                && proxyResponse is { IsSuccessStatusCode: true }
                && BlobWrite.From(httpContext.Request, options.Upstream.AbsolutePath) is { } write
                && string.Equals(write.Container, options.Container, StringComparison.Ordinal)
            )
            {
                var message = BlobEvent.Create(write, options.Upstream, _account, proxyResponse, time.GetUtcNow());
                await PublishAsync(publish, message);
            }
            return await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        }

        private async Task PublishAsync(Func<JsonObject, CancellationToken, Task> publish, JsonObject message)
        {
            try
            {
                // not the client's token: the blob is written even if its client has gone
                await publish(message, CancellationToken.None);
            }
            catch (Exception e)
            {
                Log.EventLost(logger, e.Message);
            }
        }
    }
}
