using EmbeddingFunctions.Local.Console;

namespace EmbeddingFunctions.Local;

internal static class Commands
{
    /// <summary>
    /// Runs the whole of EmbeddingFunctions on this machine: storage (Azurite), search, the functions, and a folder
    /// that is indexed as it changes. Ctrl-C stops everything; the data stays.
    /// </summary>
    /// <param name="data">Folder of everything that is kept.</param>
    /// <param name="port">Port of the functions; 0 = any free one.</param>
    /// <param name="blobPort">Port of the blob service, queue and table next to it; 0 = any free ones.</param>
    /// <param name="watch">Folder to mirror into the container.</param>
    /// <param name="container">Blob container whose documents are indexed.</param>
    /// <param name="storage">Connection string of a storage account to use instead of starting Azurite.</param>
    /// <param name="search">Address of a search service to use instead of the emulator (its key: setting Search__Key).</param>
    /// <param name="poll">Find new blobs by polling (the blob trigger) instead of by events.</param>
    /// <param name="verbose">Show everything that the parts log.</param>
    public static async Task<int> RunAsync(
        string data = ".local",
        int port = 7071,
        int blobPort = 10000,
        string? watch = null,
        string container = "documents",
        string? storage = null,
        string? search = null,
        bool poll = false,
        bool verbose = false
    )
    {
        var screen = Screen.Create();
        using var stop = new StopSignals();
        await using var told = stop.Token.Register(screen.Stopping);
        try
        {
            var options = new LocalOptions
            {
                Data = Path.GetFullPath(data),
                Port = port,
                BlobPort = blobPort,
                Watch = watch is null ? null : Path.TrimEndingDirectorySeparator(Path.GetFullPath(watch)),
                Container = container,
                Storage = storage,
                Search = search is null ? null : LocalOptions.Address(search),
                Poll = poll,
                Verbose = verbose,
            };
            options.Validate();
            await LocalRun.RunAsync(options, screen, stop.Token);
            return 0;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return 0;
        }
        catch (LocalException e)
        {
            screen.Error(e.Message);
            return 1;
        }
        catch (Exception e)
        {
            // not expected: the stack is what a report needs
            screen.Error(e.ToString());
            return 1;
        }
    }
}
