using System.Globalization;

namespace EmbeddingFunctions.Embeddings;

/// <summary>Everything a model folder says, but for the tokenizer and the weights themselves. Reads JSON only.</summary>
internal sealed record ModelFolder(
    string Path,
    ModelDescription Description,
    string? DefaultPromptName,
    string OnnxFile
)
{
    // The names that sentence-transformers tries for what is embedded to be found, in its order.
    private static readonly string[] DocumentPrompts = ["document", "passage", "corpus"];
    private static readonly string[] QueryPrompts = ["query"];

    private static readonly string[] OnnxFolders = ["onnx", ""];

    // The file was once named for the architecture.
    private static readonly string[] TransformerConfigs =
    [
        "sentence_bert_config.json",
        "sentence_roberta_config.json",
        "sentence_distilbert_config.json",
        "sentence_camembert_config.json",
        "sentence_albert_config.json",
        "sentence_xlm-roberta_config.json",
        "sentence_xlnet_config.json",
    ];

    /// <exception cref="ModelFolderException">The folder says something that is not understood, or lacks a part.</exception>
    public static ModelFolder Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new ModelFolderException($"{folder}: the folder is missing");
        }

        var path = System.IO.Path.GetFullPath(folder);
        var modules = Modules.Read(path);
        var prompts = Json.ReadOptional(System.IO.Path.Combine(path, "config_sentence_transformers.json"));
        var pooling = PoolingConfig.Read(System.IO.Path.Combine(path, modules.PoolingFolder, "config.json"));
        var description = new ModelDescription
        {
            Name = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(path)),
            Dimensions = pooling.Dimensions,
            MaxTokens = MaxTokens(path, modules),
            Pooling = pooling.Pooling,
            Normalized = modules.Normalized,
            Prompts = ReadPrompts(prompts),
            Licence = Licence(path),
        };
        var defaultPrompt = prompts?.OptionalValue("default_prompt_name");
        if (defaultPrompt?.Text is { } name && !description.Prompts.ContainsKey(name))
        {
            throw defaultPrompt.Value.Unsupported($"prompt '{name}' is not among the prompts");
        }

        return new ModelFolder(path, description, defaultPrompt?.Text, FindOnnx(path));
    }

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

    private static Dictionary<string, string> ReadPrompts(Json? config) =>
        config?.OptionalValue("prompts")?.Members.ToDictionary(m => m.Name, m => m.Value.Text, StringComparer.Ordinal)
        ?? [];

    /// <summary>max_seq_length; without one, the lesser of what the tokenizer and the network take.</summary>
    private static int MaxTokens(string path, Modules modules)
    {
        var transformer = System.IO.Path.Combine(path, modules.TransformerFolder);
        var config = Json.Read(System.IO.Path.Combine(transformer, "config.json"));
        var positions = config["max_position_embeddings"];
        var sentence = TransformerConfigs
            .Select(name => Json.ReadOptional(System.IO.Path.Combine(transformer, name)))
            .FirstOrDefault(json => json is not null);
        if (sentence?.OptionalValue("do_lower_case") is { Flag: true } lowerCase)
        {
            throw lowerCase.Unsupported("true is not supported: lower-casing before the tokenizer (false)");
        }

        if (sentence?.OptionalValue("max_seq_length") is { } length)
        {
            return length.Number > 2 && length.Number <= positions.Number
                ? length.Number
                : throw length.Unsupported($"found {length.Number}, expected 3 to {positions.Number}");
        }

        var tokenizer = Json.ReadOptional(System.IO.Path.Combine(transformer, "tokenizer_config.json"));
        return Math.Min(positions.Number, tokenizer?.OptionalValue("model_max_length")?.Number ?? int.MaxValue);
    }

    /// <summary>onnx/model.onnx or model.onnx; where neither is, the one .onnx file there is.</summary>
    private static string FindOnnx(string path)
    {
        var standard = OnnxFolders
            .Select(name => System.IO.Path.Combine(path, name, "model.onnx"))
            .FirstOrDefault(File.Exists);
        if (standard is not null)
        {
            return standard;
        }

        var found = OnnxFolders
            .Select(name => System.IO.Path.Combine(path, name))
            .Where(Directory.Exists)
            .SelectMany(directory => Directory.EnumerateFiles(directory, "*.onnx"))
            .Order(StringComparer.Ordinal)
            .ToList();
        return found is [var only]
            ? only
            : throw new ModelFolderException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path}: found {found.Count} .onnx files ({string.Join(", ", found.Select(System.IO.Path.GetFileName))}), expected onnx/model.onnx or exactly one"
                )
            );
    }

    private static string? Licence(string path)
    {
        var file = System.IO.Path.Combine(path, "LICENSE");
        return File.Exists(file)
            ? File.ReadLines(file).Select(line => line.Trim()).FirstOrDefault(line => line is not "")
            : null;
    }
}
