using System.Runtime.InteropServices;

namespace EmbeddingFunctions.Embeddings.Tests;

public sealed class EmbeddingTests(LoadedModels models)
{
    private const string MiniLm = "all-MiniLM-L6-v2";
    private static readonly string Long = string.Join(' ', Enumerable.Repeat("word", 1000));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("all-MiniLM-L6-v2")]
    [InlineData("bge-small-zh-v1.5")]
    [InlineData("multilingual-e5-small")]
    public async Task A_text_in_company_has_the_vector_it_has_alone(string name)
    {
        var model = await models.GetAsync(name);
        string[] texts = ["apples", Long, "苹果", "", "a longer sentence, with neighbours of all lengths", "apples"];
        var together = await model.EmbedAsync(texts, new EmbedOptions(), Cancelled);
        for (var index = 0; index < texts.Length; index++)
        {
            var alone = await model.EmbedAsync([texts[index]], new EmbedOptions(), Cancelled);
            Bits(alone[0]).ShouldBe(Bits(together[index]), texts[index]);
        }
    }

    [Fact]
    public async Task Eight_callers_at_once_get_the_vectors_that_one_gets_in_order()
    {
        var model = await models.GetAsync(MiniLm);
        var texts = Enumerable.Range(0, 40).Select(number => $"sentence number {number}").ToList();
        var expected = (await model.EmbedAsync(texts, new EmbedOptions(), Cancelled)).Select(Bits).ToList();
        var calls = Enumerable
            .Range(0, 8)
            .Select(caller => Task.Run(() => model.EmbedAsync(texts, Options(caller), Cancelled), Cancelled));
        foreach (var results in await Task.WhenAll(calls))
        {
            results.Select(Bits).ShouldBe(expected);
        }

        static EmbedOptions Options(int caller) =>
            new() { InputType = caller % 2 == 0 ? InputType.Query : InputType.Document };
    }

    [Fact]
    public async Task A_long_text_is_truncated_and_says_so()
    {
        var model = await models.GetAsync(MiniLm);
        var results = await model.EmbedAsync([Long, "short"], new EmbedOptions(), Cancelled);
        (results[0].Tokens, results[0].Truncated).ShouldBe((256, true));
        (results[1].Tokens, results[1].Truncated).ShouldBe((3, false));
        model.CountTokens(Long, InputType.Document).ShouldBe(1002);
    }

    [Fact]
    public async Task The_longest_text_that_fits_is_not_truncated()
    {
        var model = await models.GetAsync(MiniLm);
        var texts = Enumerable
            .Range(254, 2)
            .Select(words => string.Join(' ', Enumerable.Repeat("word", words)))
            .ToList();
        var results = await model.EmbedAsync(texts, new EmbedOptions(), Cancelled);
        results.Select(result => (result.Tokens, result.Truncated)).ShouldBe([(256, false), (256, true)]);
    }

    [Fact]
    public async Task A_long_text_is_refused_where_truncation_is_and_the_first_one_is_named()
    {
        var model = await models.GetAsync(MiniLm);
        var call = model.EmbedAsync(["short", Long, Long], new EmbedOptions { Truncate = false }, Cancelled);
        var refusal = await call.ShouldThrowAsync<TextTooLongException>();
        refusal.Index.ShouldBe(1);
        refusal.Message.ShouldBe("input 1 has 1002 tokens; the model takes at most 256");
    }

    [Fact]
    public async Task Fewer_dimensions_are_the_first_ones_normalised_again()
    {
        var model = await models.GetAsync(MiniLm);
        var full = (await model.EmbedAsync(["apples"], new EmbedOptions(), Cancelled))[0].Vector;
        var cut = (await model.EmbedAsync(["apples"], new EmbedOptions { Dimensions = 64 }, Cancelled))[0].Vector;
        cut.Length.ShouldBe(64);
        var length = Math.Sqrt(full.ToArray().Take(64).Sum(x => (double)x * x));
        cut.ToArray().Zip(full.ToArray()).ShouldAllBe(pair => Math.Abs(pair.First - (pair.Second / length)) < 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(385)]
    public async Task Dimensions_the_model_does_not_have_are_refused(int dimensions)
    {
        var model = await models.GetAsync(MiniLm);
        var call = model.EmbedAsync(["apples"], new EmbedOptions { Dimensions = dimensions }, Cancelled);
        var refusal = await call.ShouldThrowAsync<ArgumentOutOfRangeException>();
        refusal.Message.ShouldContain($"Dimensions is {dimensions}; {MiniLm} gives 1 to 384");
    }

    [Fact]
    public async Task Nothing_to_embed_gives_nothing_and_an_empty_text_has_its_special_tokens()
    {
        var model = await models.GetAsync(MiniLm);
        (await model.EmbedAsync([], new EmbedOptions(), Cancelled)).ShouldBeEmpty();
        (await model.EmbedAsync([""], new EmbedOptions(), Cancelled))[0].Tokens.ShouldBe(2);
    }

    [Fact]
    public async Task A_null_among_the_texts_is_refused_by_its_index()
    {
        var model = await models.GetAsync(MiniLm);
        var call = model.EmbedAsync(["a", null!], new EmbedOptions(), Cancelled);
        (await call.ShouldThrowAsync<ArgumentException>()).Message.ShouldContain("text 1 is null");
    }

    [Fact]
    public async Task Prompts_are_counted_and_change_the_vector()
    {
        var model = await models.GetAsync("multilingual-e5-small");
        var plain = model.CountTokens("query: 苹果", InputType.Document) - model.CountTokens("", InputType.Document);
        (model.CountTokens("苹果", InputType.Query) - 2).ShouldBe(plain);
        var query = await model.EmbedAsync(["苹果"], new EmbedOptions { InputType = InputType.Query }, Cancelled);
        var document = await model.EmbedAsync(["苹果"], new EmbedOptions(), Cancelled);
        query[0].Tokens.ShouldBe(model.CountTokens("苹果", InputType.Query));
        Bits(query[0]).ShouldNotBe(Bits(document[0]));
    }

    [Fact]
    public async Task A_prompt_that_only_queries_have_is_put_before_queries_only()
    {
        var model = await models.GetAsync("bge-small-zh-v1.5");
        var prompt = model.Description.Prompts["query"];
        var query = await model.EmbedAsync(["苹果"], new EmbedOptions { InputType = InputType.Query }, Cancelled);
        var written = await model.EmbedAsync([prompt + "苹果", "苹果"], new EmbedOptions(), Cancelled);
        Bits(written[0]).ShouldBe(Bits(query[0]));
        written[1].Tokens.ShouldBe(4);
    }

    [Fact]
    public async Task A_cancelled_call_ends_at_once_and_leaves_the_model_at_work()
    {
        var model = await models.GetAsync("multilingual-e5-small");
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var call = model.EmbedAsync([.. Enumerable.Repeat(Long, 2000)], new EmbedOptions(), source.Token);
        await source.CancelAsync();
        await call.ShouldThrowAsync<OperationCanceledException>();
        (await model.EmbedAsync(["still there"], new EmbedOptions(), Cancelled)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_disposed_model_fails_what_waits_and_refuses_what_comes()
    {
        var model = EmbeddingModel.Load(Files.Model(MiniLm), new EmbeddingModelOptions { Concurrency = 1 });
        var call = model.EmbedAsync([.. Enumerable.Repeat(Long, 500)], new EmbedOptions(), Cancelled);
        model.Dispose();
        model.Dispose();
        await call.ShouldThrowAsync<ObjectDisposedException>();
        await model.EmbedAsync(["a"], new EmbedOptions(), Cancelled).ShouldThrowAsync<ObjectDisposedException>();
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 257)]
    public void Options_out_of_range_are_refused(int concurrency, int queryConcurrency)
    {
        var options = new EmbeddingModelOptions { Concurrency = concurrency, QueryConcurrency = queryConcurrency };
        Should.Throw<ArgumentOutOfRangeException>(() => EmbeddingModel.Load(Files.Model(MiniLm), options));
    }

    private static byte[] Bits(TextEmbedding embedding) => MemoryMarshal.AsBytes(embedding.Vector.Span).ToArray();
}
