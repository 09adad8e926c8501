using System.Text;
using EmbeddingFunctions.Functions.Documents;
using EmbeddingFunctions.Functions.Embed;
using EmbeddingFunctions.Functions.Http;
using EmbeddingFunctions.Functions.Search;

namespace EmbeddingFunctions.Functions.Tests.Http;

/// <summary>A body that is not understood is refused with a sentence for people: where, what was found, what was expected.</summary>
public sealed class JsonTests
{
    [Theory]
    [InlineData("", "The body is empty; a JSON object was expected.")]
    [InlineData(" \n", "The body is empty; a JSON object was expected.")]
    [InlineData("null", "The body is null; a JSON object was expected.")]
    [InlineData("[]", "The body is an array; a JSON object was expected.")]
    [InlineData("\"a\"", "The body is the text 'a'; a JSON object was expected.")]
    [InlineData("""{"query":17}""", "'query' is the number 17; a text was expected.")]
    [InlineData("""{"top":"1"}""", "'top' is the text '1'; a whole number up to 2147483647 was expected.")]
    [InlineData("""{"top":1.5}""", "'top' is the number 1.5; a whole number up to 2147483647 was expected.")]
    [InlineData(
        """{"top":3000000000}""",
        "'top' is the number 3000000000; a whole number up to 2147483647 was expected."
    )]
    [InlineData("""{"mode":"magic"}""", "'mode' is the text 'magic'; one of hybrid, vector, keyword was expected.")]
    [InlineData(
        """{"mode":"hybrid, vector"}""",
        "'mode' is the text 'hybrid, vector'; one of hybrid, vector, keyword was expected."
    )]
    [InlineData("""{"mode":1}""", "'mode' is the number 1; one of hybrid, vector, keyword was expected.")]
    [InlineData(
        """{"created_since":"1 May 2026"}""",
        "'created_since' is the text '1 May 2026'; a time of ISO 8601 from 1601 on, as 2026-01-31T08:30:00Z, was expected."
    )]
    [InlineData(
        """{"modified_before":2026}""",
        "'modified_before' is the number 2026; a time of ISO 8601 from 1601 on, as 2026-01-31T08:30:00Z, was expected."
    )]
    [InlineData("""{"author":["Ann"]}""", "'author' is an array; a text was expected.")]
    [InlineData("""{"query":"a","query":"b"}""", "'query' is in the body twice; once was expected.")]
    [InlineData("""{"query":"a","\u0071uery":"b"}""", "'query' is in the body twice; once was expected.")]
    [InlineData(
        """{"query":"a"} x""",
        "The body is not JSON at line 1, byte 15: 'x' is invalid after a single JSON value. Expected end of data."
    )]
    [InlineData(
        """{"query":"\ud83d"}""",
        "'query' is not Unicode: it has half of a surrogate pair, or bytes that are no UTF-8."
    )]
    [InlineData(
        """{"\ud83d":1}""",
        "The body is not JSON; it is not Unicode: it has half of a surrogate pair, or bytes that are no UTF-8."
    )]
    public void What_is_not_understood_is_said(string body, string sentence) => Refuses<SearchRequest>(body, sentence);

    [Theory]
    [InlineData("""{"input":["a",null]}""", "'input' [1] is null; a text was expected.")]
    [InlineData("""{"input":["a","b",[]]}""", "'input' [2] is an array; a text was expected.")]
    [InlineData(
        """{"input":["\udc00"]}""",
        "'input' [0] is not Unicode: it has half of a surrogate pair, or bytes that are no UTF-8."
    )]
    [InlineData("""{"input":{}}""", "'input' is an object; a text or an array of texts was expected.")]
    public void A_list_of_texts_says_which_one_is_none(string body, string sentence)
    {
        Refuses<EmbedRequest>(body, sentence);
        Refuses<SimilarityRequest>(body, sentence);
    }

    [Fact]
    public void What_is_unknown_is_answered_with_what_is_known()
    {
        Refuses<EmbedRequest>(
            """{"input":"a","inputType":"query"}""",
            "'inputType' is not known in the body; known are: input, model, input_type, dimensions, truncate, batch, encoding_format, ranges."
        );
        Refuses<EmbedRequest>("""{"truncate":"yes"}""", "'truncate' is the text 'yes'; true or false was expected.");
        Refuses<RetryRequest>("""{"State":"Failed"}""", "'State' is not known in the body; known are: state, path.");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"query":"a",}""")]
    [InlineData("""{"query":tru}""")]
    [InlineData("""{"query":"a"//comment""")]
    [InlineData("query=a")]
    public void No_message_speaks_of_the_reader_or_of_types(string body)
    {
        var message = Should.Throw<InvalidRequestException>(() => Json.Parse<SearchRequest>(Bytes(body))).Message;

        message.ShouldStartWith("The body is not JSON at line 1, byte ");
        message.ShouldNotContain("LineNumber");
        message.ShouldNotContain("options");
        message.ShouldNotContain("EmbeddingFunctions");
    }

    [Fact]
    public void A_long_value_is_not_quoted_whole() =>
        Refuses<SearchRequest>(
            $$"""{"mode":"{{new string('m', 1000)}}"}""",
            $"'mode' is the text '{new string('m', 40)}…'; one of hybrid, vector, keyword was expected."
        );

    [Fact]
    public void Times_are_read_as_in_a_query_string()
    {
        var request = Json.Parse<SearchRequest>(
            Bytes("""{"created_since":"2026-01-31","modified_before":"2026-01-31T08:30:00+08:00"}""")
        );

        request.CreatedSince.ShouldBe(new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero));
        request.ModifiedBefore.ShouldBe(new DateTimeOffset(2026, 1, 31, 0, 30, 0, TimeSpan.Zero));
    }

    [Fact]
    public void A_byte_order_mark_and_any_case_of_a_choice_are_taken()
    {
        var request = Json.Parse<SearchRequest>(Bytes("\uFEFF{\"query\":\"苹果\",\"mode\":\"KEYWORD\",\"top\":3}"));

        (request.Query, request.Mode, request.Top).ShouldBe(("苹果", SearchMode.Keyword, 3));
    }

    private static void Refuses<T>(string body, string sentence) =>
        Should.Throw<InvalidRequestException>(() => Json.Parse<T>(Bytes(body))).Message.ShouldBe(sentence);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
