using Microsoft.Extensions.AI;

namespace EmbeddingFunctions.Embeddings.Tests;

public sealed class GeneratorTests(LoadedModels models)
{
    private const string Name = "multilingual-e5-small";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, InputType.Document)]
    [InlineData("document", InputType.Document)]
    [InlineData("query", InputType.Query)]
    [InlineData(InputType.Query, InputType.Query)]
    public async Task It_embeds_as_the_input_type_says(object? inputType, InputType expected)
    {
        var model = await models.GetAsync(Name);
        var options = new EmbeddingGenerationOptions { AdditionalProperties = new() { ["input_type"] = inputType } };
        var generated = await ((IEmbeddingGenerator<string, Embedding<float>>)model).GenerateAsync(
            ["苹果", "a"],
            options,
            Cancelled
        );
        var embedded = await model.EmbedAsync(["苹果", "a"], new EmbedOptions { InputType = expected }, Cancelled);
        generated.Select(e => e.Vector.ToArray()).ShouldBe(embedded.Select(e => e.Vector.ToArray()));
        generated.ShouldAllBe(e => e.ModelId == Name);
        generated.Usage!.InputTokenCount.ShouldBe(embedded.Sum(e => e.Tokens));
    }

    [Fact]
    public async Task It_honours_dimensions()
    {
        IEmbeddingGenerator<string, Embedding<float>> generator = await models.GetAsync(Name);
        var options = new EmbeddingGenerationOptions { Dimensions = 100, ModelId = Name };
        (await generator.GenerateAsync(["a"], options, Cancelled))[0].Dimensions.ShouldBe(100);
    }

    [Fact]
    public async Task It_refuses_another_model_and_an_input_type_it_does_not_know()
    {
        IEmbeddingGenerator<string, Embedding<float>> generator = await models.GetAsync(Name);
        var other = new EmbeddingGenerationOptions { ModelId = "gpt" };
        var refusal = await generator.GenerateAsync(["a"], other, Cancelled).ShouldThrowAsync<ArgumentException>();
        refusal.Message.ShouldContain($"ModelId is 'gpt'; this model is '{Name}'");
        var odd = new EmbeddingGenerationOptions { AdditionalProperties = new() { ["input_type"] = "passage" } };
        refusal = await generator.GenerateAsync(["a"], odd, Cancelled).ShouldThrowAsync<ArgumentException>();
        refusal.Message.ShouldContain("input_type is 'passage', expected query or document");
    }

    [Fact]
    public async Task It_says_what_it_is()
    {
        IEmbeddingGenerator<string, Embedding<float>> generator = await models.GetAsync(Name);
        var metadata = generator.GetService<EmbeddingGeneratorMetadata>()!;
        (metadata.DefaultModelId, metadata.DefaultModelDimensions).ShouldBe((Name, 384));
        generator.GetService<EmbeddingModel>().ShouldBeSameAs(generator);
        generator.GetService(typeof(EmbeddingModel), "key").ShouldBeNull();
    }
}
