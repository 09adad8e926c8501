namespace EmbeddingFunctions.SearchEmulator.Tests;

public sealed class FullSyntaxTests
{
    [Theory]
    [InlineData("harbour", "a")]
    [InlineData("name:inn", "a c")]
    [InlineData("name:inn AND stars", "")]
    [InlineData("name:inn NOT text:quiet", "c")]
    [InlineData("+name:inn -text:quiet", "c")]
    [InlineData("name:(hotel OR harbour)", "a b")]
    [InlineData("harbor~", "a c")]
    [InlineData("harbor~0", "c")]
    [InlineData("name:\"inn harbor\"", "")]
    [InlineData("name:\"inn harbor\"~2", "c")]
    [InlineData("harb*", "a c")]
    [InlineData("HARB*", "a c")]
    [InlineData("harbo?r", "a")]
    [InlineData("har*r", "a c")]
    [InlineData("/harbou?r/", "a c")]
    [InlineData("/[hm]otel/", "a b")]
    [InlineData("/.*ote./", "a b")]
    [InlineData("/(hot|mot)e(l|n){1,2}/", "a b")]
    [InlineData("/harbo@/", "a c")]
    [InlineData("/[^h]ot\"el\"/", "b")]
    [InlineData("name:/~(h@)/", "a b c")]
    [InlineData("name:/h@&~(@r)/", "b")]
    [InlineData("name:/(inn|of)|#/", "a c")]
    [InlineData("name:/h~(.*b.*)/", "b")]
    [InlineData("name:/#/", "")]
    [InlineData("address/city:bergen", "a b")]
    [InlineData("address\\/city:bergen", "a b")]
    [InlineData("rooms/memo:spare", "a")]
    [InlineData("tags:pool^3 tags:bar", "a b")]
    [InlineData("zh:装订机", "a")]
    [InlineData("*:*", "a b c n")]
    [InlineData("*", "a b c n")]
    [InlineData("name:C\\:x", "")]
    [InlineData("-harbour", "")]
    public async Task The_full_syntax_finds(string search, string expected)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        var keys = await emulator.KeysAsync(PlaceIndex.Name, new { search, queryType = "full" });
        string.Join(' ', keys.Order()).ShouldBe(expected);
    }

    [Theory]
    [InlineData("harbour boats", "any", "a b")]
    [InlineData("harbour boats", "all", "a")]
    [InlineData("name:harbour text:cheap", "all", "")]
    public async Task The_search_mode_joins_words(string search, string searchMode, string expected)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        var keys = await emulator.KeysAsync(
            PlaceIndex.Name,
            new
            {
                search,
                searchMode,
                queryType = "full",
            }
        );
        string.Join(' ', keys.Order()).ShouldBe(expected);
    }

    [Fact]
    public async Task A_boost_decides_the_order_and_a_named_field_overrides_the_search_fields()
    {
        await using var emulator = await PlaceIndex.StartAsync();
        (await emulator.KeysAsync(PlaceIndex.Name, new { search = "quiet^9 cheap", queryType = "full" })).ShouldBe([
            "a",
            "b",
        ]);
        (await emulator.KeysAsync(PlaceIndex.Name, new { search = "quiet cheap^9", queryType = "full" })).ShouldBe([
            "b",
            "a",
        ]);
        (
            await emulator.KeysAsync(
                PlaceIndex.Name,
                new
                {
                    search = "cheap tags:pool",
                    queryType = "full",
                    searchFields = "name",
                }
            )
        ).ShouldBe(["a"]);
    }

    [Theory]
    [InlineData("harb*")]
    [InlineData("h?rbour")]
    [InlineData("/harb.*/")]
    public async Task What_expands_to_terms_scores_one(string search)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        var answer = await emulator.SearchAsync(
            PlaceIndex.Name,
            new
            {
                search,
                queryType = "full",
                searchFields = "name",
            }
        );
        answer["value"]!.AsArray().Select(d => (double)d!["@search.score"]!).ShouldAllBe(s => s == 1);
        answer["value"]!.AsArray().ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("/.*/.*/", "line 1, column 8")]
    [InlineData("(a", "line 1, column 2")]
    [InlineData("a AND", "line 1, column 5")]
    [InlineData("\"a", "line 1, column 3")]
    [InlineData("stars:[1 TO 5]", "Failed to parse query string")]
    [InlineData("name:{a TO b}", "Failed to parse query string")]
    [InlineData("*otel", "Failed to parse query string")]
    [InlineData("a~1.5", "Failed to parse query string")]
    [InlineData("nope:a", "'nope' is not a searchable field")]
    [InlineData("stars:5", "'stars' is not a searchable field")]
    [InlineData("/a{/", "'{' without '}'")]
    [InlineData("/(a/", "'(' without ')'")]
    [InlineData("/a)/", "a ')' too many")]
    [InlineData("/[a/", "'[' without ']'")]
    [InlineData("/a{5000}/", "repetition")]
    [InlineData("/*a/", "after nothing")]
    [InlineData("/a|/", "nothing on one side")]
    [InlineData("/a&/", "nothing on one side")]
    [InlineData("/a~/", "'~' before nothing")]
    [InlineData("/a<1-/", "'<' without '>'")]
    [InlineData("/a<hex>/", "'<hex>', which is not an interval")]
    [InlineData("/[b-a]/", "ends before it begins")]
    public async Task What_does_not_parse_is_refused_with_its_place(string search, string message)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        var error = await emulator.RefusedAsync(PlaceIndex.Name, new { search, queryType = "full" });
        ((string)error["message"]!).ShouldContain(message);
        ((string)error["details"]![0]!["code"]!).ShouldBe("InvalidSearchSyntax");
    }
}
