namespace EmbeddingFunctions.Embeddings.Tests;

/// <summary>A model folder of its own that a test may spoil; deleted at the end.</summary>
internal sealed class ModelFolderCopy : IDisposable
{
    // Only linked: weights are large, and no test changes them in place.
    private const int LargeFile = 1_000_000;

    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("embedding-model-");

    public ModelFolderCopy(string source)
    {
        Folder = Path.Combine(_parent.FullName, Path.GetFileName(source));
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(Folder, Path.GetRelativePath(source, file));
            _ = Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (new FileInfo(file).Length < LargeFile)
            {
                File.Copy(file, target);
            }
            else
            {
                _ = File.CreateSymbolicLink(target, file);
            }
        }
    }

    /// <summary>The folder that holds the model's folder.</summary>
    public string Parent => _parent.FullName;

    public string Folder { get; }

    public string PathOf(string file) => Path.Combine(Folder, file);

    public void Delete(string file) => File.Delete(PathOf(file));

    public void Write(string file, string content) => File.WriteAllText(PathOf(file), content);

    public void Replace(string file, string old, string with)
    {
        var content = File.ReadAllText(PathOf(file));
        content.ShouldContain(old);
        Write(file, content.Replace(old, with, StringComparison.Ordinal));
    }

    public void Cut(string file, int bytes)
    {
        var start = File.ReadAllBytes(PathOf(file)).AsSpan(0, bytes).ToArray();
        Delete(file);
        File.WriteAllBytes(PathOf(file), start);
    }

    public void Dispose() => _parent.Delete(recursive: true);
}
