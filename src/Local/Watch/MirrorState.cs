using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace EmbeddingFunctions.Local.Watch;

/// <summary>
/// What the mirror has put into the container, kept so that it deletes nothing but that, even what went while it was not
/// running. One file for each folder and container.
/// </summary>
internal sealed class MirrorState
{
    private readonly string _path;

    private MirrorState(string path, Dictionary<string, MirroredFile> files) => (_path, Files) = (path, files);

    /// <summary>By blob name.</summary>
    public Dictionary<string, MirroredFile> Files { get; }

    public static MirrorState Load(string dataFolder, string folder, string container)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{folder}\n{container}")))[..12];
        var path = Path.Combine(dataFolder, $"mirror-{id}.json");
        return new MirrorState(path, Read(path));
    }

    /// <summary>Replaces the file as a whole.</summary>
    public void Save()
    {
        var temporary = _path + ".tmp";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(Files, Json.Readable));
        File.Move(temporary, _path, overwrite: true);
    }

    private static Dictionary<string, MirroredFile> Read(string path)
    {
        try
        {
            var read = JsonSerializer.Deserialize<Dictionary<string, MirroredFile>>(
                File.ReadAllBytes(path),
                Json.Readable
            );
            return new Dictionary<string, MirroredFile>(read ?? [], StringComparer.Ordinal);
        }
        // the first time, or damaged by hand: everything is put again, nothing is deleted
        catch (Exception e) when (e is FileNotFoundException or JsonException)
        {
            return new Dictionary<string, MirroredFile>(StringComparer.Ordinal);
        }
    }
}

/// <summary>A blob that the mirror has put; without an ETag it was only about to.</summary>
internal sealed record MirroredFile(FileStamp Stamp, string? ETag);
