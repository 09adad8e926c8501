using System.Net.Sockets;

namespace EmbeddingFunctions.SearchEmulator;

internal static class ServeCommand
{
    /// <summary>Azure AI Search's REST API (2023-11-01) on this machine. Ctrl-C stops it.</summary>
    /// <param name="data">Folder of the indexes; made if missing.</param>
    /// <param name="port">Port on the loopback; 0 takes any free one.</param>
    /// <param name="host">Address to listen on.</param>
    /// <param name="apiKey">What the api-key header must be; everybody is let in without it.</param>
    public static Task<int> ServeAsync(
        string data,
        int port = 0,
        string host = "127.0.0.1",
        string? apiKey = null,
        CancellationToken cancellationToken = default
    ) =>
        RunAsync(
            new SearchEmulatorOptions
            {
                DataFolder = data,
                Port = port,
                Host = host,
                ApiKey = apiKey,
            },
            Console.Out,
            Console.Error,
            cancellationToken
        );

    internal static async Task<int> RunAsync(
        SearchEmulatorOptions options,
        TextWriter output,
        TextWriter error,
        CancellationToken cancellationToken
    )
    {
        var data = Path.GetFullPath(options.DataFolder);
        try
        {
            await using var app = SearchEmulatorHost.Create(options, Logging);
            await app.StartAsync(cancellationToken);
            await output.WriteLineAsync($"Search emulator on {app.Urls.First()}, data in {data}");
            await Task.Delay(Timeout.Infinite, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await app.StopAsync(CancellationToken.None);
            return 0;
        }
        // a port or folder in use, one that cannot be written, a port or address that is none
        catch (Exception e)
            when (e
                    is IOException
                        or SocketException
                        or UnauthorizedAccessException
                        or ArgumentOutOfRangeException
                        or FormatException
            )
        {
            var reason = e.Message.Split('\n', 2)[0].Trim();
            await error.WriteLineAsync(
                $"The search emulator cannot start on {options.Host}:{options.Port} with data in {data}: {reason}"
            );
            return 1;
        }
    }

    private static void Logging(ILoggingBuilder logging) =>
        // what ends the start is told in one sentence below
        logging
            .AddSimpleConsole()
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
            .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
}
