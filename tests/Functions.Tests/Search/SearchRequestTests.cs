using System.Net;
using EmbeddingFunctions.Functions.Http;
using EmbeddingFunctions.Functions.Search;

namespace EmbeddingFunctions.Functions.Tests.Search;

public sealed class SearchRequestTests
{
    [Theory]
    [InlineData(9_990, null)]
    [InlineData(9_000, 1_000)]
    [InlineData(0, 1)]
    public void No_more_than_10000_are_looked_through(int skip, int? top)
    {
        var request = new SearchRequest
        {
            Query = "a",
            Skip = skip,
            Top = top,
        };
        request.Checked().ShouldBe(request);

        var refusal = Refusal(request with { Skip = 10_001 - (top ?? 10) });
        refusal.Status.ShouldBe(HttpStatusCode.BadRequest);
        refusal.Message.ShouldContain("10000");
        Refusal(request with { Skip = int.MaxValue }).Message.ShouldContain("10000");
    }

    [Fact]
    public void Query_may_be_called_q_but_not_both()
    {
        new SearchRequest { Q = "a" }
            .Checked()
            .ShouldBe(new SearchRequest { Query = "a" });
        Refusal(new SearchRequest { Q = "a", Query = "a" }).Message.ShouldContain("both");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t\n")]
    public void A_query_without_words_is_refused(string? query) =>
        Refusal(new SearchRequest { Query = query }).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);

    [Theory]
    [InlineData("page eq 1) or (true")]
    [InlineData(")")]
    [InlineData("title eq 'it''s' ) or (1 eq 1")]
    public void A_filter_cannot_get_out_of_its_parentheses(string filter) =>
        Refusal(new SearchRequest { Query = "a", Filter = filter }).Message.ShouldContain("parenthesis");

    [Theory]
    [InlineData("(page eq 1) or (page eq 2)")]
    [InlineData("document eq 'a) b'")]
    [InlineData("document eq 'it''s :)' and page eq 1")]
    public void Parentheses_that_are_text_or_closed_are_no_matter(string filter)
    {
        var request = new SearchRequest { Query = "a", Filter = filter };
        request.Checked().ShouldBe(request);
    }

    private static InvalidRequestException Refusal(SearchRequest request) =>
        Should.Throw<InvalidRequestException>(request.Checked);
}
