namespace EmbeddingFunctions.Embeddings;

/// <summary>The pooling module's config.json, in its old form (a flag a mode) or its new one (pooling_mode).</summary>
internal sealed record PoolingConfig(Pooling Pooling, int Dimensions)
{
    private const string FlagPrefix = "pooling_mode_";

    public static PoolingConfig Read(string path)
    {
        var config = Json.Read(path);
        if (config.OptionalValue("include_prompt") is { Flag: false } include)
        {
            throw include.Unsupported("false is not supported: pooling that leaves the prompt out (true)");
        }

        var mode = config.OptionalValue("pooling_mode") is { } named ? named : default(Json?);
        var modes = mode is null
            ? config
                .Members.Where(m => m.Name.StartsWith(FlagPrefix, StringComparison.Ordinal) && m.Value.Flag)
                .Select(m => m.Name)
                .ToList()
            : [mode.Value.Text];
        Pooling pooling = modes switch
        {
            ["cls" or "pooling_mode_cls_token"] => Pooling.Cls,
            ["mean" or "pooling_mode_mean_tokens"] => Pooling.Mean,
            _ => throw config.Unsupported($"pooling '{string.Join(" + ", modes)}' is not supported (cls, mean)"),
        };
        var dimensions = config.Optional("embedding_dimension") ?? config["word_embedding_dimension"];
        return dimensions.Number is > 0 and < int.MaxValue
            ? new PoolingConfig(pooling, dimensions.Number)
            : throw dimensions.Unsupported($"found {dimensions.Number}, expected 1 or more");
    }
}
