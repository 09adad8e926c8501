using System.Numerics.Tensors;
using EmbeddingFunctions.Embeddings.Tests.Tiny;

namespace EmbeddingFunctions.Embeddings.Tests.Running;

/// <summary>Texts that share a run, because the caller allowed it.</summary>
public sealed class BatchTests(LoadedModels models)
{
    private static readonly string[] Some =
    [
        "apples",
        "a long text, which is not run with others: " + new string('x', 60),
        "",
        "bananas are a tropical fruit",
        .. Enumerable.Range(0, 20).Select(number => $"sentence {number} of some"),
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // fp32: padding changes nothing but the last bits
    [Fact]
    public async Task Padding_changes_no_vector_of_a_network_that_masks_it()
    {
        using var folder = new TinyModel();
        using var model = EmbeddingModel.Load(folder.Folder);
        string[] texts = ["w1", "w1 w2 w3 w4", "", "w9 W9", "W1 W2 W3 W4 W5 W6 W7", "w0", "w0 w0", "w3", "w4", "w5 w6"];
        var alone = await model.EmbedAsync(texts, new EmbedOptions(), Cancelled);
        var together = await model.EmbedAsync(texts, new EmbedOptions { Batch = true }, Cancelled);
        together.Select(result => result.Vector.ToArray()).ShouldBe(alone.Select(result => result.Vector.ToArray()));
        together.Select(result => result.Tokens).ShouldBe(alone.Select(result => result.Tokens));
        together.ShouldAllBe(result => result.Batched);
        alone.ShouldAllBe(result => !result.Batched);
    }

    [Fact]
    public async Task Vectors_of_a_quantised_model_are_near_and_say_that_they_had_company()
    {
        var model = await models.GetAsync("all-MiniLM-L6-v2");
        var alone = await model.EmbedAsync(Some, new EmbedOptions(), Cancelled);
        var together = await model.EmbedAsync(Some, new EmbedOptions { Batch = true }, Cancelled);
        together.Select(result => result.Batched).ShouldBe(Some.Select(text => text.Length <= 64));
        foreach (var (one, other) in alone.Zip(together))
        {
            TensorPrimitives.CosineSimilarity(one.Vector.Span, other.Vector.Span).ShouldBeGreaterThan(0.95f);
        }
    }

    [Fact]
    public async Task A_network_without_a_mask_runs_each_text_alone()
    {
        using var folder = new TinyModel();
        folder.WriteOnnx(inputs: []);
        using var model = EmbeddingModel.Load(folder.Folder);
        var results = await model.EmbedAsync(["w1", "w2 w3"], new EmbedOptions { Batch = true }, Cancelled);
        results.ShouldAllBe(result => !result.Batched);
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_named_by_its_own_index()
    {
        using var folder = new TinyModel();
        using var model = EmbeddingModel.Load(folder.Folder);
        var options = new EmbedOptions
        {
            Batch = true,
            Truncate = false,
            MaxTokens = 4,
        };
        var call = model.EmbedAsync(["w1 w2 w3", "w1"], options, Cancelled);
        (await call.ShouldThrowAsync<TextTooLongException>()).Index.ShouldBe(0);
    }
}
