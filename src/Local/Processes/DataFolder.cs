using System.Text.Json;

namespace EmbeddingFunctions.Local.Processes;

/// <summary>The folder that Local keeps its data in, held by one Local at a time.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream @lock) => (Path, _lock) = (path, @lock);

    public string Path { get; }

    private string Endpoints => In("endpoints.json");

    /// <exception cref="LocalException">Not writable, or another Local has it.</exception>
    public static DataFolder Open(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalException($"The data folder cannot be created: {path} ({e.Message})", e);
        }
        var file = System.IO.Path.Combine(path, "lock");
        try
        {
            var held = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var folder = new DataFolder(path, held);
            // of a Local that was killed
            File.Delete(folder.Endpoints);
            return folder;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new LocalException($"The data folder is not writable: {path}", e);
        }
        catch (IOException e)
        {
            throw new LocalException(
                $"The data folder is in use by another Local: {path} (choose another one with --data)",
                e
            );
        }
    }

    public string In(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Tells other programs what is where; the file exists while everything is ready.</summary>
    public async Task WriteEndpointsAsync(object endpoints, CancellationToken cancellationToken)
    {
        var temporary = Endpoints + ".tmp";
        await File.WriteAllBytesAsync(
            temporary,
            JsonSerializer.SerializeToUtf8Bytes(endpoints, Json.Indented),
            cancellationToken
        );
        File.Move(temporary, Endpoints, overwrite: true);
    }

    public void Dispose()
    {
        File.Delete(Endpoints);
        _lock.Dispose();
    }
}
