using System.Numerics.Tensors;
using EmbeddingFunctions.Embeddings.Tests.Tokenizers;

namespace EmbeddingFunctions.Embeddings.Tests;

/// <summary>A few of the reference's ids and vectors, kept here so that a fresh clone tests every model it holds.</summary>
public sealed class ExpectedTests(LoadedModels models, LoadedTokenizers tokenizers) : IClassFixture<LoadedTokenizers>
{
    [Theory]
    [InlineData("all-MiniLM-L6-v2")]
    [InlineData("bge-small-zh-v1.5")]
    [InlineData("multilingual-e5-small")]
    public async Task Ids_equal_the_references(string name)
    {
        var description = (await models.GetAsync(name)).Description;
        foreach (var expected in Expected(name).Where(expected => expected.Ids is not null))
        {
            var tokens = tokenizers[name].Encode(expected.Text, description.MaxTokens);
            tokens.Ids.ToArray().ShouldBe(expected.Ids, expected.Text);
        }
    }

    [Theory]
    [InlineData("all-MiniLM-L6-v2")]
    [InlineData("bge-small-zh-v1.5")]
    [InlineData("multilingual-e5-small")]
    public async Task Document_vectors_equal_the_references(string name) =>
        await EqualAsync(name, InputType.Document, expected => expected.Document);

    [Fact]
    public async Task Query_vectors_equal_the_references() =>
        await EqualAsync("multilingual-e5-small", InputType.Query, expected => expected.Query);

    // Cosines of the first sentence to all four, as the reference has them.
    [Theory]
    [InlineData("bge-small-zh-v1.5", InputType.Document, new[] { 1, 0.461, 0.312, 0.561 })]
    [InlineData("multilingual-e5-small", InputType.Query, new[] { 1, 0.861, 0.839, 0.863 })]
    [InlineData("all-MiniLM-L6-v2", InputType.Document, new[] { 1, 0.387, 0.418, 0.405 })]
    public async Task Seed_sentences_lie_as_far_apart_as_the_reference_has_them(
        string name,
        InputType type,
        double[] cosines
    )
    {
        string[] texts =
        [
            "我喜欢吃苹果",
            "苹果公司9月要发布新手机iPhone 17",
            "今天的天气真好,蓝天白云",
            "香蕉是一种热带水果",
        ];
        var model = await models.GetAsync(name);
        var results = await model.EmbedAsync(texts, new EmbedOptions { InputType = type }, Cancelled);
        foreach (var (result, cosine) in results.Zip(cosines))
        {
            var found = (double)TensorPrimitives.CosineSimilarity(results[0].Vector.Span, result.Vector.Span);
            found.ShouldBe(cosine, 0.005);
        }
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private async Task EqualAsync(string name, InputType type, Func<ExpectedText, float[]?> vector)
    {
        var model = await models.GetAsync(name);
        var withVector = Expected(name).Where(expected => vector(expected) is not null).ToList();
        withVector.ShouldNotBeEmpty();
        var options = new EmbedOptions { InputType = type };
        var results = await model.EmbedAsync([.. withVector.Select(expected => expected.Text)], options, Cancelled);
        foreach (var (ours, expected) in results.Zip(withVector))
        {
            ours.Vector.Length.ShouldBe(model.Description.Dimensions);
            TensorPrimitives
                .CosineSimilarity(ours.Vector.Span, vector(expected))
                .ShouldBeGreaterThan(0.99f, expected.Text);
            TensorPrimitives.Norm(ours.Vector.Span).ShouldBe(1, 1e-5);
        }
    }

    private static List<ExpectedText> Expected(string name) =>
        Files.Read<Dictionary<string, List<ExpectedText>>>(Files.Own("expected.json"))[name];

    private sealed record ExpectedText(string Text, int[]? Ids, float[]? Document, float[]? Query);
}
