namespace EmbeddingFunctions.Embeddings;

/// <summary>modules.json: the parts a text goes through, in order.</summary>
internal sealed record Modules(string TransformerFolder, string PoolingFolder, bool Normalized)
{
    public static Modules Read(string folder)
    {
        var path = Path.Combine(folder, "modules.json");
        var modules = Json.Read(path)
            .Items.Select(module => (Kind: Kind(module["type"]), Path: module["path"].Text))
            .ToList();
        return modules switch
        {
            [(Module.Transformer, var transformer), (Module.Pooling, var pooling)] => new(transformer, pooling, false),
            [(Module.Transformer, var transformer), (Module.Pooling, var pooling), (Module.Normalize, _)] => new(
                transformer,
                pooling,
                true
            ),
            _ => throw new ModelFolderException(
                $"{path}: {string.Join(", ", modules.Select(module => module.Kind))} is not supported (Transformer, Pooling, and maybe Normalize)"
            ),
        };
    }

    private static Module Kind(Json type) =>
        type.Text switch
        {
            "sentence_transformers.models.Transformer"
            or "sentence_transformers.base.modules.transformer.Transformer" => Module.Transformer,
            "sentence_transformers.models.Pooling"
            or "sentence_transformers.sentence_transformer.modules.pooling.Pooling" => Module.Pooling,
            "sentence_transformers.models.Normalize" or "sentence_transformers.base.modules.normalize.Normalize" =>
                Module.Normalize,
            var other => throw type.Unsupported($"module '{other}' is not supported (Transformer, Pooling, Normalize)"),
        };

    private enum Module
    {
        Transformer,
        Pooling,
        Normalize,
    }
}
