using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace EmbeddingFunctions.EndToEnd.Tests;

/// <summary>The HTTP functions over the real wire.</summary>
public sealed class ApiTests(SharedProduct shared) : IClassFixture<SharedProduct>
{
    private static readonly string[] Seeds =
    [
        "我喜欢吃苹果",
        "苹果公司9月要发布新手机iPhone 17",
        "今天的天气真好,蓝天白云",
        "香蕉是一种热带水果",
    ];

    private readonly Product _product = shared.Product;

    [Theory]
    [InlineData("multilingual-e5-small", "query", "embeddings_query")]
    [InlineData("multilingual-e5-small", "document", "embeddings_document")]
    [InlineData("bge-small-zh-v1.5", "document", "embeddings")]
    [InlineData("all-MiniLM-L6-v2", "document", "embeddings")]
    [Trait("needs", "shared")]
    public async Task Embed_gives_the_reference_vectors(string model, string inputType, string member)
    {
        var file = Path.Combine(Paths.Shared, "golden", $"embeddings-{model}-int8.json");
        Assert.SkipUnless(File.Exists(file), $"needs ../shared/golden/{Path.GetFileName(file)}");
        using var golden = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        string[] texts = golden.RootElement.GetProperty("texts").Deserialize<string[]>()!;
        float[][] expected = golden.RootElement.GetProperty(member).Deserialize<float[][]>()!;

        var answer = await _product.PostAsync(
            "api/embed",
            new
            {
                input = texts,
                model,
                input_type = inputType,
            }
        );

        answer.GetProperty("model").GetString().ShouldBe(model);
        var vectors = answer
            .GetProperty("data")
            .EnumerateArray()
            .Select(one => one.GetProperty("embedding").Deserialize<float[]>()!)
            .ToArray();
        vectors.Length.ShouldBe(texts.Length);
        double[] cosines = [.. vectors.Zip(expected, Cosine)];
        cosines.Average().ShouldBeGreaterThanOrEqualTo(0.999);
        cosines.Min().ShouldBeGreaterThanOrEqualTo(0.99);
    }

    [Theory]
    [InlineData("bge-small-zh-v1.5", new[] { 1, .461, .312, .561 })]
    [InlineData("multilingual-e5-small", new[] { 1, .861, .839, .863 })]
    public async Task Similarity_of_the_four_seed_sentences_is_the_known_one(string model, double[] firstRow)
    {
        var answer = await _product.PostAsync("api/similarity", new { input = Seeds, model });

        var matrix = answer.GetProperty("matrix").Deserialize<double[][]>()!;
        for (var column = 0; column < 4; column++)
        {
            // dynamically quantised models differ a little from processor to processor
            matrix[0][column].ShouldBe(firstRow[column], 0.01);
            matrix[column][column].ShouldBe(1, 1e-5);
            matrix[column][0].ShouldBe(matrix[0][column], 1e-6);
        }
    }

    [Theory]
    [InlineData("cosine", 1)]
    [InlineData("dot", 1)]
    [InlineData("euclidean", 0)]
    [InlineData("manhattan", 0)]
    public async Task Similarity_of_a_text_with_itself_is_the_highest_of_each_metric(string metric, double best)
    {
        var answer = await _product.PostAsync(
            "api/similarity",
            new
            {
                source = Seeds[0],
                targets = Seeds,
                metric,
            }
        );

        var scores = answer.GetProperty("scores").Deserialize<double[]>()!;
        scores.Length.ShouldBe(4);
        scores[0].ShouldBe(best, 1e-4);
        scores.Max().ShouldBe(scores[0]);
    }

    [Fact]
    public async Task Truncation_is_told_and_can_be_refused()
    {
        var endless = string.Concat(Enumerable.Repeat("apples and pears ", 400));

        var answer = await _product.PostAsync("api/embed", new { input = endless });
        answer.GetProperty("data")[0].GetProperty("truncated").GetBoolean().ShouldBeTrue();

        await RefusedAsync(new { input = endless, truncate = false }, HttpStatusCode.UnprocessableEntity, "512");
    }

    [Fact]
    public async Task Dimensions_are_cut_and_normalised_again()
    {
        var whole = (await EmbedAsync(new { input = Seeds[0] }))[..64];
        var cut = await EmbedAsync(new { input = Seeds[0], dimensions = 64 });

        cut.Length.ShouldBe(64);
        Cosine(whole, cut).ShouldBe(1, 1e-6);
        cut.Sum(value => value * value).ShouldBe(1, 1e-5);
    }

