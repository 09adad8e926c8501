using Azure;
using EmbeddingFunctions.Functions.Http;
using EmbeddingFunctions.Functions.Index;
using EmbeddingFunctions.Functions.Search;
using EmbeddingFunctions.Functions.Tests.Sync;

namespace EmbeddingFunctions.Functions.Tests.Search;

public sealed class RetrieverTests(Bench bench) : IClassFixture<Bench>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("装订", "装订 装订*")]
    [InlineData("装订机 维护-机密", "装订机 维护\\-机密 装订机* 维护* 机密*")]
    [InlineData("如何提高检索质量", "如何提高检索质量")]
    [InlineData("AB-77/12", @"AB\-77/12")]
    [InlineData("C++ (draft) && [v2]?", @"C\+\+ \(draft\) && [v2]?")]
    [InlineData("\"unclosed phrase", "\\\"unclosed phrase")]
    [InlineData("a|b* 'c' ~2 \\", @"a\|b\* \'c\' \~2 \\")]
    [InlineData("苹果什么时候发布?", "苹果什么时候发布?")]
    public void Punctuation_of_a_question_is_no_operator(string question, string sent) =>
        Retriever.Plain(question).ShouldBe(sent);

    [Theory]
    [InlineData("hybrid", true)]
    [InlineData("vector", true)]
    [InlineData("keyword", false)]
    public async Task A_query_that_the_model_cuts_is_told(string word, bool cut)
    {
        await using var worker = bench.NewWorker(bench.NewContainer());
        var retriever = worker.Get<Retriever>();
        var mode = Choice.Parse<SearchMode>(word);

        var whole = await retriever.FindAsync(new() { Query = "apples", Mode = mode }, Cancellation);
        var endless = string.Concat(Enumerable.Repeat("apples and pears ", 300));
        var longer = await retriever.FindAsync(new() { Query = endless, Mode = mode }, Cancellation);

        (whole.Truncated, longer.Truncated).ShouldBe((false, cut));
    }

    [Fact]
    public async Task A_filter_that_is_not_understood_is_answered_with_the_fields_it_may_name()
    {
        await using var worker = bench.NewWorker(bench.NewContainer());
        var request = new SearchRequest { Query = "a", Filter = "path eq 'a.txt'" };

        var refusal = await Should.ThrowAsync<InvalidRequestException>(
            worker.Get<Retriever>().FindAsync(request, Cancellation)
        );

        refusal.Message.ShouldContain("'path'");
        refusal.Message.ShouldContain("id, document, container, page, ordinal, language");
        refusal.Message.ShouldNotContain("contentVector");
    }

    [Fact]
    public async Task A_filter_that_is_refused_without_the_usual_words_is_the_callers_too()
    {
        await using var worker = Refusing("The function 'f' in $filter is not supported.\r\nStatus: 400");
        var request = new SearchRequest { Query = "a", Filter = "f(page)" };

        var refusal = await Should.ThrowAsync<InvalidRequestException>(
            worker.Get<Retriever>().FindAsync(request, Cancellation)
        );

        refusal.Message.ShouldStartWith("The search service refused 'filter': The function 'f'");
    }

    [Theory]
    [InlineData("Invalid expression: No property 'metadata'.\r\nParameter name: $select\r\nStatus: 400", null)]
    [InlineData("Invalid expression: No property 'metadata'.\r\nParameter name: $select\r\nStatus: 400", "page eq 1")]
    [InlineData("Invalid expression: No property 'container'.\r\nParameter name: $filter\r\nStatus: 400", null)]
    [InlineData("Too much.\r\nStatus: 400", "page eq 1")]
    public async Task What_the_service_refuses_of_our_own_is_not_blamed_on_the_caller(string message, string? filter)
    {
        await using var worker = Refusing(message);
        var request = new SearchRequest { Query = "a", Filter = filter };

        var refusal = await Should.ThrowAsync<SearchRefusedException>(
            worker.Get<Retriever>().FindAsync(request, Cancellation)
        );

        refusal.Message.ShouldStartWith("The search service refused the app's request: ");
        refusal.Message.ShouldContain(message.Split('\r')[0]);
        refusal.Message.ShouldNotContain("Status");
    }

    [Fact]
    public async Task A_query_that_the_service_refuses_is_the_callers()
    {
        await using var worker = Refusing("Too many words.\r\nParameter name: search\r\nStatus: 400 (Bad Request)");

        var refusal = await Should.ThrowAsync<InvalidRequestException>(
            worker.Get<Retriever>().FindAsync(new() { Query = "a" }, Cancellation)
        );

        refusal.Message.ShouldBe("The search service refused 'query': Too many words.");
    }

    /// <summary>A search service that answers every search with 400.</summary>
    private Worker Refusing(string message)
    {
        var faults = new Faults
        {
            Before = (_, address) =>
                address.AbsolutePath.EndsWith("search.post.search", StringComparison.Ordinal)
                    ? Task.FromException(new RequestFailedException(400, message))
                    : Task.CompletedTask,
        };
        return bench.NewWorker(bench.NewContainer(), faults);
    }
}
