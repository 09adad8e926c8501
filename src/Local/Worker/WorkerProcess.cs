using System.Diagnostics;
using System.Globalization;
using EmbeddingFunctions.Local.Processes;
using EmbeddingFunctions.Local.Settings;
using EmbeddingFunctions.Local.Worker.Protocol;

namespace EmbeddingFunctions.Local.Worker;

/// <summary>A worker that has been started and has loaded its functions.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private const string Assembly = "EmbeddingFunctions.Functions.dll";
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _child;
    private readonly WorkerChannel _channel;

    private WorkerProcess(ChildProcess child, WorkerChannel channel, Uri http, IReadOnlyList<Function> functions)
    {
        _child = child;
        _channel = channel;
        Http = http;
        Functions = functions;
    }

    public int Id => _child.Id;

    public Task<int> Exited => _child.Exited;

    /// <summary>The web server inside the worker; it answers only together with an invocation.</summary>
    public Uri Http { get; }

    public IReadOnlyList<Function> Functions { get; }

    /// <exception cref="WorkerException">It ended or did not answer before its functions were loaded.</exception>
    public static async Task<WorkerProcess> StartAsync(
        WorkerGateway gateway,
        AppSettings settings,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        var folder = Repository.Functions;
        var assembly = Path.Combine(folder, Assembly);
        if (!File.Exists(assembly))
        {
            throw new LocalException($"The functions are not built: {assembly} does not exist.");
        }
        var id = Guid.NewGuid().ToString("N");
        var errors = new ErrorOutput(logger);
        var child = ChildProcess.Start(
            Start(folder, assembly, id, gateway.Address, settings),
            line => Log.WorkerOutput(logger, line),
            errors.Add
        );
        Log.ProcessStarted(logger, "the worker", child.Id);
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(HandshakeTimeout);
            var shaking = HandshakeAsync(gateway, id, child, folder, timeout.Token);
            if (await Task.WhenAny(shaking, child.Exited) != shaking)
            {
                await timeout.CancelAsync();
                await ((Task)shaking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                var exitCode = await child.Exited;
                throw new WorkerException(
                    exitCode == 1 && errors.TakeSentence() is { } sentence
                        ? sentence.TrimEnd('.')
                        : $"it ended with exit code {exitCode} while starting"
                );
            }
            return await shaking;
        }
        catch (Exception e)
        {
            await child.DisposeAsync();
            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new WorkerException($"it did not load its functions within {HandshakeTimeout.TotalSeconds:0} s");
            }
            throw;
        }
        finally
        {
            gateway.Forget(id);
            errors.Release();
        }
    }

    /// <inheritdoc cref="WorkerChannel.InvokeAsync"/>
    public Task InvokeAsync(InvocationRequest request, CancellationToken cancellationToken) =>
        _channel.InvokeAsync(request, cancellationToken);

    /// <summary>Lets the worker finish what it does, for at most the grace period.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        _channel.Terminate(grace);
        await _child.ExitOrKillAsync(grace + TimeSpan.FromSeconds(1));
    }

    public ValueTask DisposeAsync() => _child.DisposeAsync();

    private static ProcessStartInfo Start(string folder, string assembly, string id, Uri gateway, AppSettings settings)
    {
        string[] arguments =
        [
            assembly,
            "--functions-uri",
            gateway.ToString(),
            "--functions-worker-id",
            id,
            "--functions-request-id",
            id,
            "--functions-grpc-max-message-length",
            int.MaxValue.ToString(CultureInfo.InvariantCulture),
        ];
        var start = new ProcessStartInfo(DotNet, arguments) { WorkingDirectory = folder };
        foreach (var (key, value) in settings.Values)
        {
            start.Environment[key] = value;
        }
        start.Environment["FUNCTIONS_WORKER_DIRECTORY"] = folder;
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = folder;
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        // a debugger's or test runner's wish for Local's own address is not the worker's
        start.Environment.Remove("ASPNETCORE_URLS");
        return start;
    }

    /// <summary>The runtime that runs Local runs the worker too.</summary>
    private static string DotNet =>
        Environment.ProcessPath is { } path
        && string.Equals(Path.GetFileNameWithoutExtension(path), "dotnet", StringComparison.OrdinalIgnoreCase)
            ? path
            : "dotnet";

    private static async Task<WorkerProcess> HandshakeAsync(
        WorkerGateway gateway,
        string id,
        ChildProcess child,
        string folder,
        CancellationToken cancellationToken
    )
    {
        var channel = await gateway.AcceptAsync(id, cancellationToken);
        var init = await channel.AskAsync(
            new StreamingMessage
            {
                WorkerInitRequest = new WorkerInitRequest
                {
                    HostVersion = "4.0.0",
                    WorkerDirectory = folder,
                    FunctionAppDirectory = folder,
                },
            },
            cancellationToken
        );
        WorkerChannel.Require(init.WorkerInitResponse.Result, "initialization");
        if (!init.WorkerInitResponse.Capabilities.TryGetValue("HttpUri", out var http))
        {
            throw new WorkerException("it has no ASP.NET Core integration (no HttpUri)");
        }
        var described = await channel.AskAsync(
            new StreamingMessage
            {
                FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = folder },
            },
            cancellationToken
        );
        WorkerChannel.Require(described.FunctionMetadataResponse.Result, "metadata");
        var functions = described.FunctionMetadataResponse.FunctionMetadataResults.Select(Function.From).ToList();
        foreach (var function in functions)
        {
            var loaded = await channel.AskAsync(
                new StreamingMessage
                {
                    FunctionLoadRequest = new FunctionLoadRequest
                    {
                        FunctionId = function.Id,
                        Metadata = function.Metadata,
                    },
                },
                cancellationToken
            );
            WorkerChannel.Require(loaded.FunctionLoadResponse.Result, $"loading {function.Name}");
        }
        return new WorkerProcess(child, channel, new Uri(http), functions);
    }

    /// <summary>
    /// The worker's standard error. While it starts, it is held back: if it is one sentence, that is why it does not. Thread-safe.
    /// </summary>
    private sealed class ErrorOutput(ILogger logger)
    {
        private readonly Lock _lock = new();
        private List<string>? _held = [];

        public void Add(string line)
        {
            lock (_lock)
            {
                if (_held is not null)
                {
                    _held.Add(line);
                    return;
                }
            }
            Log.WorkerError(logger, line);
        }

        /// <summary>The only line so far, which is then not logged; null if there are none or many.</summary>
        public string? TakeSentence()
        {
            lock (_lock)
            {
                if (_held is not [var sentence])
                {
                    return null;
                }
                _held = [];
                return sentence;
            }
        }

        /// <summary>Logs what was held back, and what comes from now on at once.</summary>
        public void Release()
        {
            List<string> held;
            lock (_lock)
            {
                held = _held ?? [];
                _held = null;
            }
            held.ForEach(line => Log.WorkerError(logger, line));
        }
    }
}
