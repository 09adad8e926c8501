using EmbeddingFunctions.Embeddings.Modules;

namespace EmbeddingFunctions.Embeddings.Folders;

/// <summary>Everything a model folder says, but for the tokenizer and the network's weights.</summary>
internal sealed record ModelFolder(
    ModelDescription Description,
    ModulePlan Modules,
    TransformerFolder Transformer,
    string? DefaultPromptName,
    string OnnxFile
)
{
    /// <summary>Longest vector; whoever says more is mistaken.</summary>
    public const int MaxDimensions = 65_536;

    // The names that sentence-transformers tries for what is embedded to be found, in its order.
    private static readonly string[] DocumentPrompts = ["document", "passage", "corpus"];
    private static readonly string[] QueryPrompts = ["query"];

    /// <param name="folder">As published on the hubs.</param>
    /// <param name="precision">See <see cref="EmbeddingModelOptions.Precision"/>.</param>
    /// <exception cref="ModelFolderException">The folder says something that is not understood, or lacks a part.</exception>
    public static ModelFolder Read(string folder, string? precision = null)
    {
        var path = FullPath(folder);
        var modules = File.Exists(Path.Combine(path, "modules.json"))
            ? ModulesJson.Read(path)
            : UnlabelledFolder.Read(path);
        var transformer = TransformerFolder.Read(modules.TransformerFolder, modules.MaxTokens);
        var config = Json.ReadOptional(Path.Combine(path, "config_sentence_transformers.json"));
        var description = new ModelDescription
        {
            Name = Path.GetFileName(path),
            Dimensions = Dimensions(modules),
            MaxTokens = transformer.MaxTokens,
            Pooling = modules.Pooling.Modes,
            Normalized = modules.After is [.., Normalize],
            Similarity = ReadSimilarity(config?.OptionalValue("similarity_fn_name")),
            Prompts = ReadPrompts(config),
            Licence = ReadLicence(path),
        };
        var defaultPrompt = config?.OptionalValue("default_prompt_name");
        if (defaultPrompt?.Text is { } name && !description.Prompts.ContainsKey(name))
        {
            throw defaultPrompt.Value.Unsupported($"prompt '{name}' is not among the prompts");
        }

        var onnx = Folders.OnnxFile.Find(path, Folders.OnnxFile.Model, precision);
        return new ModelFolder(description, modules, transformer, defaultPrompt?.Text, onnx);
    }

    /// <summary>Whether a folder is meant as a model that embeds texts, be it understood or not.</summary>
    public static bool IsOne(string folder)
    {
        var config = Path.Combine(folder, "config.json");
        return File.Exists(Path.Combine(folder, "modules.json"))
            || (
                File.Exists(config)
                && (
                    File.Exists(Path.Combine(folder, "onnx", "model.onnx"))
                    || File.Exists(Path.Combine(folder, "model.onnx"))
                )
                && !IsReranker(config)
            );
    }

    private static bool IsReranker(string config)
    {
        try
        {
            return Json.Read(config)["architectures"].Items.Any(CrossEncoder.IsReranker);
        }
        catch (ModelFolderException)
        {
            // whoever asks for the model is told
            return false;
        }
    }

    /// <summary>The folder's, without a separator at its end.</summary>
    /// <exception cref="ModelFolderException">There is no such folder.</exception>
    public static string FullPath(string folder) =>
        Directory.Exists(folder)
            ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))
            : throw new ModelFolderException($"{folder}: the folder is missing");

    /// <summary>What is put before a text; empty if nothing is.</summary>
    public string Prompt(InputType type)
    {
        var names = type switch
        {
            InputType.Query => QueryPrompts,
            InputType.Document => DocumentPrompts,
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "expected Query or Document"),
        };
        var name = names.FirstOrDefault(Description.Prompts.ContainsKey) ?? DefaultPromptName;
        return name is null ? "" : Description.Prompts[name];
    }

    private static int Dimensions(ModulePlan modules)
    {
        var dimensions = modules.Pooling.Dimensions;
        foreach (var module in modules.After)
        {
            if (module.From is { } expected && expected != dimensions)
            {
                throw new ModelFolderException(
                    $"{modules.TransformerFolder}: Dense takes {expected} dimensions, and what comes before it gives {dimensions}"
                );
            }

            dimensions = module.To(dimensions);
        }

        return dimensions;
    }

    private static Dictionary<string, string> ReadPrompts(Json? config) =>
        config?.OptionalValue("prompts")?.Members.ToDictionary(m => m.Name, m => m.Value.Text, StringComparer.Ordinal)
        ?? [];

    private static Similarity ReadSimilarity(Json? name) =>
        name?.Text switch
        {
            null or "cosine" => Similarity.Cosine,
            "dot" or "dot_product" => Similarity.Dot,
            "euclidean" => Similarity.Euclidean,
            "manhattan" => Similarity.Manhattan,
            var other => throw name!.Value.Unsupported(
                $"'{other}' is not supported (cosine, dot, euclidean, manhattan)"
            ),
        };

    private static string? ReadLicence(string path)
    {
        var file = Path.Combine(path, "LICENSE");
        if (!File.Exists(file))
        {
            return null;
        }

        const int Beginning = 4096;
        using var reader = File.OpenText(file);
        var text = new char[Beginning];
        var lines = new string(text, 0, reader.ReadBlock(text)).Split('\n', StringSplitOptions.TrimEntries);
        return lines.FirstOrDefault(line => line is not "");
    }
}
