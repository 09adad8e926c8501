namespace EmbeddingFunctions.Embeddings.Tests.Tiny;

/// <summary>Folders without modules.json are what they say they are, or refused.</summary>
public sealed class UnlabelledFolderTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bare_transformer_is_pooled_by_mean_as_the_reference_does()
    {
        using var folder = Unlabelled();
        using var model = EmbeddingModel.Load(folder.Folder);
        (model.Description.Pooling[0], model.Description.Normalized).ShouldBe((Pooling.Mean, false));
        var tokens = TinyModel.Tokens("w1 w2");
        var mean = Enumerable.Range(0, TinyModel.Width).Select(at => tokens.Average(row => row[at])).ToArray();
        var vector = (await model.EmbedAsync(["w1 w2"], new EmbedOptions(), Cancelled))[0].Vector;
        vector.ToArray().ShouldBe(mean, 1e-6);
    }

    [Theory]
    [InlineData("tiny", "BAAI/bge-small-en-v1.5", Pooling.Cls, true)]
    [InlineData("tiny", "intfloat/multilingual-e5-small", Pooling.Mean, true)]
    [InlineData("tiny", "mixedbread-ai/mxbai-embed-large-v1", Pooling.Cls, false)]
    [InlineData("bge-base-zh-v1.5", "", Pooling.Cls, true)]
    public void A_copy_that_names_a_known_model_is_that_model(
        string name,
        string origin,
        Pooling pooling,
        bool normalized
    )
    {
        using var folder = Unlabelled(name);
        folder.Write("config.json", Config("BertModel", origin, positions: 512));
        using var model = EmbeddingModel.Load(folder.Folder);
        (model.Description.Pooling[0], model.Description.Normalized, model.Description.MaxTokens).ShouldBe(
            (pooling, normalized, 512)
        );
    }

    [Theory]
    [InlineData("tiny", "someone/else")]
    [InlineData("tiny", "baai/bge-small-en-v1.5")]
    [InlineData("bge-base-zh-v1.5-onnx", "")]
    [InlineData("Xenova__BGE-base-zh-v1.5", "")]
    public void A_copy_of_what_is_not_known_is_refused(string name, string origin)
    {
        using var folder = Unlabelled(name);
        folder.Write("config.json", Config("BertModel", origin));
        Refused(folder, "whose pooling is not known, expected modules.json and 1_Pooling/config.json");
    }

    [Theory]
    [InlineData("BertForMaskedLM")]
    [InlineData("BertForSequenceClassification")]
    public void Another_network_than_an_encoder_is_refused(string architecture)
    {
        using var folder = Unlabelled();
        folder.Write("config.json", Config(architecture, ""));
        Refused(folder, $"found {architecture}, expected one that ends in Model");
    }

    [Theory]
    [InlineData("1_Pooling/config.json")]
    [InlineData("sentence_bert_config.json")]
    [InlineData("config_sentence_transformers.json")]
    public void A_folder_that_has_lost_its_modules_is_refused(string remnant)
    {
        using var folder = Unlabelled();
        folder.Write(remnant, "{}");
        Refused(folder, "modules.json: the file is missing");
    }

    [Theory]
    [InlineData("""{"type": "bert"}""", false)]
    [InlineData("""{"type": "bert", "normalize": true, "emb_pooler_type": "cls"}""", true)]
    public async Task A_ModelScope_folder_is_pooled_by_its_first_token(string scopeModel, bool normalized)
    {
        using var folder = Unlabelled();
        folder.Write(
            "configuration.json",
            $$"""{"task": "sentence-embedding", "model": {{scopeModel}}, "preprocessor": {"sequence_length": 5} }"""
        );
        using var model = EmbeddingModel.Load(folder.Folder);
        (model.Description.Pooling[0], model.Description.Normalized, model.Description.MaxTokens).ShouldBe(
            (Pooling.Cls, normalized, 5)
        );
        var cls = TinyModel.Tokens("w1")[0];
        var length = normalized ? MathF.Sqrt(cls.Sum(x => x * x)) : 1;
        var result = (await model.EmbedAsync(["w1 w2 w3 w4"], new EmbedOptions(), Cancelled))[0];
        result.Vector.ToArray().ShouldBe([.. cls.Select(x => x / length)], 1e-6);
        (result.Tokens, result.Truncated).ShouldBe((5, true));
    }

    [Fact]
    public void A_ModelScope_folder_takes_128_tokens_unless_told()
    {
        using var folder = Unlabelled();
        folder.Write("config.json", Config("BertModel", "", positions: 512));
        folder.Write("configuration.json", """{"task": "sentence-embedding", "model": {"type": "bert"}}""");
        using var model = EmbeddingModel.Load(folder.Folder);
        model.Description.MaxTokens.ShouldBe(128);
    }

    [Theory]
    [InlineData("""{"task": "text-ranking", "model": {"type": "bert"}}""", "'text-ranking' is not supported")]
    [InlineData("""{"task": "sentence-embedding", "model": {"type": "bloom"}}""", "'bloom' is not supported (bert)")]
    [InlineData(
        """{"task": "sentence-embedding", "model": {"type": "bert", "emb_pooler_type": "avg"}}""",
        "'avg' is not supported (cls)"
    )]
    [InlineData(
        """{"task": "sentence-embedding", "model": {"type": "bert"}, "preprocessor": {"boq": "[Q]"}}""",
        "a token of the pipeline's own"
    )]
    public void Another_ModelScope_folder_is_refused(string configuration, string reason)
    {
        using var folder = Unlabelled();
        folder.Write("configuration.json", configuration);
        Refused(folder, reason);
    }

    [Fact]
    public void The_catalogue_lists_them_and_no_reranker()
    {
        using var folder = Unlabelled();
        using (var catalog = new ModelCatalog(folder.Parent, new EmbeddingModelOptions()))
        {
            catalog.Names.ShouldBe(["tiny"]);
        }

        using (var catalog = SpoiltCatalog(folder))
        {
            catalog.Names.ShouldBe(["tiny"]);
            Should
                .Throw<ModelFolderException>(() => catalog.Describe("tiny"))
                .Message.ShouldContain("config.json: has");
        }

        folder.Write("config.json", Config("BertForSequenceClassification", ""));
        using var none = new ModelCatalog(folder.Parent, new EmbeddingModelOptions());
        none.Names.ShouldBeEmpty();
    }

    private static ModelCatalog SpoiltCatalog(TinyModel folder)
    {
        using (var config = File.Create(folder.PathOf("config.json")))
        {
            // sparse: takes no room on the disk
            config.SetLength(10_000_000_000);
        }

        return new ModelCatalog(folder.Parent, new EmbeddingModelOptions());
    }

    private static TinyModel Unlabelled(string name = "tiny")
    {
        var folder = new TinyModel(name);
        folder.Delete("modules.json");
        Directory.Delete(folder.PathOf("1_Pooling"), recursive: true);
        return folder;
    }

    private static string Config(string architecture, string origin, int positions = TinyModel.MaxTokens) =>
        $$"""
            {"architectures": ["{{architecture}}"], "_name_or_path": "{{origin}}", "model_type": "bert", "hidden_size": 4,
             "max_position_embeddings": {{positions}}}
            """;

    private static void Refused(TinyModel folder, string reason) =>
        Should
            .Throw<ModelFolderException>(() => EmbeddingModel.Load(folder.Folder).Dispose())
            .Message.ShouldContain(reason);
}