    [Fact]
    public async Task What_is_not_understood_is_refused_with_a_reason()
    {
        await RefusedAsync(new { input = Seeds, model = "no-such-model" }, HttpStatusCode.NotFound, "no-such-model");
        await RefusedAsync(new { input = Seeds, colour = "red" }, HttpStatusCode.BadRequest, "colour");
        await RefusedAsync(new { input = 17 }, HttpStatusCode.BadRequest, "input");
        await RefusedAsync(new { input = Array.Empty<string>() }, HttpStatusCode.UnprocessableEntity, "0 texts");
        await RefusedAsync(new { input = Enumerable.Repeat("a", 2049) }, HttpStatusCode.UnprocessableEntity, "2049");
        await RefusedAsync(new { input = Seeds, dimensions = 100_000 }, HttpStatusCode.UnprocessableEntity, "100000");
        await RefusedAsync(new { input = new string('a', 5 << 20) }, HttpStatusCode.RequestEntityTooLarge, "4194304");
        await RefusedAsync(null, HttpStatusCode.BadRequest, "null");

        await RefusedAsync(new { input = "a", model = new string('m', 100_000) }, HttpStatusCode.NotFound, "mm…");

        using var half = new StringContent("""{"input":"\ud83d"}""", Encoding.UTF8, "application/json");
        await RefusedAsync("api/embed", half, HttpStatusCode.BadRequest, "surrogate");
        using var nothing = new StringContent("this is no JSON", Encoding.UTF8, "application/json");
        await RefusedAsync("api/embed", nothing, HttpStatusCode.BadRequest, "body");
    }

    [Theory]
    [InlineData("api/search", HttpStatusCode.UnprocessableEntity, "query")]
    [InlineData("api/search?q=a&top=0", HttpStatusCode.UnprocessableEntity, "top")]
    [InlineData("api/search?q=a&top=many", HttpStatusCode.BadRequest, "many")]
    [InlineData("api/search?q=a&mode=magic", HttpStatusCode.BadRequest, "magic")]
    [InlineData("api/search?q=a&facets=language", HttpStatusCode.BadRequest, "facets")]
    [InlineData("api/search?q=a&filter=page%20eq", HttpStatusCode.BadRequest, "search service")]
    [InlineData("api/documents/documents/never-seen.txt", HttpStatusCode.NotFound, "never-seen.txt")]
    [InlineData("api/documents?state=Lost", HttpStatusCode.BadRequest, "Lost")]
    [InlineData("api/search?q=a&filter=path%20eq%20%27x%27", HttpStatusCode.BadRequest, "Filterable are: id, document")]
    [InlineData("api/search?q=a&top=1&top=2", HttpStatusCode.BadRequest, "given 2 times")]
    [InlineData("api/search?q=a&top=10&skip=9991", HttpStatusCode.BadRequest, "10000")]
    [InlineData("api/documents?continuation=zzz", HttpStatusCode.BadRequest, "continuation")]
    [InlineData("api/documents?since=1600-12-31", HttpStatusCode.BadRequest, "1601")]
    [InlineData("api/documents/report.pdf", HttpStatusCode.BadRequest, "/api/documents/CONTAINER/PATH")]
    [InlineData("api/documents/documents/", HttpStatusCode.BadRequest, "/api/documents/CONTAINER/PATH")]
    [InlineData("api/serach", HttpStatusCode.NotFound, "GET, POST /api/search")]
    [InlineData("api", HttpStatusCode.NotFound, "GET, POST /api/search")]
    [InlineData("api/embed", HttpStatusCode.MethodNotAllowed, "POST was expected")]
    [InlineData("api/health?deep=yes", HttpStatusCode.BadRequest, "deep")]
    public async Task A_request_that_cannot_be_answered_says_why(string path, HttpStatusCode status, string reason)
    {
        using var answer = await _product.Http.GetAsync(path, TestContext.Current.CancellationToken);
        await IsProblemAsync(answer, status, reason);
    }

    [Fact]
    public async Task Models_tell_what_they_are()
    {
        var answer = await _product.GetAsync("api/models");

        answer.GetProperty("default").GetString().ShouldBe("multilingual-e5-small");
        var models = answer
            .GetProperty("models")
            .EnumerateArray()
            .ToDictionary(model => model.GetProperty("name").GetString()!);
        models.Keys.ShouldBe(["all-MiniLM-L6-v2", "bge-small-zh-v1.5", "multilingual-e5-small"], ignoreOrder: true);
        models["bge-small-zh-v1.5"].GetProperty("dimensions").GetInt32().ShouldBe(512);
        models["all-MiniLM-L6-v2"].GetProperty("max_tokens").GetInt32().ShouldBe(256);
        models.Values.ShouldAllBe(model => model.GetProperty("licence").GetString()!.Length > 0);
    }

    [Fact]
    public async Task Health_turns_ready() =>
        await _product.EventuallyAsync(
            async () => (await _product.GetAsync("api/health")).GetProperty("status").GetString() == "ready",
            () => "health should be ready",
            TimeSpan.FromSeconds(30)
        );

    private async Task<float[]> EmbedAsync(object body) =>
        (await _product.PostAsync("api/embed", body))
            .GetProperty("data")[0]
            .GetProperty("embedding")
            .Deserialize<float[]>()!;

    private Task RefusedAsync(object? body, HttpStatusCode status, string reason)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return RefusedAsync("api/embed", content, status, reason);
    }

    private async Task RefusedAsync(string path, HttpContent content, HttpStatusCode status, string reason)
    {
        using var answer = await _product.Http.PostAsync(path, content, TestContext.Current.CancellationToken);
        await IsProblemAsync(answer, status, reason);
    }

    private static async Task IsProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string reason)
    {
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(status, body);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        body.ShouldContain(reason);
    }

    private static double Cosine(float[] a, float[] b) =>
        a.Zip(b, (x, y) => (double)x * y).Sum() / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(y => (double)y * y));
}
