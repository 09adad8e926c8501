namespace EmbeddingFunctions.Embeddings.Tests.Tiny;

/// <summary>Which ONNX file counts, and what it may take and give.</summary>
public sealed class WeightsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // Each file has vectors as many times as long as its number.
    [Theory]
    [InlineData(null, 1, "onnx/model.onnx", "model.onnx", "onnx/model_int8.onnx")]
    [InlineData(null, 1, "model.onnx", "onnx/model_int8.onnx")]
    [InlineData(null, 1, "onnx/model_fp16.onnx")]
    [InlineData(null, 1, "network.onnx")]
    [InlineData("int8", 3, "onnx/model.onnx", "model.onnx", "onnx/model_int8.onnx")]
    [InlineData("int8", 2, "onnx/model.onnx", "model_int8.onnx")]
    public async Task The_standard_one_unless_a_precision_chooses(
        string? precision,
        float factor,
        params string[] files
    )
    {
        using var folder = new TinyModel();
        folder.Delete("onnx/model.onnx");
        foreach (var (at, file) in files.Index())
        {
            folder.WriteOnnx(file, factor: at + 1);
        }

        using var model = EmbeddingModel.Load(folder.Folder, new EmbeddingModelOptions { Precision = precision });
        var vector = (await model.EmbedAsync(["w1"], new EmbedOptions { MaxTokens = 3 }, Cancelled))[0].Vector;
        var tokens = TinyModel.Tokens("w1");
        vector.Span[0].ShouldBe(factor * tokens.Average(row => row[0]), 1e-5f);
    }

    [Fact]
    public void Several_without_the_standard_one_are_refused_unless_a_precision_chooses()
    {
        using var folder = new TinyModel();
        folder.Delete("onnx/model.onnx");
        folder.WriteOnnx("onnx/model_int8.onnx");
        folder.WriteOnnx("onnx/model_fp16.onnx");
        Refused(folder, null, "found 2 .onnx files (model_fp16.onnx, model_int8.onnx), expected onnx/model.onnx");
        Refused(folder, "q4", "found 2 .onnx files (model_fp16.onnx, model_int8.onnx), expected onnx/model_q4.onnx");
        EmbeddingModel.Load(folder.Folder, new EmbeddingModelOptions { Precision = "fp16" }).Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("../other/model")]
    [InlineData("int8\0")]
    public void A_precision_that_is_no_name_is_refused(string precision)
    {
        using var folder = new TinyModel();
        var options = new EmbeddingModelOptions { Precision = precision };
        Should.Throw<ArgumentOutOfRangeException>(() => EmbeddingModel.Load(folder.Folder, options));
        Should.Throw<ArgumentOutOfRangeException>(() => new ModelCatalog(folder.Parent, options));
    }

    [Fact]
    public async Task A_network_is_given_the_inputs_it_lists()
    {
        using var folder = new TinyModel();
        foreach (var inputs in new string[][] { [], ["attention_mask"], ["token_type_ids", "attention_mask"] })
        {
            folder.WriteOnnx(inputs: inputs);
            using var model = EmbeddingModel.Load(folder.Folder);
            (await model.EmbedAsync(["w1"], new EmbedOptions(), Cancelled)).Count.ShouldBe(1);
        }

        folder.WriteOnnx(inputs: "position_ids");
        Refused(folder, null, "input 'position_ids' of Int64 is not supported");
    }

    private static void Refused(TinyModel folder, string? precision, string reason) =>
        Should
            .Throw<ModelFolderException>(() =>
                EmbeddingModel.Load(folder.Folder, new EmbeddingModelOptions { Precision = precision }).Dispose()
            )
            .Message.ShouldContain(reason);
}
