namespace EmbeddingFunctions.Embeddings.Folders;

/// <summary>What config.json and the files beside it say of a network that takes tokens.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Config">config.json.</param>
/// <param name="MaxTokens">Most tokens of a text, special ones counted.</param>
/// <param name="Padding">The id that fills up the shorter texts of a batch.</param>
/// <param name="LowerCases">Texts are lower-cased before the tokenizer's own rules.</param>
internal sealed record TransformerFolder(string Path, Json Config, int MaxTokens, int Padding, bool LowerCases)
{
    // Special tokens and one of the text.
    public const int FewestTokens = 3;

    // Special tokens and one of each text; XLM-R puts two between them.
    public const int FewestPairTokens = 6;

    // Networks that count positions from the padding's id on.
    private static readonly string[] CountFromPadding = ["roberta", "xlm-roberta", "camembert", "mpnet"];

    // The file was once named for the architecture.
    private static readonly string[] SentenceConfigs =
    [
        "sentence_bert_config.json",
        "sentence_roberta_config.json",
        "sentence_distilbert_config.json",
        "sentence_camembert_config.json",
        "sentence_albert_config.json",
        "sentence_xlm-roberta_config.json",
        "sentence_xlnet_config.json",
    ];

    /// <param name="folder">Has config.json.</param>
    /// <param name="stated">Most tokens, where something else than the folder's files says so.</param>
    /// <exception cref="ModelFolderException">A file is missing or says something that is not understood.</exception>
    public static TransformerFolder Read(string folder, int? stated = null)
    {
        var config = Json.Read(System.IO.Path.Combine(folder, "config.json"));
        var padding = config.OptionalValue("pad_token_id")?.Number ?? 0;
        var sentence = SentenceConfig(folder);
        return new TransformerFolder(
            folder,
            config,
            MaxTokensOf(folder, config, sentence, padding, stated),
            padding,
            sentence?.OptionalValue("do_lower_case")?.Flag ?? false
        );
    }

    /// <summary>The one config file of sentence-transformers there is.</summary>
    public static Json? SentenceConfig(string folder) =>
        SentenceConfigs
            .Select(name => Json.ReadOptional(System.IO.Path.Combine(folder, name)))
            .FirstOrDefault(json => json is not null);

    /// <summary>max_seq_length; without one, the lesser of what the tokenizer and the network take.</summary>
    private static int MaxTokensOf(string folder, Json config, Json? sentence, int padding, int? stated)
    {
        var offset =
            config.OptionalValue("model_type") is { } type && CountFromPadding.Contains(type.Text) ? padding + 1 : 0;
        var positions = config.OptionalValue("max_position_embeddings")?.Number - offset;
        if ((sentence?.OptionalValue("max_seq_length")?.Number ?? stated) is { } length)
        {
            return length >= FewestTokens && length <= (positions ?? int.MaxValue)
                ? length
                : throw (sentence?.OptionalValue("max_seq_length") ?? config).Unsupported(
                    $"found {length}, expected {FewestTokens} to {positions}"
                );
        }

        var tokenizer = Json.ReadOptional(System.IO.Path.Combine(folder, "tokenizer_config.json"));
        var fewest = Math.Min(
            positions ?? int.MaxValue,
            tokenizer?.OptionalValue("model_max_length")?.Number ?? int.MaxValue
        );
        return fewest is >= FewestTokens and < int.MaxValue
            ? fewest
            : throw config.Unsupported("no file says how many tokens the network takes (max_position_embeddings)");
    }
}
