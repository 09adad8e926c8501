using System.Reflection;
using System.Text;
using System.Text.Json;
using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.Embed;
using EmbeddingFunctions.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace EmbeddingFunctions.Functions.Tests.Embed;

/// <summary>What embed and similarity say besides the numbers.</summary>
public sealed class EmbedTests : IDisposable
{
    private static readonly string Repository = typeof(EmbedTests)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepoRoot")
        .Value!;

    private static readonly string Endless = string.Concat(Enumerable.Repeat("apples and pears ", 300));

    private readonly ModelCatalog _models = new(Path.Combine(Repository, "models"), new EmbeddingModelOptions());
    private readonly ModelSettings _settings = new() { Default = "all-MiniLM-L6-v2" };

    public void Dispose() => _models.Dispose();

    [Theory]
    [InlineData("euclidean")]
    [InlineData("manhattan")]
    public async Task The_distance_of_equals_is_zero_and_not_minus_zero(string metric)
    {
        var answer = await SimilarityAsync(new { input = new[] { "a", "a" }, metric });

        answer.GetProperty("matrix").GetRawText().ShouldBe("[[0,0],[0,0]]");
    }

    [Fact]
    public async Task Each_text_that_is_cut_is_told()
    {
        var matrix = await SimilarityAsync(new { input = new[] { "short", Endless } });
        matrix.GetProperty("truncated").GetRawText().ShouldBe("[false,true]");

        var scores = await SimilarityAsync(new { source = Endless, targets = new[] { "short", Endless, "short" } });
        scores.GetProperty("source_truncated").GetBoolean().ShouldBeTrue();
        scores.GetProperty("truncated").GetRawText().ShouldBe("[false,true,false]");
    }

    [Theory]
    [InlineData("""{"input":["a",null]}""", "'input' [1] is null")]
    [InlineData("""{"source":"a","targets":[null]}""", "'targets' [0] is null")]
    [InlineData("""{"source":"a","targets":"b"}""", "'targets' is one text; an array of texts was expected.")]
    [InlineData("""{"input":"a"}""", "'input' is one text; an array of texts was expected.")]
    public async Task Texts_that_are_none_are_refused(string body, string sentence)
    {
        var function = new SimilarityFunction(_models, _settings, new ApiSettings());

        var refusal = await Should.ThrowAsync<InvalidRequestException>(
            function.PostAsync(Request(body), TestContext.Current.CancellationToken)
        );

        refusal.Message.ShouldContain(sentence);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"input":null}""")]
    public async Task Embed_without_input_says_what_is_missing(string body)
    {
        var function = new EmbedFunction(_models, _settings, new ApiSettings());

        var refusal = await Should.ThrowAsync<InvalidRequestException>(
            function.PostAsync(Request(body), TestContext.Current.CancellationToken)
        );

        refusal.Message.ShouldBe("'input' is missing; a text or an array of texts was expected.");
    }

    [Fact]
    public async Task A_default_model_that_is_not_there_is_not_the_callers_mistake()
    {
        var function = new EmbedFunction(_models, new ModelSettings { Default = "nowhere" }, new ApiSettings());

        var failure = await Should.ThrowAsync<ModelFolderException>(
            function.PostAsync(Request("""{"input":"a"}"""), TestContext.Current.CancellationToken)
        );

        failure.Message.ShouldContain("Models__Default");
        failure.Message.ShouldContain("'nowhere'");
    }

    private async Task<JsonElement> SimilarityAsync(object body)
    {
        var function = new SimilarityFunction(_models, _settings, new ApiSettings());
        var request = Request(JsonSerializer.Serialize(body));
        var answer = (JsonResult)await function.PostAsync(request, TestContext.Current.CancellationToken);
        return JsonSerializer.SerializeToElement(answer.Value, (JsonSerializerOptions)answer.SerializerSettings!);
    }

    private static HttpRequest Request(string body)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = "POST";
        request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        return request;
    }
}
