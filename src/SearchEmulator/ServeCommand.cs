namespace EmbeddingFunctions.SearchEmulator;

internal static class ServeCommand
{
    /// <summary>Azure AI Search's REST API (2023-11-01) on this machine. Ctrl-C stops it.</summary>
    /// <param name="data">Folder of the indexes; made if missing.</param>
    /// <param name="port">Port on the loopback; 0 takes any free one.</param>
    /// <param name="host">Address to listen on.</param>
    /// <param name="apiKey">What the api-key header must be; everybody is let in without it.</param>
    public static async Task ServeAsync(
        string data,
        int port = 0,
        string host = "127.0.0.1",
        string? apiKey = null,
        CancellationToken cancellationToken = default
    )
    {
        var options = new SearchEmulatorOptions
        {
            DataFolder = data,
            Port = port,
            Host = host,
            ApiKey = apiKey,
        };
        await using var app = SearchEmulatorHost.Create(options, logging => logging.AddSimpleConsole());
        await app.StartAsync(cancellationToken);
        await Console.Out.WriteLineAsync($"Search emulator on {app.Urls.First()}, data in {Path.GetFullPath(data)}");
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await app.StopAsync(CancellationToken.None);
    }
}
