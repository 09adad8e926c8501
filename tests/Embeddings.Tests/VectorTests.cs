using System.Numerics.Tensors;

namespace EmbeddingFunctions.Embeddings.Tests;

/// <summary>Vectors against those of the reference.</summary>
public sealed class VectorTests(LoadedModels models)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("needs", "shared")]
    public async Task E5_gives_the_references_vectors_with_its_prompts()
    {
        var model = await models.GetAsync("multilingual-e5-small");
        var golden = Golden("multilingual-e5-small");
        await EqualAsync(model, golden, InputType.Query, golden.EmbeddingsQuery!, smallest: 1 - 1e-6);
        await EqualAsync(model, golden, InputType.Document, golden.EmbeddingsDocument!, smallest: 1 - 1e-6);
    }

    // Dynamic quantisation rounds a little differently on other processors than the one the reference ran on.
    [Theory]
    [Trait("needs", "shared")]
    [InlineData("all-MiniLM-L6-v2")]
    [InlineData("bge-small-zh-v1.5")]
    public async Task Quantised_models_give_the_references_vectors(string name)
    {
        var golden = Golden(name);
        await EqualAsync(await models.GetAsync(name), golden, InputType.Document, golden.Embeddings, smallest: 0.99);
    }

    [Fact]
    [Trait("needs", "shared")]
    public async Task A_model_that_does_not_normalise_gives_the_references_vectors()
    {
        using var model = EmbeddingModel.Load(Files.Shared("models/paraphrase-MiniLM-L3-v2"));
        model.Description.Normalized.ShouldBeFalse();
        var golden = Golden("paraphrase-MiniLM-L3-v2");
        await EqualAsync(model, golden, InputType.Document, golden.Embeddings, smallest: 0.99);
        var vector = (await model.EmbedAsync([golden.Texts[0]], new EmbedOptions(), Cancelled))[0].Vector;
        TensorPrimitives.Norm(vector.Span).ShouldBe(TensorPrimitives.Norm<float>(golden.Embeddings[0]), 0.1);
    }

    private static async Task EqualAsync(
        EmbeddingModel model,
        GoldenVectors golden,
        InputType type,
        float[][] expected,
        double smallest
    )
    {
        var results = await model.EmbedAsync(golden.Texts, new EmbedOptions { InputType = type }, Cancelled);
        var cosines = results
            .Zip(expected, (ours, theirs) => (double)TensorPrimitives.CosineSimilarity(ours.Vector.Span, theirs))
            .ToList();
        TestContext.Current.TestOutputHelper?.WriteLine($"mean {cosines.Average()} min {cosines.Min()}");
        cosines.Count.ShouldBe(golden.Texts.Count);
        cosines.Average().ShouldBeGreaterThanOrEqualTo(0.999);
        cosines.Min().ShouldBeGreaterThanOrEqualTo(smallest);
    }

    private static GoldenVectors Golden(string model) =>
        Files.Read<GoldenVectors>(Files.Shared($"golden/embeddings-{model}-int8.json"));

    private sealed record GoldenVectors(
        IReadOnlyList<string> Texts,
        float[][] Embeddings,
        float[][]? EmbeddingsQuery,
        float[][]? EmbeddingsDocument
    );
}
