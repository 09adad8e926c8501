namespace EmbeddingFunctions.Embeddings.Tests.Tiny;

/// <summary>What a caller may ask for.</summary>
public sealed class OptionTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "w3 w1")]
    [InlineData("", "w1")]
    [InlineData("w4 w5 ", "w4 w5 w1")]
    public async Task A_prompt_given_stands_in_for_the_models(string? prompt, string same)
    {
        using var folder = new TinyModel();
        folder.Write("config_sentence_transformers.json", """{"prompts": {"document": "w3 "}}""");
        using var model = EmbeddingModel.Load(folder.Folder);
        var results = await model.EmbedAsync(["w1"], new EmbedOptions { Prompt = prompt }, Cancelled);
        var written = await model.EmbedAsync([same], new EmbedOptions { Prompt = "" }, Cancelled);
        results[0].Vector.ToArray().ShouldBe(written[0].Vector.ToArray());
    }

    [Theory]
    [InlineData(null, null, 1)]
    [InlineData(null, 2, 1)]
    [InlineData(false, 2, 0.5)]
    [InlineData(true, 2, 1)]
    public async Task Vectors_of_a_model_that_normalises_have_length_1_unless_told(
        bool? normalize,
        int? dimensions,
        double about
    )
    {
        using var folder = new TinyModel();
        folder.WriteModules("""{"embedding_dimension": 4, "pooling_mode": "cls"}""", "normalize.Normalize");
        using var model = EmbeddingModel.Load(folder.Folder);
        var options = new EmbedOptions { Normalize = normalize, Dimensions = dimensions };
        var vector = (await model.EmbedAsync(["w1"], options, Cancelled))[0].Vector.ToArray();
        var cls = TinyModel.Tokens("w1")[0];
        var kept = Math.Sqrt(cls.Take(dimensions ?? 4).Sum(x => (double)x * x));
        var length = about < 1 ? Math.Sqrt(cls.Sum(x => (double)x * x)) : kept;
        vector.ShouldBe([.. cls.Take(dimensions ?? 4).Select(x => (float)(x / length))], 1e-6);
    }

    [Fact]
    public async Task Vectors_of_a_model_that_does_not_normalise_are_as_they_are_unless_told()
    {
        using var folder = new TinyModel();
        folder.WriteModules("""{"embedding_dimension": 4, "pooling_mode": "cls"}""");
        using var model = EmbeddingModel.Load(folder.Folder);
        var cls = TinyModel.Tokens("w1")[0];
        var cut = await model.EmbedAsync(["w1"], new EmbedOptions { Dimensions = 2 }, Cancelled);
        cut[0].Vector.ToArray().ShouldBe(cls[..2]);
        var normal = await model.EmbedAsync(["w1"], new EmbedOptions { Normalize = true }, Cancelled);
        var length = Math.Sqrt(cls.Sum(x => (double)x * x));
        normal[0].Vector.ToArray().ShouldBe([.. cls.Select(x => (float)(x / length))], 1e-6);
    }

    [Fact]
    public async Task Fewer_tokens_than_the_model_takes_truncate_or_refuse()
    {
        using var folder = new TinyModel();
        using var model = EmbeddingModel.Load(folder.Folder);
        string[] texts = ["w1 w2", "w1 w2 w3"];
        var options = new EmbedOptions { MaxTokens = 4 };
        var results = await model.EmbedAsync(texts, options, Cancelled);
        results.Select(result => (result.Tokens, result.Truncated)).ShouldBe([(4, false), (4, true)]);
        results[1].Vector.ToArray().ShouldBe(results[0].Vector.ToArray());
        var refusal = await model
            .EmbedAsync(texts, options with { Truncate = false }, Cancelled)
            .ShouldThrowAsync<TextTooLongException>();
        refusal.Message.ShouldBe("input 1 has 5 tokens; the model takes at most 4");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(17)]
    public async Task Tokens_the_model_does_not_take_are_refused(int maxTokens)
    {
        using var folder = new TinyModel();
        using var model = EmbeddingModel.Load(folder.Folder);
        var call = model.EmbedAsync(["w1"], new EmbedOptions { MaxTokens = maxTokens }, Cancelled);
        (await call.ShouldThrowAsync<ArgumentOutOfRangeException>()).Message.ShouldContain(
            $"MaxTokens is {maxTokens}; tiny takes 3 to 16"
        );
    }

    [Theory]
    [InlineData("sentence_bert_config.json", """{"do_lower_case": true}""")]
    [InlineData("tokenizer_config.json", null)]
    public async Task A_folder_that_lower_cases_does_and_only_such_a_folder(string file, string? content)
    {
        using var folder = new TinyModel();
        (await SameAsync(folder, "W1", "w1")).ShouldBeFalse();
        var config = await File.ReadAllTextAsync(folder.PathOf("tokenizer_config.json"), Cancelled);
        folder.Write(
            file,
            content ?? config.Replace("\"do_lower_case\": false", "\"do_lower_case\": true", StringComparison.Ordinal)
        );
        (await SameAsync(folder, "W1", "w1")).ShouldBeTrue();
        (await SameAsync(folder, "[MASK]", "[mask]")).ShouldBeFalse();
    }

    [Theory]
    [InlineData(7)]
    [InlineData(TinyModel.MaxTokens)]
    public async Task The_longest_text_is_as_long_as_the_folder_says(int length)
    {
        using var folder = new TinyModel();
        folder.Write("sentence_bert_config.json", $$"""{"max_seq_length": {{length}}}""");
        using var model = EmbeddingModel.Load(folder.Folder);
        model.Description.MaxTokens.ShouldBe(length);
        var result = (
            await model.EmbedAsync([string.Join(' ', Enumerable.Repeat("w1", 30))], new EmbedOptions(), Cancelled)
        )[0];
        (result.Tokens, result.Truncated).ShouldBe((length, true));
    }

    [Theory]
    [InlineData("null", Similarity.Cosine)]
    [InlineData("\"cosine\"", Similarity.Cosine)]
    [InlineData("\"dot\"", Similarity.Dot)]
    [InlineData("\"euclidean\"", Similarity.Euclidean)]
    [InlineData("\"manhattan\"", Similarity.Manhattan)]
    public void The_similarity_is_the_one_the_folder_names(string name, Similarity expected)
    {
        using var folder = new TinyModel();
        folder.Write("config_sentence_transformers.json", $$"""{"similarity_fn_name": {{name}}}""");
        using var model = EmbeddingModel.Load(folder.Folder);
        model.Description.Similarity.ShouldBe(expected);
    }

    [Fact]
    public void A_similarity_that_is_not_known_is_refused()
    {
        using var folder = new TinyModel();
        folder.Write("config_sentence_transformers.json", """{"similarity_fn_name": "angle"}""");
        Should
            .Throw<ModelFolderException>(() => EmbeddingModel.Load(folder.Folder))
            .Message.ShouldContain("similarity_fn_name: 'angle' is not supported (cosine, dot, euclidean, manhattan)");
    }

    private static async Task<bool> SameAsync(TinyModel folder, string one, string other)
    {
        using var model = EmbeddingModel.Load(folder.Folder);
        var results = await model.EmbedAsync([one, other], new EmbedOptions(), Cancelled);
        return results[0].Vector.Span.SequenceEqual(results[1].Vector.Span);
    }
}
