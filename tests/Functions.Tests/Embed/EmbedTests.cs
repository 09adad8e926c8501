using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.Embed;
using EmbeddingFunctions.Functions.Http;
using EmbeddingFunctions.Functions.Models;
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
    public async Task A_vector_comes_in_the_form_that_is_asked_for()
    {
        var floats = (await EmbeddingAsync(new { input = "apples" })).Deserialize<float[]>()!;
        float[] least = [.. floats.Select(_ => -0.3f)];
        float[] greatest = [.. floats.Select(_ => 0.3f)];
        float[][] ranges = [least, greatest];

        var base64 = await EmbeddingAsync(new { input = "apples", encoding_format = "base64" });
        MemoryMarshal.Cast<byte, float>(base64.GetBytesFromBase64()).ToArray().ShouldBe(floats);
        var bits = await EmbeddingAsync(new { input = "apples", encoding_format = "ubinary" });
        bits.Deserialize<int[]>()!
            .ShouldBe(floats.Chunk(8).Select(eight => eight.Aggregate(0, (all, one) => (2 * all) + (one > 0 ? 1 : 0))));
        var signed = await EmbeddingAsync(new { input = "apples", encoding_format = "binary" });
        signed.Deserialize<int[]>()!.ShouldBe(bits.Deserialize<int[]>()!.Select(value => value - 128));
        var steps = await EmbeddingAsync(
            new
            {
                input = "apples",
                encoding_format = "uint8",
                ranges,
            }
        );
        steps.Deserialize<int[]>()!.ShouldBe(floats.Select(one => (int)((one + 0.3f) / (0.6f / 255))));
        var ints = await EmbeddingAsync(
            new
            {
                input = "apples",
                encoding_format = "int8",
                ranges,
            }
        );
        ints.Deserialize<int[]>()!.ShouldBe(floats.Select(one => (int)(((one + 0.3f) / (0.6f / 255)) - 128)));
    }

    [Theory]
    [InlineData("""{"input":"a","encoding_format":"int8"}""", "'ranges' is missing")]
    [InlineData("""{"input":"a","ranges":[[0],[1]]}""", "only encoding_format int8 and uint8 use it")]
    [InlineData(
        """{"input":"a","encoding_format":"int8","ranges":[[0],[1]]}""",
        "'ranges' has 1 dimensions; the vectors have 384."
    )]
    [InlineData("""{"input":"a","encoding_format":"int8","ranges":[[0]]}""", "'ranges' has 1 arrays")]
    [InlineData(
        """{"input":"a","encoding_format":"int8","ranges":[[1],[0]]}""",
        "'ranges' do not fit together: dimension 0 goes from 1 to 0."
    )]
    [InlineData(
        """{"input":"a","encoding_format":"int8","ranges":[[0],[1e99]]}""",
        "'ranges' [1][0] is the number 1e99"
    )]
    [InlineData(
        """{"input":"a","encoding_format":"int8","ranges":[0]}""",
        "'ranges' [0] is the number 0; an array of numbers was expected."
    )]
    [InlineData(
        """{"input":"a","encoding_format":"int8","ranges":{}}""",
        "'ranges' is an object; an array of two arrays"
    )]
    [InlineData("""{"input":"a","encoding_format":"binary","dimensions":12}""", "multiple of 8")]
    [InlineData("""{"input":"a","encoding_format":"half"}""", "one of float, base64, int8, uint8, binary, ubinary")]
    public async Task A_form_that_cannot_be_given_is_refused(string body, string sentence)
    {
        var function = new EmbedFunction(_models, _settings, new ApiSettings());

        var refusal = await Should.ThrowAsync<InvalidRequestException>(
            function.PostAsync(Request(body), TestContext.Current.CancellationToken)
        );

        refusal.Message.ShouldContain(sentence);
    }

    [Fact]
    public async Task Texts_that_shared_a_run_say_so()
    {
        string[] input = ["apples", "pears", Endless];
        var together = await EmbedAsync(new { input, batch = true });
        var alone = await EmbedAsync(new { input });

        together
            .EnumerateArray()
            .Select(text => text.GetProperty("batched").GetBoolean())
            .ShouldBe([true, true, false]);
        alone.EnumerateArray().Select(text => text.GetProperty("batched").GetBoolean()).ShouldBe([false, false, false]);
    }

    [Fact]
    public void A_folder_that_is_broken_does_not_hide_the_other_models()
    {
        var folder = Directory.CreateTempSubdirectory("models-");
        try
        {
            Directory.CreateSymbolicLink(
                Path.Combine(folder.FullName, "good"),
                Path.Combine(Repository, "models", "all-MiniLM-L6-v2")
            );
            var broken = folder.CreateSubdirectory("broken").FullName;
            File.WriteAllText(Path.Combine(broken, "modules.json"), "[");
            using var models = new ModelCatalog(folder.FullName, new EmbeddingModelOptions());
            var function = new ModelsFunctions(models, _settings, warmup: null!);

            var answer = Value(function.List(new DefaultHttpContext().Request)).GetProperty("models");

            answer[0].GetProperty("name").GetString().ShouldBe("broken");
            answer[0].GetProperty("error").GetString().ShouldNotBeNull().ShouldContain("modules.json");
            answer[1].GetProperty("dimensions").GetInt32().ShouldBe(384);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
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

    private async Task<JsonElement> EmbeddingAsync(object body) => (await EmbedAsync(body))[0].GetProperty("embedding");

    private async Task<JsonElement> EmbedAsync(object body)
    {
        var function = new EmbedFunction(_models, _settings, new ApiSettings());
        var request = Request(JsonSerializer.Serialize(body));
        return Value(await function.PostAsync(request, TestContext.Current.CancellationToken)).GetProperty("data");
    }

    private static JsonElement Value(IActionResult answer) =>
        JsonSerializer.SerializeToElement(
            ((JsonResult)answer).Value,
            (JsonSerializerOptions)((JsonResult)answer).SerializerSettings!
        );

    private async Task<JsonElement> SimilarityAsync(object body)
    {
        var function = new SimilarityFunction(_models, _settings, new ApiSettings());
        var request = Request(JsonSerializer.Serialize(body));
        return Value(await function.PostAsync(request, TestContext.Current.CancellationToken));
    }

    private static HttpRequest Request(string body)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = "POST";
        request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        return request;
    }
}
