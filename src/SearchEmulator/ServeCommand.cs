using System.Net;
using System.Net.Sockets;

namespace EmbeddingFunctions.SearchEmulator;

internal static class ServeCommand
{
    /// <summary>Azure AI Search's REST API (2023-11-01) on this machine. Ctrl-C stops it.</summary>
    /// <param name="data">Folder of the indexes; made if missing.</param>
    /// <param name="port">Port on the loopback; 0 takes any free one.</param>
    /// <param name="host">Address to listen on.</param>
    /// <param name="apiKey">What the api-key header must be; everybody is let in without it.</param>
    public static async Task<int> ServeAsync(
        string data,
        int port = 0,
        string host = "127.0.0.1",
        string? apiKey = null,
        CancellationToken cancellationToken = default
    )
    {
        if (port is < 0 or > 65535)
        {
            return await FailAsync($"--port is {port}; expected 0 (any free port) to 65535.");
        }
        if (host != "localhost" && !IPAddress.TryParse(host, out _))
        {
            return await FailAsync($"--host is '{host}'; expected an IP address or localhost.");
        }
        var options = new SearchEmulatorOptions
        {
            DataFolder = data,
            Port = port,
            Host = host,
            ApiKey = apiKey,
        };
        WebApplication app;
        try
        {
            app = SearchEmulatorHost.Create(options, ToConsole);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return await FailAsync($"--data {data} cannot be used: {e.Message}");
        }
        await using (app)
        {
            try
            {
                await app.StartAsync(cancellationToken);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                var reason = e is IOException { InnerException: { } inner } ? inner.Message : e.Message;
                return await FailAsync(
                    $"Port {port} of {host} cannot be used: {reason}. Choose another one with --port, or 0 for any."
                );
            }
            await Console.Out.WriteLineAsync(
                $"Search emulator on {app.Urls.First()}, data in {Path.GetFullPath(data)}"
            );
            await Task.Delay(Timeout.Infinite, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await app.StopAsync(CancellationToken.None);
            return 0;
        }
    }

    // where it listens, and why it does not start, are said here, once
    private static void ToConsole(ILoggingBuilder logging) =>
        logging
            .AddFilter("Microsoft.Hosting", LogLevel.None)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
            .AddSimpleConsole();

    private static async Task<int> FailAsync(string sentence)
    {
        await Console.Error.WriteLineAsync(sentence);
        return 1;
    }
}
