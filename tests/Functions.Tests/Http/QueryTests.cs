using EmbeddingFunctions.Functions.Http;
using EmbeddingFunctions.Functions.Search;
using Microsoft.AspNetCore.Http;

namespace EmbeddingFunctions.Functions.Tests.Http;

/// <summary>The query string is read as strictly as a body.</summary>
public sealed class QueryTests
{
    [Theory]
    [InlineData("?top=1&top=2", "Parameter 'top' is given 2 times; once was expected.")]
    [InlineData("?top=1&TOP=1", "Parameter 'TOP' is given 2 times; once was expected.")]
    [InlineData("?depth=1", "Parameter 'depth' is not known; known are: top, mode, since.")]
    [InlineData(
        "?mode=hybrid,vector",
        "Parameter 'mode' is 'hybrid,vector'; one of hybrid, vector, keyword was expected."
    )]
    [InlineData("?mode=1", "Parameter 'mode' is '1'; one of hybrid, vector, keyword was expected.")]
    [InlineData("?top=1.5", "Parameter 'top' is '1.5'; a whole number up to 2147483647 was expected.")]
    public void What_is_not_understood_is_refused(string query, string sentence) =>
        Should.Throw<InvalidRequestException>(() => Read(query)).Message.ShouldBe(sentence);

    [Theory]
    [InlineData("1600-12-31T23:59:59Z")]
    [InlineData("0001-01-01")]
    [InlineData("1601-01-01T00:00:00%2B01:00")]
    [InlineData("1/2/2026")]
    [InlineData("2026")]
    [InlineData("yesterday")]
    public void A_time_that_tables_do_not_take_or_that_is_ambiguous_is_refused(string time) =>
        Should.Throw<InvalidRequestException>(() => Read($"?since={time}")).Message.ShouldContain("from 1601 on");

    [Theory]
    [InlineData("1601-01-01", "1601-01-01T00:00:00Z")]
    [InlineData("2026-01-31T08:30Z", "2026-01-31T08:30:00Z")]
    [InlineData("2026-01-31T08:30:00.1234567%2B00:00", "2026-01-31T08:30:00.1234567Z")]
    [InlineData("2026-01-31T08:30:00%2B08:00", "2026-01-31T00:30:00Z")]
    public void Times_of_ISO_8601_are_taken(string time, string expected) =>
        Read($"?since={time}")
            .Since.ShouldBe(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void The_key_of_Azures_front_end_is_no_parameter() => Read("?code=secret&top=7").Top.ShouldBe(7);

    [Fact]
    public void An_address_without_parameters_says_where_they_belong()
    {
        var request = Request("?top=1");
        Should
            .Throw<InvalidRequestException>(() => new Query(request))
            .Message.ShouldEndWith("this address takes none.");
        request.Method = "POST";
        Should
            .Throw<InvalidRequestException>(() => new Query(request))
            .Message.ShouldEndWith("all goes into the body.");
    }

    private static (int? Top, SearchMode? Mode, DateTimeOffset? Since) Read(string query)
    {
        var read = new Query(Request(query), "top", "mode", "since");
        return (read.Number("top"), read.Choice<SearchMode>("mode"), read.Time("since"));
    }

    private static HttpRequest Request(string query)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = "GET";
        request.QueryString = new QueryString(query);
        return request;
    }
}
