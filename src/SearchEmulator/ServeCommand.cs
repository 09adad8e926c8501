using System.Net;
using System.Net.Sockets;

namespace EmbeddingFunctions.SearchEmulator;

internal static class ServeCommand
{
    private const int LongestDelay = 60_000;

    /// <summary>Azure AI Search's REST API (2023-11-01) on this machine, by http and https. Ctrl-C stops it.</summary>
    /// <param name="data">Folder of the indexes; made if missing.</param>
    /// <param name="port">Port of http; 0 takes any free one.</param>
    /// <param name="httpsPort">Port of https; without it the one after the port of http, or any free one.</param>
    /// <param name="host">Address to listen on; other than the loopback only with a key.</param>
    /// <param name="apiKey">The admin key: what the api-key header must be; everybody is let in without it.</param>
    /// <param name="queryKeys">Keys that can only read documents, joined by commas.</param>
    /// <param name="visibilityDelay">Milliseconds until a written document is found, 0 to 60000.</param>
    /// <param name="faults">Every n-th call fails: 503/5,429/7,207/3,413/9,2000ms/2.</param>
    public static async Task<int> ServeAsync(
        string data,
        int port = 0,
        int? httpsPort = null,
        string host = "127.0.0.1",
        string? apiKey = null,
        string[]? queryKeys = null,
        int visibilityDelay = 0,
        string faults = "",
        CancellationToken cancellationToken = default
    )
    {
        var options = new SearchEmulatorOptions
        {
            DataFolder = data,
            Port = port,
            HttpsPort = httpsPort ?? (port == 0 ? 0 : port + 1),
            Host = host,
            ApiKey = apiKey,
            QueryKeys = queryKeys ?? [],
            VisibilityDelay = TimeSpan.FromMilliseconds(visibilityDelay),
        };
        if (Wrong(options, faults) is { } sentence)
            return await FailAsync(sentence);
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
                return await FailAsync(PortSentence(e, options));
            }
            await Console.Out.WriteLineAsync(
                $"Search emulator on {string.Join(" and ", app.Urls)}, data in {Path.GetFullPath(data)}"
            );
            await Task.Delay(Timeout.Infinite, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await app.StopAsync(CancellationToken.None);
            return 0;
        }
    }

    private static string? Wrong(SearchEmulatorOptions options, string faults)
    {
        if (options.Port is < 0 or > 65535)
            return $"--port is {options.Port}; expected 0 (any free port) to 65535.";
        if (options.HttpsPort is < 0 or > 65535)
            return $"--https-port is {options.HttpsPort}; expected 0 (any free port) to 65535.";
        IPAddress? address = null;
        if (options.Host != "localhost" && !IPAddress.TryParse(options.Host, out address))
            return $"--host is '{options.Host}'; expected an IP address or localhost.";
        if (address is not null && !IPAddress.IsLoopback(address) && string.IsNullOrEmpty(options.ApiKey))
            return $"--host {options.Host} can be reached by other machines; give an --api-key with it.";
        if (options.ApiKey is { Length: 0 } || options.QueryKeys.Any(string.IsNullOrEmpty))
            return "A key is empty; expected at least one character.";
        if (options.QueryKeys.Count > 0 && options.ApiKey is null)
            return "--query-keys restrict nothing without an --api-key.";
        if (options.VisibilityDelay.TotalMilliseconds is < 0 or > LongestDelay)
            return $"--visibility-delay is {options.VisibilityDelay.TotalMilliseconds}; expected 0 to {LongestDelay} milliseconds.";
        try
        {
            options.Faults.FailEvery(faults);
            return null;
        }
        catch (FormatException e)
        {
            return $"--faults: {e.Message}";
        }
    }

    private static string PortSentence(Exception e, SearchEmulatorOptions options)
    {
        var reason = e is IOException { InnerException: { } inner } ? inner.Message : e.Message;
        var (port, option) = e.Message.Contains("https://", StringComparison.Ordinal)
            ? (options.HttpsPort, "--https-port")
            : (options.Port, "--port");
        return $"Port {port} of {options.Host} cannot be used: {reason}. Choose another one with {option}, or 0 for any.";
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
