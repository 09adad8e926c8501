using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Tests;

public sealed class FacetTests
{
    [Theory]
    [InlineData("tags", """[{"count":2,"value":"bar"},{"count":1,"value":"pool"}]""")]
    [InlineData("tags,count:1", """[{"count":2,"value":"bar"}]""")]
    [InlineData("tags,count:0", """[{"count":2,"value":"bar"},{"count":1,"value":"pool"}]""")]
    [InlineData("tags,sort:-count", """[{"count":1,"value":"pool"},{"count":2,"value":"bar"}]""")]
    [InlineData("stars,sort:value", """[{"count":1,"value":1},{"count":1,"value":3},{"count":1,"value":5}]""")]
    [InlineData("stars,sort:-value,count:2", """[{"count":1,"value":5},{"count":1,"value":3}]""")]
    [InlineData("open", """[{"count":1,"value":false},{"count":1,"value":true}]""")]
    [InlineData("price", """[{"count":1,"value":40.0},{"count":1,"value":99.5}]""")]
    // A document with two double rooms counts once.
    [InlineData("rooms/type", """[{"count":2,"value":"double"},{"count":1,"value":"single"}]""")]
    [InlineData("rooms/tags", """[{"count":1,"value":"bath"},{"count":1,"value":"tv"}]""")]
    [InlineData("rooms/beds/width,sort:value", """[{"count":1,"value":90},{"count":1,"value":140}]""")]
    [InlineData("address/city", """[{"count":2,"value":"Bergen"}]""")]
    [InlineData("numbers,values:2|5", """[{"count":1,"to":2},{"count":0,"from":2,"to":5},{"count":2,"from":5}]""")]
    [InlineData(
        "price,values:40|100",
        """[{"count":0,"to":40.0},{"count":2,"from":40.0,"to":100.0},{"count":0,"from":100.0}]"""
    )]
    [InlineData("stars,interval:2", """[{"count":1,"value":0},{"count":1,"value":2},{"count":1,"value":4}]""")]
    [InlineData("price,interval:50", """[{"count":1,"value":0.0},{"count":1,"value":50.0}]""")]
    [InlineData(
        "built,values:2000-01-01T00:00:00Z",
        """[{"count":1,"to":"2000-01-01T00:00:00.000+0000"},{"count":2,"from":"2000-01-01T00:00:00.000+0000"}]"""
    )]
    public async Task A_facet_counts_documents(string facet, string expected)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        var answer = await emulator.SearchAsync(PlaceIndex.Name, new { facets = new[] { facet }, top = 0 });
        answer["@search.facets"]![facet.Split(',')[0]]!
            .ToJsonString()
            .ShouldBe(JsonNode.Parse(expected)!.ToJsonString());
        answer["value"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("built,interval:year", "1999-01-01T00:00:00Z 2020-01-01T00:00:00Z*2")]
    [InlineData("built,interval:quarter", "1999-10-01T00:00:00Z 2020-01-01T00:00:00Z*2")]
    [InlineData("built,interval:month", "1999-12-01T00:00:00Z 2020-02-01T00:00:00Z 2020-03-01T00:00:00Z")]
    [InlineData("built,interval:month,timeoffset:+01:00", "1999-11-30T23:00:00Z 2020-02-29T23:00:00Z*2")]
    [InlineData("built,interval:month,timeoffset:-0100", "1999-12-01T01:00:00Z 2020-02-01T01:00:00Z*2")]
    [InlineData("built,interval:week", "1999-12-27T00:00:00Z 2020-02-24T00:00:00Z*2")]
    [InlineData("built,interval:day,timeoffset:+01", "1999-12-30T23:00:00Z 2020-02-29T23:00:00Z*2")]
    [InlineData("built,interval:hour", "1999-12-31T00:00:00Z 2020-02-29T23:00:00Z 2020-03-01T00:00:00Z")]
    [InlineData("built,interval:minute", "1999-12-31T00:00:00Z 2020-02-29T23:30:00Z 2020-03-01T00:30:00Z")]
    public async Task Intervals_of_dates_begin_at_local_boundaries(string facet, string expected)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        var answer = await emulator.SearchAsync(PlaceIndex.Name, new { facets = new[] { facet } });
        var found = answer["@search.facets"]!["built"]!
            .AsArray()
            .Select(b => $"{b!["value"]}{((int)b["count"]! > 1 ? $"*{b["count"]}" : "")}");
        string.Join(' ', found).ShouldBe(expected);
    }

    [Theory]
    [InlineData("date,interval:year,timeoffset:+14:00", "0001-01-01T00:00:00Z 9998-12-31T10:00:00Z")]
    [InlineData("date,interval:year,timeoffset:-12:00", "0001-01-01T12:00:00Z 9999-01-01T12:00:00Z")]
    [InlineData("date,interval:minute,timeoffset:-12:00", "0001-01-01T12:00:00Z 9999-12-31T23:59:00Z")]
    [InlineData("date,interval:week,timeoffset:+14:00", "0001-01-01T00:00:00Z 9999-12-26T10:00:00Z")]
    [InlineData("large,interval:10", "-9223372036854775808 9223372036854775800")]
    [InlineData("large,interval:9223372036854775807", "-9223372036854775808 9223372036854775807")]
    [InlineData("small,interval:9223372036854775807", "0")]
    public async Task Intervals_hold_the_least_and_the_greatest_values(string facet, string expected)
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        await emulator.IndexAsync(
            "things",
            [
                new
                {
                    id = "least",
                    date = "0001-01-01T00:00:00Z",
                    large = long.MinValue,
                    small = 1,
                },
                new
                {
                    id = "greatest",
                    date = "9999-12-31T23:59:59.999Z",
                    large = long.MaxValue,
                },
            ]
        );
        var answer = await emulator.SearchAsync("things", new { facets = new[] { facet } });
        string.Join(' ', answer["@search.facets"]![facet.Split(',')[0]]!.AsArray().Select(b => $"{b!["value"]}"))
            .ShouldBe(expected);
    }

    [Fact]
    public async Task Facets_count_what_matches_on_all_pages()
    {
        await using var emulator = await PlaceIndex.StartAsync();
        async Task<string> CountsAsync(object body) =>
            (await emulator.SearchAsync(PlaceIndex.Name, body))["@search.facets"]!["tags"]!.ToJsonString();
        var facets = new[] { "tags" };
        (
            await CountsAsync(
                new
                {
                    facets,
                    search = "quiet",
                    top = 0,
                }
            )
        ).ShouldBe("""[{"count":1,"value":"bar"},{"count":1,"value":"pool"}]""");
        (
            await CountsAsync(
                new
                {
                    facets,
                    filter = "stars eq 3",
                    skip = 1,
                }
            )
        ).ShouldBe("""[{"count":1,"value":"bar"}]""");
        (await CountsAsync(new { facets, search = "nowhere" })).ShouldBe("[]");
    }

    [Theory]
    [InlineData("nope")]
    [InlineData("text")]
    [InlineData("spot")]
    [InlineData("")]
    [InlineData("tags,count:-1")]
    [InlineData("tags,count:x")]
    [InlineData("tags,sort:up")]
    [InlineData("tags,interval:2")]
    [InlineData("tags,values:a|b")]
    [InlineData("stars,interval:0")]
    [InlineData("stars,interval:1.5")]
    [InlineData("stars,interval:NaN")]
    [InlineData("stars,interval:2,count:3")]
    [InlineData("stars,interval:2,values:1|2")]
    [InlineData("stars,values:2|1")]
    [InlineData("stars,values:")]
    [InlineData("built,interval:decade")]
    [InlineData("built,timeoffset:+01:00")]
    [InlineData("built,interval:day,timeoffset:1")]
    [InlineData("tags,count:1,count:2")]
    [InlineData("tags,nonsense:1")]
    public async Task A_wrong_facet_is_refused(string facet)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        (
            (string)(await emulator.RefusedAsync(PlaceIndex.Name, new { facets = new[] { facet } }))["message"]!
        ).ShouldContain("Parameter name: facets");
    }
}
