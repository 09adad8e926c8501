using System.Text.RegularExpressions;
using EmbeddingFunctions.Embeddings;

namespace EmbeddingFunctions.Tools.Importing;

/// <summary>Checks a model, tries it out, and copies it into the folder of models: whole, or not at all.</summary>
internal sealed partial class ModelImport(ModelSource source, string name, string models, bool replace)
{
    /// <exception cref="ToolException">The name is none, or taken; or the model does not do what its folder says.</exception>
    /// <exception cref="ModelFolderException">The folder says something that is not understood, or lacks a part.</exception>
    public async Task RunAsync(Screen screen, CancellationToken cancellationToken)
    {
        if (!Names().IsMatch(name))
        {
            throw new ToolException(
                $"'{name}' is no name for a model; 1 to 100 letters, digits, dots, hyphens and underscores were expected. Give one with --name."
            );
        }

        var target = Path.Combine(Path.GetFullPath(models), name);
        if (Directory.Exists(target) && !replace)
        {
            throw new ToolException($"{target} is there already; --replace replaces it.");
        }

        screen.Error($"checking {source.Folder}");
        screen.Line((await SelfTest.RunAsync(source.Folder, cancellationToken)).ToString());

        // beside its place, so that it can be moved there in one step
        var staging = Path.Combine(Path.GetFullPath(models), $".{name}.importing");
        try
        {
            var files = ModelFiles.Of(source.Folder);
            await CopyAsync(files, staging, screen, cancellationToken);

            // what was left behind must not have been needed
            _ = await SelfTest.RunAsync(staging, cancellationToken);
            Place(staging, target);
        }
        finally
        {
            Delete(staging);
        }

        screen.Line($"copied to {target}; use it as model '{name}'");
    }

    private static async Task CopyAsync(
        IReadOnlyList<ModelFile> files,
        string staging,
        Screen screen,
        CancellationToken cancellationToken
    )
    {
        Delete(staging);
        await screen.ProgressAsync(
            "copying",
            files.Sum(file => file.Bytes),
            async report =>
            {
                var done = 0L;
                foreach (var file in files)
                {
                    var path = Path.Combine(staging, file.RelativePath);
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    await using var content = File.OpenRead(file.Path);
                    await using var copy = new FileStream(path, FileMode.CreateNew);
                    await content.CopyToAsync(copy, cancellationToken);
                    report(done += file.Bytes);
                }
            }
        );
    }

    private static void Place(string staging, string target)
    {
        var old = target + ".replaced";
        Delete(old);
        if (Directory.Exists(target))
        {
            Directory.Move(target, old);
        }

        Directory.Move(staging, target);
        Delete(old);
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z", RegexOptions.None, 1000)]
    private static partial Regex Names();
}
