using EmbeddingFunctions.Local.Console;
using EmbeddingFunctions.Local.Settings;
using EmbeddingFunctions.Local.Triggers;
using EmbeddingFunctions.Local.Worker;
using EmbeddingFunctions.Local.Worker.Protocol;
using Yarp.ReverseProxy.Forwarder;

namespace EmbeddingFunctions.Local.Http;

/// <summary>The public address: HTTP functions, forwarded to the worker as the Functions host does.</summary>
internal sealed class FunctionsServer : IAsyncDisposable
{
    private static readonly ForwarderRequestConfig Forwarding = new() { ActivityTimeout = TimeSpan.FromSeconds(240) };

    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _client;

    private FunctionsServer(WebApplication app, HttpMessageInvoker client) => (_app, _client) = (app, client);

    public Uri Address => Servers.Address(_app);

    public static async Task<FunctionsServer> StartAsync(
        int port,
        WorkerSupervisor worker,
        TriggerBridge bridge,
        HostJson host,
        IConfiguration settings,
        Screen screen,
        bool verbose,
        CancellationToken cancellationToken
    )
    {
        var builder = Servers.CreateBuilder(screen, verbose);
        Servers.Listen(builder, port, listen => listen.UseRawTargets());
        builder.Services.AddHttpForwarder();
        var app = builder.Build();
        var client = RawForwarding.CreateClient();
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        foreach (var function in worker.Functions.Where(function => function.Trigger.Kind == TriggerKind.Http))
        {
            if (!FunctionSwitches.IsDisabled(settings, function.Name))
            {
                Map(
                    app,
                    host.RoutePrefix,
                    function,
                    context => ForwardAsync(context, function, worker, forwarder, client)
                );
            }
        }
        AdminEndpoint.Map(app, bridge);
        await Servers.StartAsync(app, "the functions", "--port", cancellationToken);
        return new FunctionsServer(app, client);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private static void Map(WebApplication app, string prefix, Function function, RequestDelegate handle)
    {
        var route = Trigger.Text(function.Trigger.Raw, "route") is { Length: > 0 } given ? given : function.Name;
        var pattern = prefix.Length == 0 ? $"/{route}" : $"/{prefix}/{route}";
        var methods = function.Trigger.Raw.TryGetProperty("methods", out var listed)
            ? listed.EnumerateArray().Select(method => method.GetString()!.ToUpperInvariant()).ToArray()
            : [];
        if (methods.Length == 0)
        {
            app.Map(pattern, handle);
        }
        else
        {
            app.MapMethods(pattern, methods, handle);
        }
    }

    private static async Task ForwardAsync(
        HttpContext context,
        Function function,
        WorkerSupervisor supervisor,
        IHttpForwarder forwarder,
        HttpMessageInvoker client
    )
    {
        if (supervisor.Current is not { } worker)
        {
            await UnavailableAsync(context);
            return;
        }
        var invocation = Guid.NewGuid().ToString();
        // the worker pairs the request with the invocation by it
        context.Request.Headers["x-ms-invocation-id"] = invocation;
        var forward = forwarder
            .SendAsync(
                context,
                worker.Http.ToString(),
                client,
                Forwarding,
                FunctionForwarding.Instance,
                context.RequestAborted
            )
            .AsTask();
        var request = new InvocationRequest
        {
            InvocationId = invocation,
            FunctionId = function.Id,
            InputData =
            {
                new ParameterBinding
                {
                    Name = function.Trigger.Parameter,
                    Data = new TypedData { Http = new RpcHttp() },
                },
            },
        };
        // a function takes the values of its route as parameters
        foreach (var (name, value) in context.Request.RouteValues)
        {
            if (value is string text)
            {
                request.TriggerMetadata[name] = new TypedData { String = text };
            }
        }
        // its failure is the worker's answer over HTTP
        await worker
            .InvokeAsync(request, context.RequestAborted)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (
            await forward != ForwarderError.None
            && !context.Response.HasStarted
            && !context.RequestAborted.IsCancellationRequested
        )
        {
            await UnavailableAsync(context);
        }
    }

    private static Task UnavailableAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return Results
            .Problem(
                "The functions' worker is starting; try again in a second.",
                statusCode: StatusCodes.Status503ServiceUnavailable
            )
            .ExecuteAsync(context);
    }

    private sealed class FunctionForwarding() : RawForwarding(keepHost: true)
    {
        public static readonly FunctionForwarding Instance = new();
    }
}
