namespace EmbeddingFunctions.Embeddings.Folders;

/// <summary>Which of a folder's ONNX files is the model.</summary>
internal static class OnnxFile
{
    /// <summary>What most folders call their network.</summary>
    public const string Model = "model";

    /// <param name="folder">The model's.</param>
    /// <param name="name">Without precision: <see cref="Model"/>, or what else the folder calls its network.</param>
    /// <param name="precision">See <see cref="EmbeddingModelOptions.Precision"/>.</param>
    /// <exception cref="ModelFolderException">There is none, or several and none is the one by the rule.</exception>
    public static string Find(string folder, string name, string? precision)
    {
        string[] folders = [Path.Combine(folder, "onnx"), folder];
        var wanted = precision is null ? $"{name}.onnx" : $"{name}_{precision}.onnx";
        if (folders.Select(place => Path.Combine(place, wanted)).FirstOrDefault(File.Exists) is { } file)
        {
            return file;
        }

        string[] found =
        [
            .. folders
                .Where(Directory.Exists)
                .SelectMany(place => Directory.EnumerateFiles(place, name == Model ? "*.onnx" : $"{name}*.onnx"))
                .Order(StringComparer.Ordinal),
        ];
        return precision is null && found is [var only]
            ? only
            : throw new ModelFolderException(
                $"{folder}: found {found.Length} .onnx files ({string.Join(", ", found.Select(Path.GetFileName))}), expected onnx/{wanted}{(precision is null ? ", exactly one, or a precision that chooses" : "")}"
            );
    }
}
