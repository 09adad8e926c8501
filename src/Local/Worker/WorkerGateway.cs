using System.Collections.Concurrent;
using System.Net;
using EmbeddingFunctions.Local.Console;
using EmbeddingFunctions.Local.Worker.Protocol;
using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EmbeddingFunctions.Local.Worker;

/// <summary>The gRPC server that workers call. A server of its own: it has to outlive the one that is stopped first.</summary>
internal sealed class WorkerGateway : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Arrivals _arrivals;

    private WorkerGateway(WebApplication app, Arrivals arrivals) => (_app, _arrivals) = (app, arrivals);

    public Uri Address => new(_app.Urls.Single());

    public static async Task<WorkerGateway> StartAsync(Screen screen, bool verbose, CancellationToken cancellationToken)
    {
        var builder = Servers.CreateBuilder(screen, verbose);
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2)
        );
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = int.MaxValue;
            grpc.MaxSendMessageSize = int.MaxValue;
        });
        builder.Services.AddSingleton<Arrivals>();
        var app = builder.Build();
        app.MapGrpcService<Endpoint>();
        await app.StartAsync(cancellationToken);
        return new WorkerGateway(app, app.Services.GetRequiredService<Arrivals>());
    }

    /// <summary>The channel of the worker that was started with this id, once it calls.</summary>
    public Task<WorkerChannel> AcceptAsync(string workerId, CancellationToken cancellationToken) =>
        _arrivals.Of(workerId).Task.WaitAsync(cancellationToken);

    public void Forget(string workerId) => _arrivals.Remove(workerId);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private sealed class Arrivals
    {
        private readonly ConcurrentDictionary<string, TaskCompletionSource<WorkerChannel>> _workers = new(
            StringComparer.Ordinal
        );

        public TaskCompletionSource<WorkerChannel> Of(string workerId) =>
            _workers.GetOrAdd(
                workerId,
                _ => new TaskCompletionSource<WorkerChannel>(TaskCreationOptions.RunContinuationsAsynchronously)
            );

        public void Remove(string workerId) => _workers.TryRemove(workerId, out _);
    }

    private sealed class Endpoint(Arrivals arrivals, ILoggerFactory loggers) : FunctionRpc.FunctionRpcBase
    {
        public override async Task EventStream(
            IAsyncStreamReader<StreamingMessage> requestStream,
            IServerStreamWriter<StreamingMessage> responseStream,
            ServerCallContext context
        )
        {
            if (
                !await requestStream.MoveNext(context.CancellationToken)
                || requestStream.Current.StartStream is not { } start
            )
            {
                throw new Grpc.Core.RpcException(
                    new Status(StatusCode.InvalidArgument, "The first message must be StartStream.")
                );
            }
            var channel = new WorkerChannel(loggers);
            arrivals.Of(start.WorkerId).TrySetResult(channel);
            await channel.RunAsync(requestStream, responseStream, context.CancellationToken);
        }
    }
}
