namespace EmbeddingFunctions.Embeddings.Tests.Tiny;

/// <summary>What a reranker's folder says is what is done.</summary>
public sealed class RerankerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "sigmoid")]
    [InlineData("\"sbert_ce_default_activation_function\": \"torch.nn.modules.linear.Identity\",", "identity")]
    [InlineData("\"sbert_ce_default_activation_function\": null,", "sigmoid")]
    [InlineData("\"sentence_transformers\": {\"activation_fn\": \"torch.nn.modules.activation.Tanh\"},", "tanh")]
    [InlineData("\"sentence_transformers\": {\"version\": \"4.1.0\"},", "sigmoid")]
    public async Task The_activation_is_the_one_the_folder_states(string stated, string activation)
    {
        using var folder = Reranker(stated);
        using var model = CrossEncoder.Load(folder.Folder);
        var score = (await model.ScoreAsync("w1 w2", ["w3"], cancellationToken: Cancelled))[0];
        var logit = new[] { 2, 6, 7, 3, 8, 3 }.Average(Number);
        ((double)score.Logit).ShouldBe(logit, 1e-6);
        ((double)score.Score).ShouldBe(
            activation switch
            {
                "sigmoid" => 1 / (1 + Math.Exp(-logit)),
                "tanh" => Math.Tanh(logit),
                _ => logit,
            },
            1e-6
        );
        (score.Tokens, score.Truncated).ShouldBe((6, false));
    }

    [Fact]
    public async Task Texts_are_scored_in_their_order_and_the_longer_side_is_cut()
    {
        using var folder = Reranker();
        using var model = CrossEncoder.Load(folder.Folder);
        string[] texts = ["w3", string.Join(' ', Enumerable.Repeat("w5", 40)), "w3", ""];
        var scores = await model.ScoreAsync("w1", texts, cancellationToken: Cancelled);
        scores.Select(score => score.Truncated).ShouldBe([false, true, false, false]);
        scores.Select(score => score.Tokens).ShouldBe([5, TinyModel.MaxTokens, 5, 4]);
        scores[0].Logit.ShouldBe(scores[2].Logit);
        var options = new ScoreOptions { Truncate = false };
        var refusal = await model.ScoreAsync("w1", texts, options, Cancelled).ShouldThrowAsync<TextTooLongException>();
        refusal.Message.ShouldBe("input 1 has 44 tokens; the model takes at most 16");
    }

    [Fact]
    public void What_is_no_reranker_with_one_score_is_refused()
    {
        using var folder = Reranker("\"id2label\": {\"0\": \"no\", \"1\": \"yes\"},");
        Refused(folder, "found 2 labels, expected 1: a score");
        folder.Write("config.json", Config("", "BertModel"));
        Refused(folder, "found no ForSequenceClassification");
        folder.Write("config.json", Config("\"sbert_ce_default_activation_function\": \"my.Own\","));
        Refused(folder, "activation 'my.Own' is not supported");
        folder.Write("config.json", Config(""));
        folder.Write("onnx/model.onnx", TinyOnnx.Mean([.. Enumerable.Range(0, 25).Select(Number)], labels: 2));
        Refused(folder, "output 'logits' is [1, 2], expected [1, 1]");
    }

    private static TinyModel Reranker(string stated = "")
    {
        var folder = new TinyModel();
        folder.Write("config.json", Config(stated));
        folder.Write("onnx/model.onnx", TinyOnnx.Mean([.. Enumerable.Range(0, 25).Select(Number)]));
        return folder;
    }

    private static float Number(int id) => (id - 5) * 0.375f;

    private static string Config(string stated, string architecture = "BertForSequenceClassification")
    {
        var labels = stated.Contains("id2label", StringComparison.Ordinal) ? "" : "\"id2label\": {\"0\": \"LABEL_0\"},";
        return $$"""
            {"architectures": ["{{architecture}}"], {{stated}} {{labels}} "model_type": "bert", "max_position_embeddings": 16}
            """;
    }

    private static void Refused(TinyModel folder, string reason) =>
        Should
            .Throw<ModelFolderException>(() => CrossEncoder.Load(folder.Folder).Dispose())
            .Message.ShouldContain(reason);
}
