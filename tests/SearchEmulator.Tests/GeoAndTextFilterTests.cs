namespace EmbeddingFunctions.SearchEmulator.Tests;

public sealed class GeoAndTextFilterTests
{
    // A degree of longitude at 50° north is 71.7 km.
    [Theory]
    [InlineData("geo.distance(spot, geography'POINT(10 50)') lt 70", "a")]
    [InlineData("geo.distance(spot, geography'POINT(10 50)') le 72", "a b")]
    [InlineData("geo.distance(geography'POINT(10 50)', spot) gt 70", "b c")]
    [InlineData("70 gt geo.distance(spot, geography'POINT(10 50)')", "a")]
    [InlineData("not (geo.distance(spot, geography'POINT(10 50)') lt 70)", "b c n")]
    // Across the date line it is 10 degrees, not 350.
    [InlineData("geo.distance(spot, geography'POINT(180 0)') lt 1113", "c")]
    [InlineData("geo.distance(spot, geography'SRID=4326;POINT(180 0)') lt 1111", "")]
    [InlineData("spot eq null", "n")]
    [InlineData("spot ne null", "a b c")]
    public async Task A_distance_filters_in_kilometres(string filter, string expected)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        string.Join(' ', await emulator.KeysAsync(PlaceIndex.Name, new { filter })).ShouldBe(expected);
    }

    [Theory]
    [InlineData("geo.distance(spot, geography'POINT(10 50)') eq 3")]
    [InlineData("geo.distance(spot, geography'POINT(10 50)') lt 'x'")]
    [InlineData("geo.distance(spot, geography'POINT(10 50)')")]
    [InlineData("geo.distance(spot, 'POINT(10 50)') lt 1")]
    [InlineData("spot eq geography'POINT(10 50)'")]
    [InlineData("spot gt null")]
    public async Task A_point_has_no_other_comparison(string filter)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        await emulator.RefusedAsync(PlaceIndex.Name, new { filter });
    }

    [Theory]
    [InlineData("geo.distance(spot, geography'POINT(11 50)')", "b a c n")]
    [InlineData("geo.distance(geography'POINT(11 50)', spot) desc", "n c a b")]
    [InlineData("open desc, geo.distance(spot, geography'POINT(-170 1)') asc", "a b c n")]
    public async Task Without_a_point_a_document_is_the_farthest(string orderby, string expected)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        string.Join(' ', await emulator.KeysAsync(PlaceIndex.Name, new { orderby })).ShouldBe(expected);
    }

    [Theory]
    [InlineData("spot")]
    [InlineData("geo.distance(stars, geography'POINT(1 1)')")]
    [InlineData("geo.distance(spot)")]
    [InlineData("foo(spot)")]
    [InlineData("stars desc desc")]
    [InlineData("stars,")]
    [InlineData("rooms/rate")]
    public async Task A_wrong_order_is_refused(string orderby)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        ((string)(await emulator.RefusedAsync(PlaceIndex.Name, new { orderby }))["message"]!).ShouldContain(
            "Parameter name: $orderby"
        );
    }

    [Theory]
    [InlineData("search.ismatch('boat')", "a b")]
    [InlineData("search.ismatch('harbour', 'name')", "a")]
    [InlineData("search.ismatch('harbour motel', 'name,text', 'simple', 'all')", "")]
    [InlineData("search.ismatch('harb*')", "a c")]
    [InlineData("search.ismatch('name:harbor~1', null, 'full', 'any')", "a c")]
    [InlineData("not search.ismatch('boat')", "c n")]
    [InlineData("search.ismatch('*')", "a b c n")]
    [InlineData("search.ismatch('motel') or stars eq 1", "b c")]
    [InlineData("stars gt 1 and (search.ismatch('cheap') or search.ismatchscoring('quiet'))", "a b")]
    public async Task A_text_query_filters(string filter, string expected)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        string.Join(' ', (await emulator.KeysAsync(PlaceIndex.Name, new { filter })).Order()).ShouldBe(expected);
    }

    [Fact]
    public async Task Ismatchscoring_adds_its_score_and_ismatch_does_not()
    {
        await using var emulator = await PlaceIndex.StartAsync();
        async Task<double> ScoreAsync(string search, string? filter) =>
            (double)
                (await emulator.SearchAsync(PlaceIndex.Name, new { search, filter }))["value"]![0]!["@search.score"]!;
        var boat = await ScoreAsync("boat", "id eq 'b'");
        var cheap = await ScoreAsync("cheap", "id eq 'b'");
        (await ScoreAsync("boat", "search.ismatch('cheap')")).ShouldBe(boat, 1e-6);
        (await ScoreAsync("boat", "search.ismatchscoring('cheap')")).ShouldBe(boat + cheap, 1e-6);
        (await ScoreAsync("*", "search.ismatchscoring('cheap')")).ShouldBe(1 + cheap, 1e-6);
    }

    [Fact]
    public async Task Suggestions_have_no_text_search_in_their_filters()
    {
        await using var emulator = await PlaceIndex.StartAsync();
        await emulator.PostAsync(
            "suggest",
            new
            {
                search = "inn",
                suggesterName = "sg",
                filter = "search.ismatch('a')",
            },
            400
        );
    }
}
