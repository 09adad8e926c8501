using System.IO.Enumeration;

namespace EmbeddingFunctions.Tools.Importing;

/// <summary>The files of a model's folder that are worth copying: other engines' weights are not.</summary>
internal static class ModelFiles
{
    private static readonly string[] OtherEngines =
    [
        "pytorch_model*",
        "model.safetensors*",
        "model-*.safetensors",
        "tf_model*",
        "flax_model*",
        "rust_model*",
        "openvino/*",
        "coreml/*",
        "*.gguf",
    ];

    /// <summary>Hidden files and folders (.git, .cache) are left out; links are followed to the files they name.</summary>
    public static IReadOnlyList<ModelFile> Of(string folder)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 4 };
        return
        [
            .. Directory
                .EnumerateFiles(folder, "*", options)
                .Select(path => (Path: path, Relative: Path.GetRelativePath(folder, path).Replace('\\', '/')))
                .Where(file =>
                    !OtherEngines.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, file.Relative))
                )
                .Select(file => new ModelFile(file.Path, file.Relative, Length(file.Path))),
        ];
    }

    private static long Length(string path)
    {
        using var file = File.OpenRead(path);
        return file.Length;
    }
}
