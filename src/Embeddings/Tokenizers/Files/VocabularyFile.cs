using EmbeddingFunctions.Embeddings.Tokenizers.PreTokenizers;

namespace EmbeddingFunctions.Embeddings.Tokenizers.Files;

/// <summary>Reads BERT's vocab.txt.</summary>
internal static class VocabularyFile
{
    private const int MaxWordLength = 100;

    private static readonly string[] SpecialTokens = ["pad_token", "unk_token", "cls_token", "sep_token", "mask_token"];

    /// <param name="folder">Holds the file.</param>
    /// <param name="config">tokenizer_config.json.</param>
    public static TextTokenizer Load(string folder, Json config)
    {
        var path = Path.Combine(folder, "vocab.txt");
        if (!File.Exists(path))
        {
            throw new ModelFolderException($"{path}: the file is missing, and so is tokenizer.json");
        }

        var vocabulary = Vocabulary.Read(path);
        var added = SpecialTokens
            .Select(name => config.OptionalValue(name))
            .OfType<Json>()
            .Select(token => new AddedToken(vocabulary.Id(token), Vocabulary.Content(token)));
        var normalizer = NormalizerJson.Bert(
            cleanText: true,
            config["do_lower_case"],
            config.Optional("strip_accents"),
            config["tokenize_chinese_chars"]
        );
        var pipeline = new TokenPipeline
        {
            RawTokens = new AddedTokens(added),
            Normalizers = [normalizer],
            NormalizedTokens = new AddedTokens([]),
            PreTokenizers = [new BertPreTokenizer()],
            Model = vocabulary.ToWordPiece(config["unk_token"], "##", MaxWordLength),
        };
        var (single, pair, _) = PostProcessorJson.Bert(
            vocabulary.Id(config["cls_token"]),
            vocabulary.Id(config["sep_token"])
        );
        return new TextTokenizer(pipeline, single, pair, TokenizerJson.KeepsEnd(json: null, config));
    }
}
