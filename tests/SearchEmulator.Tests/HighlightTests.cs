namespace EmbeddingFunctions.SearchEmulator.Tests;

public sealed class HighlightTests
{
    [Theory]
    [InlineData("boats", "text", "simple", "<em>Boats</em> leave daily!|Ask about hotels and <em>boating</em>.")]
    [InlineData(
        "boats hotels",
        "text",
        "simple",
        "<em>Boats</em> leave daily!|Ask about <em>hotels</em> and <em>boating</em>."
    )]
    [InlineData("boats hotels", "text-1", "simple", "Ask about <em>hotels</em> and <em>boating</em>.")]
    [InlineData("harbour -leave", "text", "simple", "A quiet inn by the <em>harbour</em>.")]
    [InlineData("boats", "text-1", "simple", "<em>Boats</em> leave daily!")]
    [InlineData(
        "boats leave",
        "text",
        "simple",
        "<em>Boats</em> <em>leave</em> daily!|Ask about hotels and <em>boating</em>."
    )]
    [InlineData("\"boats leave\"", "text", "simple", "<em>Boats</em> <em>leave</em> daily!")]
    [InlineData("daili~", "text", "full", "Boats leave <em>daily</em>!")]
    [InlineData("text:/hotel/", "text", "full", "Ask about <em>hotels</em> and boating.")]
    [InlineData("dail*", "text", "simple", "Boats leave <em>daily</em>!")]
    [InlineData("harb*", "name", "simple", "<em>Harbour</em> Inn")]
    [InlineData("pool", "tags", "simple", "<em>pool</em>")]
    [InlineData("装订机", "zh", "simple", "本月对车间内的<em>装订机</em>进行了维护。")]
    [InlineData("spare", "rooms/memo", "simple", "<em>spare</em>")]
    [InlineData("*", "text", "simple", "")]
    [InlineData("harbour", "zh", "simple", "")]
    public async Task A_passage_is_a_sentence(string search, string highlight, string queryType, string expected)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        var answer = await emulator.SearchAsync(
            PlaceIndex.Name,
            new
            {
                search,
                highlight,
                queryType,
                filter = "id eq 'a'",
            }
        );
        var highlights = answer["value"]!.AsArray().FirstOrDefault()?["@search.highlights"];
        string.Join('|', highlights?[highlight.Split('-')[0]]?.AsArray().Select(p => (string)p!) ?? [])
            .ShouldBe(expected);
        if (expected.Length == 0)
            highlights.ShouldBeNull();
    }

    [Fact]
    public async Task Tags_are_those_asked_for_and_highlights_follow_the_score()
    {
        await using var emulator = await PlaceIndex.StartAsync();
        var answer = await emulator.SearchAsync(
            PlaceIndex.Name,
            new
            {
                search = "harbour",
                highlight = "name,text",
                highlightPreTag = "[",
                highlightPostTag = "]",
                select = "id",
                vectorQueries = Array.Empty<object>(),
            }
        );
        var first = answer["value"]![0]!.AsObject();
        first.Select(m => m.Key).ShouldBe(["@search.score", "@search.highlights", "id"]);
        first["@search.highlights"]!["name"]![0]!.ToString().ShouldBe("[Harbour] Inn");
        first["@search.highlights"]!["text"]![0]!.ToString().ShouldBe("A quiet inn by the [harbour].");
    }

    [Theory]
    [InlineData("stars")]
    [InlineData("nope")]
    [InlineData("hidden")]
    [InlineData("text-0")]
    [InlineData("text-x")]
    public async Task A_field_that_cannot_be_highlighted_is_refused(string highlight)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        await emulator.RefusedAsync(PlaceIndex.Name, new { search = "a", highlight });
    }
}
