using System.IO.Compression;

namespace EmbeddingFunctions.Tools.Importing;

/// <summary>A model as it was given: a folder, or a zip that is unpacked until this is disposed.</summary>
internal sealed class ModelSource : IDisposable
{
    /// <summary>Far more than any model has, few enough to be gone through.</summary>
    private const int MostEntries = 10_000;

    private readonly string? _temporary;

    private ModelSource(string name, string folder, string? temporary) =>
        (Name, Folder, _temporary) = (name, folder, temporary);

    /// <summary>Name of the folder, of the one folder in the zip, or of the zip file.</summary>
    public string Name { get; }

    public string Folder { get; }

    /// <exception cref="ToolException">It is neither a folder nor a zip, or the zip is broken or hostile.</exception>
    public static async Task<ModelSource> OpenAsync(string source, Screen screen, CancellationToken cancellationToken)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(source));
        if (Directory.Exists(path))
        {
            return new ModelSource(Path.GetFileName(path), path, temporary: null);
        }

        if (!File.Exists(path))
        {
            throw new ToolException($"There is no folder or file {path}.");
        }

        var temporary = Directory.CreateTempSubdirectory("embedding-functions-import-").FullName;
        try
        {
            await UnpackAsync(path, temporary, screen, cancellationToken);
            var root = Root(temporary);
            var name = root == temporary ? Path.GetFileNameWithoutExtension(path) : Path.GetFileName(root);
            return new ModelSource(name, root, temporary);
        }
        catch
        {
            Directory.Delete(temporary, recursive: true);
            throw;
        }
    }

    public void Dispose()
    {
        if (_temporary is not null)
        {
            Directory.Delete(_temporary, recursive: true);
        }
    }

    private static async Task UnpackAsync(
        string file,
        string folder,
        Screen screen,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await using var zip = await ZipFile.OpenReadAsync(file, cancellationToken);
            if (zip.Entries.Count > MostEntries)
            {
                throw new ToolException($"{file} has {zip.Entries.Count} entries; at most {MostEntries} are unpacked.");
            }

            await screen.ProgressAsync(
                $"unpacking {Path.GetFileName(file)}",
                zip.Entries.Sum(entry => entry.Length),
                report => UnpackAsync(zip, folder, report, cancellationToken)
            );
        }
        catch (InvalidDataException e)
        {
            throw new ToolException($"{file} is neither a folder nor a whole zip file: {e.Message}", e);
        }
    }

    private static async Task UnpackAsync(
        ZipArchive zip,
        string folder,
        Action<double> report,
        CancellationToken cancellationToken
    )
    {
        var done = 0L;
        foreach (var entry in zip.Entries.Where(entry => entry.Name.Length > 0))
        {
            var path = Path.GetFullPath(Path.Combine(folder, entry.FullName));
            if (!path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                throw new ToolException($"The zip's entry '{entry.FullName}' points out of the zip.");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var content = await entry.OpenAsync(cancellationToken);
            await using var target = new FileStream(path, FileMode.CreateNew);
            await Bounded.CopyAsync(content, target, entry.Length, entry.FullName, cancellationToken);
            done += entry.Length;
            report(done);
        }
    }

    /// <summary>Zips often hold one folder that holds the model.</summary>
    private static string Root(string folder) =>
        Directory.GetFiles(folder) is [] && Directory.GetDirectories(folder) is [var only] ? only : folder;
}
