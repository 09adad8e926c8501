namespace EmbeddingFunctions.Embeddings.Modules;

/// <summary>modules.json: the parts a text goes through, in order.</summary>
internal static class ModulesJson
{
    private const int MaxModules = 16;

    private static readonly string[] Transformers =
    [
        "sentence_transformers.models.Transformer",
        "sentence_transformers.base.modules.transformer.Transformer",
    ];

    private static readonly string[] Poolings =
    [
        "sentence_transformers.models.Pooling",
        "sentence_transformers.sentence_transformer.modules.pooling.Pooling",
    ];

    /// <exception cref="ModelFolderException">A module, or an order of modules, is not understood.</exception>
    public static ModulePlan Read(string folder)
    {
        var file = Json.Read(Path.Combine(folder, "modules.json"));
        Json[] modules = [.. file.Items.Take(MaxModules + 1)];
        if (modules.Length is < 2 or > MaxModules || !Is(modules[0], Transformers) || !Is(modules[1], Poolings))
        {
            var found = string.Join(", ", modules.Select(module => module["type"].Text.Split('.')[^1]));
            throw file.Unsupported(
                $"found {found}, expected Transformer, Pooling and up to {MaxModules - 2} of Dense and Normalize"
            );
        }

        string[] folders = [.. modules.Select(module => Inside(folder, module["path"]))];
        if (folders.Distinct(StringComparer.Ordinal).Count() != folders.Length)
        {
            throw file.Unsupported("two modules have one path, expected a folder of its own for each");
        }

        return new ModulePlan(
            folders[0],
            PoolingModule.Read(Path.Combine(folders[1], "config.json")),
            [.. modules.Zip(folders).Skip(2).Select(module => Vector(module.First["type"], module.Second))]
        );
    }

    private static bool Is(Json module, string[] types) => types.Contains(module["type"].Text, StringComparer.Ordinal);

    private static IVectorModule Vector(Json type, string folder) =>
        type.Text switch
        {
            "sentence_transformers.models.Dense" or "sentence_transformers.base.modules.dense.Dense" => Dense.Read(
                folder
            ),
            "sentence_transformers.models.Normalize" or "sentence_transformers.base.modules.normalize.Normalize" =>
                new Normalize(),
            var other => throw type.Unsupported(
                $"module '{other}' is not supported (Transformer, Pooling, then Dense and Normalize)"
            ),
        };

    /// <summary>A path of the file may name a folder inside the model's and none outside.</summary>
    private static string Inside(string folder, Json path)
    {
        var full = path.Text.Contains('\0', StringComparison.Ordinal)
            ? ""
            : Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(folder, path.Text)));
        return full == folder || full.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? full
            : throw path.Unsupported($"'{path.Text}' leads out of the model's folder");
    }
}

/// <summary>What a text goes through.</summary>
/// <param name="TransformerFolder">Holds config.json and the tokenizer.</param>
/// <param name="Pooling">Token vectors to one vector.</param>
/// <param name="After">What the vector goes through then.</param>
internal sealed record ModulePlan(string TransformerFolder, PoolingModule Pooling, IReadOnlyList<IVectorModule> After)
{
    /// <summary>What a folder without modules.json does not say itself; null leaves it to the folder.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>As <see cref="MaxTokens"/>.</summary>
    public IReadOnlyDictionary<string, string>? Prompts { get; init; }
}
