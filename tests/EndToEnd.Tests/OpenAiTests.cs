using System.Net;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;
using EmbeddingFunctions.SearchEmulator.Tests;

namespace EmbeddingFunctions.EndToEnd.Tests;

/// <summary>The routes that clients of OpenAI know.</summary>
public sealed class OpenAiTests(SharedProduct shared) : IClassFixture<SharedProduct>
{
    private const string Model = "multilingual-e5-small";
    private const string Route = "v1/embeddings";
    private static readonly string[] Inputs = ["a valve", "a pump"];

    private readonly Product _product = shared.Product;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Vectors_are_those_of_documents_as_numbers_or_base64()
    {
        var input = Inputs;
        var plain = await _product.PostAsync(Route, new { model = Model, input });
        var packed = await _product.PostAsync(
            Route,
            new
            {
                model = Model,
                input,
                encoding_format = "base64",
                user = "someone",
            }
        );
        var ours = await _product.PostAsync("api/embed", new { input, input_type = "document" });

        plain.GetProperty("object").GetString().ShouldBe("list");
        plain.GetProperty("model").GetString().ShouldBe(Model);
        plain
            .GetProperty("usage")
            .GetProperty("prompt_tokens")
            .GetInt32()
            .ShouldBe(ours.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        for (var index = 0; index < input.Length; index++)
        {
            var expected = ours.GetProperty("data")[index].GetProperty("embedding").Deserialize<float[]>()!;
            var one = plain.GetProperty("data")[index];
            one.GetProperty("object").GetString().ShouldBe("embedding");
            one.GetProperty("index").GetInt32().ShouldBe(index);
            one.GetProperty("embedding").Deserialize<float[]>()!.ShouldBe(expected);
            var bytes = packed.GetProperty("data")[index].GetProperty("embedding").GetBytesFromBase64();
            MemoryMarshal.Cast<byte, float>(bytes).ToArray().ShouldBe(expected);
        }
    }

    [Fact]
    public async Task The_client_of_OpenAI_reads_the_same_vectors()
    {
        var folder = Path.Combine(Paths.Repository, "tests", "EndToEnd.Tests", "JavaScript");
        await Node.InstallAsync(folder);
        var url = new Uri(_product.Http.BaseAddress!, "v1").ToString();
        var (exitCode, output) = await Node.RunAsync(folder, "node", ["openai.mjs", url, Model]);
        exitCode.ShouldBe(0, output);
        var read = JsonSerializer.Deserialize<Dictionary<string, float[][]>>(output)!;

        var ours = await _product.PostAsync("api/embed", new { input = Inputs, input_type = "document" });
        float[][] expected =
        [
            .. ours.GetProperty("data")
                .EnumerateArray()
                .Select(one => one.GetProperty("embedding").Deserialize<float[]>()!),
        ];
        read["packed"].ShouldBe(expected);
        read["plain"].ShouldBe(expected);
    }

    [Fact]
    public async Task Models_are_listed()
    {
        var list = await _product.GetAsync("v1/models");
        list.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("id").GetString()).ShouldContain(Model);
        (await _product.GetAsync($"v1/models/{Model}")).GetProperty("object").GetString().ShouldBe("model");
    }

    [Theory]
    [InlineData("""{"model":"nowhere","input":"a"}""", HttpStatusCode.NotFound, "model_not_found", "nowhere")]
    [InlineData("""{"model":"multilingual-e5-small","input":[]}""", HttpStatusCode.BadRequest, null, "'input'")]
    [InlineData(
        """{"model":"multilingual-e5-small","input":["a",""]}""",
        HttpStatusCode.BadRequest,
        null,
        "[1] is empty"
    )]
    [InlineData(
        """{"model":"multilingual-e5-small","input":[1,2]}""",
        HttpStatusCode.BadRequest,
        null,
        "a text was expected"
    )]
    [InlineData("""{"input":"a"}""", HttpStatusCode.BadRequest, null, "'model'")]
    [InlineData(
        """{"model":"multilingual-e5-small","input":"a","encoding_format":"int8"}""",
        HttpStatusCode.BadRequest,
        null,
        "float nor base64"
    )]
    [InlineData(
        """{"model":"multilingual-e5-small","input":"a","dimensions":1000}""",
        HttpStatusCode.BadRequest,
        null,
        "1 to 384"
    )]
    public async Task An_error_is_told_as_they_read_it(string body, HttpStatusCode status, string? code, string words)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await _product.Http.PostAsync(Route, content, Cancellation);

        answer.StatusCode.ShouldBe(status);
        var error = (await Product.ReadAsync(answer)).GetProperty("error");
        error.GetProperty("code").GetString().ShouldBe(code);
        error.GetProperty("type").GetString().ShouldBe("invalid_request_error");
        error.GetProperty("message").GetString().ShouldNotBeNull().ShouldContain(words);
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_refused()
    {
        var input = string.Concat(Enumerable.Repeat("word ", 1000));
        using var answer = await _product.Http.PostAsJsonAsync(Route, new { model = Model, input }, Cancellation);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }
}
