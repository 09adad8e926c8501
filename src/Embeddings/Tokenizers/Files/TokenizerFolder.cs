namespace EmbeddingFunctions.Embeddings.Tokenizers.Files;

/// <summary>Reads the tokenizer that a model folder holds: tokenizer.json first, the older files where there is none.</summary>
internal static class TokenizerFolder
{
    /// <exception cref="ModelFolderException">The folder holds no tokenizer, or one that is not understood.</exception>
    public static TextTokenizer Load(string folder)
    {
        var config = Json.ReadOptional(Path.Combine(folder, "tokenizer_config.json"));
        if (Json.ReadOptional(Path.Combine(folder, "tokenizer.json")) is { } json)
        {
            return TokenizerJson.Load(json, config);
        }

        if (config is not { } named)
        {
            throw new ModelFolderException($"{folder}: found neither tokenizer.json nor tokenizer_config.json");
        }

        var kind = named["tokenizer_class"];
        return kind.Text switch
        {
            "BertTokenizer" or "BertTokenizerFast" => VocabularyFile.Load(folder, named),
            "XLMRobertaTokenizer" or "XLMRobertaTokenizerFast" => SentencePieceFile.Load(folder, named),
            var other => throw kind.Unsupported(
                $"tokenizer '{other}' is not supported without tokenizer.json (BertTokenizer, XLMRobertaTokenizer)"
            ),
        };
    }
}
