using EmbeddingFunctions.Embeddings.Modules;

namespace EmbeddingFunctions.Embeddings.Folders;

/// <summary>
/// A folder without modules.json. What it is must follow from something it says: it is one of ModelScope's, it names a model
/// that is known, or it is a bare transformer, which sentence-transformers pools by mean. A copy of a model that is not
/// known, or one that has lost some of its files, is refused.
/// </summary>
internal static class UnlabelledFolder
{
    // Of these, a complete folder has modules.json too.
    private static readonly string[] Remnants = ["1_Pooling", "config_sentence_transformers.json"];

    /// <exception cref="ModelFolderException">The folder does not say what it is.</exception>
    public static ModulePlan Read(string folder)
    {
        if (
            TransformerFolder.SentenceConfig(folder) is not null
            || Remnants.Any(name => Path.Exists(Path.Combine(folder, name)))
        )
        {
            throw new ModelFolderException($"{Path.Combine(folder, "modules.json")}: the file is missing");
        }

        var config = Json.Read(Path.Combine(folder, "config.json"));
        if (Json.ReadOptional(Path.Combine(folder, "configuration.json")) is { } scope && scope.Optional("task") is { })
        {
            return ModelScope(folder, config, scope);
        }

        var origin = config.OptionalValue("_name_or_path")?.Text ?? "";
        var name = origin is "" ? Path.GetFileName(folder) : origin;
        if (KnownModel.Find(name) is { } known)
        {
            return Plan(folder, config, known.Pooling, known.Normalizes) with { MaxTokens = known.MaxTokens };
        }

        if (origin is not "" || KnownModel.IsLikeOne(name))
        {
            throw new ModelFolderException(
                $"{folder}: a copy of '{name}' without modules.json, whose pooling is not known, expected modules.json and 1_Pooling/config.json of the original"
            );
        }

        var architectures = config["architectures"];
        return architectures.Items.ToList() is [var only] && only.Text.EndsWith("Model", StringComparison.Ordinal)
            ? Plan(folder, config, Pooling.Mean, normalizes: false)
            : throw architectures.Unsupported(
                $"found {string.Join(", ", architectures.Items.Select(name => name.Text))}, expected one that ends in Model: without modules.json, only a bare transformer is understood"
            );
    }

    /// <summary>configuration.json of ModelScope's task sentence-embedding (CoROM and its kin); its pipeline takes 128 tokens unless told.</summary>
    private static ModulePlan ModelScope(string folder, Json config, Json scope)
    {
        const int Default = 128;
        var model = scope.OptionalValue("model");
        var preprocessor = scope.OptionalValue("preprocessor");
        Expect(scope["task"], "sentence-embedding");
        Expect(scope["model"]["type"], "bert");
        if (model?.OptionalValue("emb_pooler_type") is { } pooler)
        {
            Expect(pooler, "cls");
        }

        foreach (var name in new[] { "boq", "eoq", "bod", "eod" })
        {
            if (preprocessor?.OptionalValue(name) is { } mark)
            {
                throw mark.Unsupported("a token of the pipeline's own is not supported");
            }
        }

        var length = preprocessor?.OptionalValue("max_length") ?? preprocessor?.OptionalValue("sequence_length");
        return Plan(folder, config, Pooling.Cls, model?.OptionalValue("normalize")?.Flag ?? false) with
        {
            MaxTokens = length?.Number ?? Default,
        };
    }

    private static void Expect(Json found, string expected)
    {
        if (found.Text != expected)
        {
            throw found.Unsupported($"'{found.Text}' is not supported ({expected})");
        }
    }

    private static ModulePlan Plan(string folder, Json config, Pooling pooling, bool normalizes)
    {
        var dimensions = config["hidden_size"].Within(1, ModelFolder.MaxDimensions);
        return new ModulePlan(
            folder,
            new PoolingModule([pooling], dimensions, IncludePrompt: true),
            normalizes ? [new Normalize()] : []
        );
    }
}
