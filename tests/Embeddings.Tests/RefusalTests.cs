namespace EmbeddingFunctions.Embeddings.Tests;

/// <summary>What is not understood is refused, by name.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("modules.json")]
    [InlineData("config.json")]
    [InlineData("1_Pooling/config.json")]
    public void A_folder_without_a_part_is_refused(string file) =>
        Refused("all-MiniLM-L6-v2", folder => folder.Delete(file), file, "the file is missing");

    [Fact]
    public void A_folder_that_is_not_there_is_refused() =>
        Should
            .Throw<ModelFolderException>(() => EmbeddingModel.Load("no/such/model"))
            .Message.ShouldBe("no/such/model: the folder is missing");

    [Fact]
    public void A_folder_without_weights_is_refused() =>
        Refused("all-MiniLM-L6-v2", folder => folder.Delete("onnx/model_int8.onnx"), "found 0 .onnx files");

    [Fact]
    public void Weights_that_are_cut_are_refused() =>
        Refused("all-MiniLM-L6-v2", folder => folder.Cut("onnx/model_int8.onnx", 100_000), "ONNX Runtime cannot load");

    [Fact]
    public void Weights_of_another_width_are_refused() =>
        Refused(
            "all-MiniLM-L6-v2",
            folder => folder.Replace("1_Pooling/config.json", "384", "383"),
            "onnx/model_int8.onnx",
            "'last_hidden_state' is [1, 2, 384], expected [1, 2, 383]"
        );

    [Fact]
    public void Two_sets_of_weights_are_refused_unless_one_is_the_standard_one() =>
        Refused(
            "all-MiniLM-L6-v2",
            folder => File.Copy(folder.PathOf("onnx/model_int8.onnx"), folder.PathOf("onnx/other.onnx")),
            "found 2 .onnx files (model_int8.onnx, other.onnx)"
        );

    [Theory]
    [InlineData(
        "modules.json",
        "models.Normalize",
        "models.LayerNorm",
        "module 'sentence_transformers.models.LayerNorm'"
    )]
    [InlineData(
        "modules.json",
        "models.Transformer",
        "models.Normalize",
        "found Normalize, Pooling, Normalize, expected Transformer, Pooling and up to 14 of Dense and Normalize"
    )]
    [InlineData(
        "modules.json",
        "models.Normalize",
        "models.Transformer",
        "module 'sentence_transformers.models.Transformer' is not supported"
    )]
    [InlineData(
        "1_Pooling/config.json",
        "\"pooling_mode_mean_tokens\": true",
        "\"pooling_mode_median_tokens\": true",
        "pooling 'pooling_mode_median_tokens' is not supported (cls, max, mean"
    )]
    [InlineData(
        "1_Pooling/config.json",
        "\"pooling_mode_mean_tokens\": true",
        "\"pooling_mode_mean_tokens\": false",
        "no pooling mode is set"
    )]
    [InlineData(
        "1_Pooling/config.json",
        "\"pooling_mode_cls_token\": false",
        "\"pooling_mode\": []",
        "found 0 modes, expected one or several that differ"
    )]
    [InlineData(
        "1_Pooling/config.json",
        "\"pooling_mode_cls_token\": false",
        "\"pooling_mode\": [\"max\", \"max\"]",
        "found 2 modes, expected one or several that differ"
    )]
    [InlineData(
        "1_Pooling/config.json",
        "\"pooling_mode_cls_token\": false",
        "\"pooling_mode\": \"median\"",
        "pooling 'median'"
    )]
    [InlineData("1_Pooling/config.json", "384", "\"many\"", "found String, expected a whole number")]
    [InlineData("sentence_bert_config.json", "256", "513", "found 513, expected 3 to 512")]
    [InlineData(
        "config_sentence_transformers.json",
        "\"default_prompt_name\": null",
        "\"default_prompt_name\": \"x\"",
        "prompt 'x' is not among"
    )]
    [InlineData(
        "tokenizer.json",
        "\"type\": \"WordPiece\", \"unk",
        "\"type\": \"WordLevel\", \"unk",
        "tokenizer model 'WordLevel' is not supported"
    )]
    [InlineData(
        "tokenizer.json",
        "\"max_input_chars_per_word\": 100",
        "\"max_input_chars_per_word\": 5000",
        "found 5000, expected 1 to 1000"
    )]
    [InlineData("tokenizer.json", "BertPreTokenizer", "Whitespace", "'Whitespace' is not supported")]
    [InlineData("tokenizer.json", "BertNormalizer", "Nmt", "'Nmt' is not supported")]
    [InlineData("tokenizer.json", "TemplateProcessing", "Sequence", "found no 'processors'")]
    [InlineData("tokenizer.json", "TemplateProcessing", "Other", "'Other' is not supported")]
    [InlineData("tokenizer.json", "{\"version\"", "{\"version", "no JSON")]
    public void What_a_file_says_and_is_not_understood_is_refused(
        string file,
        string old,
        string with,
        string reason
    ) => Refused("all-MiniLM-L6-v2", folder => folder.Replace(file, old, with), file, reason);

    [Theory]
    [InlineData("tokenizer_config.json", "found neither tokenizer.json nor tokenizer_config.json")]
    [InlineData("sentencepiece.bpe.model", "the file is missing, and so is tokenizer.json")]
    public void A_folder_without_a_tokenizer_is_refused(string file, string reason) =>
        Refused("multilingual-e5-small", folder => folder.Delete(file), reason);

    [Fact]
    public void A_tokenizer_class_that_is_not_known_is_refused() =>
        Refused(
            "multilingual-e5-small",
            folder => folder.Replace("tokenizer_config.json", "XLMRobertaTokenizer", "T5Tokenizer"),
            "tokenizer_config.json",
            "tokenizer 'T5Tokenizer' is not supported"
        );

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(1_000_000)]
    [InlineData(5_571_400)]
    public void A_sentencepiece_file_that_is_cut_is_refused(int bytes) =>
        Refused(
            "multilingual-e5-small",
            folder => folder.Cut("sentencepiece.bpe.model", bytes),
            "sentencepiece.bpe.model"
        );

    private static void Refused(string model, Action<ModelFolderCopy> spoil, params string[] reasons)
    {
        using var folder = new ModelFolderCopy(Files.Model(model));
        spoil(folder);
        var refusal = Should.Throw<ModelFolderException>(() => EmbeddingModel.Load(folder.Folder).Dispose());
        foreach (var reason in reasons)
        {
            refusal.Message.ShouldContain(reason.Replace('/', Path.DirectorySeparatorChar));
        }
    }
}
