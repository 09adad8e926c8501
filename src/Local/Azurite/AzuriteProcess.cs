using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using EmbeddingFunctions.Local.Processes;

namespace EmbeddingFunctions.Local.Azurite;

/// <summary>A running Azurite: blob, queue and table services on this machine, kept in a folder.</summary>
internal sealed partial class AzuriteProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(6);

    private readonly ChildProcess _child;

    private AzuriteProcess(ChildProcess child, StoragePorts ports) => (_child, Ports) = (child, ports);

    public Task<int> Exited => _child.Exited;

    public StoragePorts Ports { get; }

    /// <param name="install">The program.</param>
    /// <param name="data">Folder of Local's data.</param>
    /// <param name="wanted">Ports; 0 means any.</param>
    /// <param name="logger">Gets what Azurite says.</param>
    /// <param name="cancellationToken">Gives up waiting and ends it.</param>
    /// <exception cref="LocalException">It ends, or does not listen in time.</exception>
    public static async Task<AzuriteProcess> StartAsync(
        AzuriteInstall install,
        DataFolder data,
        StoragePorts wanted,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        var preload = data.In("azurite-preload.cjs");
        await using (var source = typeof(AzuriteProcess).Assembly.GetManifestResourceStream("preload.cjs")!)
        await using (var file = File.Create(preload))
        {
            await source.CopyToAsync(file, cancellationToken);
        }
        var start = new Listening();
        var child = ChildProcess.Start(
            new ProcessStartInfo(install.Node, Arguments(install, preload, data.In("azurite"), wanted))
            {
                WorkingDirectory = data.Path,
            },
            line =>
            {
                Log.AzuriteOutput(logger, line);
                start.Read(line);
            },
            line =>
            {
                Log.AzuriteError(logger, line);
                start.LastError = line;
            }
        );
        Log.ProcessStarted(logger, "Azurite", child.Id);
        try
        {
            var ended = await Task.WhenAny(start.Ports, child.Exited).WaitAsync(StartTimeout, cancellationToken);
            return ended == start.Ports
                ? new AzuriteProcess(child, await start.Ports)
                : throw new LocalException(
                    $"Azurite ended while starting: {start.LastError ?? $"exit code {await child.Exited}"}"
                );
        }
        catch (Exception e)
        {
            await child.DisposeAsync();
            throw e is TimeoutException
                ? new LocalException($"Azurite did not start within {StartTimeout.TotalSeconds:0} s.", e)
                : e;
        }
    }

    /// <summary>Saves its databases and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _child.StopAsync(Grace);
        await _child.DisposeAsync();
    }

    private static IEnumerable<string> Arguments(
        AzuriteInstall install,
        string preload,
        string location,
        StoragePorts ports
    ) =>
        [
            "--require",
            preload,
            install.Script,
            "--location",
            location,
            "--silent",
            // Azurite refuses clients that are newer than itself otherwise
            "--skipApiVersionCheck",
            "--disableTelemetry",
            "--blobHost",
            "127.0.0.1",
            "--blobPort",
            Text(ports.Blob),
            "--queueHost",
            "127.0.0.1",
            "--queuePort",
            Text(ports.Queue),
            "--tableHost",
            "127.0.0.1",
            "--tablePort",
            Text(ports.Table),
        ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Learns from the output where the services listen.</summary>
    private sealed partial class Listening
    {
        private readonly ConcurrentDictionary<string, int> _found = new(StringComparer.Ordinal);
        private readonly TaskCompletionSource<StoragePorts> _ports = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );

        public Task<StoragePorts> Ports => _ports.Task;

        public string? LastError { get; set; }

        public void Read(string line)
        {
            if (Pattern().Match(line) is not { Success: true } match)
            {
                return;
            }
            _found[match.Groups["service"].Value] = int.Parse(
                match.Groups["port"].ValueSpan,
                CultureInfo.InvariantCulture
            );
            if (
                _found.TryGetValue("Blob", out var blob)
                && _found.TryGetValue("Queue", out var queue)
                && _found.TryGetValue("Table", out var table)
            )
            {
                _ports.TrySetResult(new StoragePorts(blob, queue, table));
            }
        }

        [GeneratedRegex(
            @"Azurite (?<service>\w+) service is successfully listening at http://127\.0\.0\.1:(?<port>\d+)",
            RegexOptions.ExplicitCapture,
            1000
        )]
        private static partial Regex Pattern();
    }
}

/// <summary>Ports of the three services; 0 means any.</summary>
internal sealed record StoragePorts(int Blob, int Queue, int Table);
