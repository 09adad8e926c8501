using System.Numerics.Tensors;

namespace EmbeddingFunctions.Embeddings.Tests;

/// <summary>The example in the library's README.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public async Task The_example_gives_what_the_readme_says()
    {
        using var model = EmbeddingModel.Load(Files.Model("multilingual-e5-small"));
        var query = new EmbedOptions { InputType = InputType.Query };
        var results = await model.EmbedAsync(
            ["我喜欢吃苹果", "香蕉是一种热带水果"],
            query,
            TestContext.Current.CancellationToken
        );
        TensorPrimitives.CosineSimilarity(results[0].Vector.Span, results[1].Vector.Span).ShouldBe(0.863f, 0.001f);
    }
}
