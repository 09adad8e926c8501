using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Tests;

public sealed class PagingTests
{
    [Fact]
    public async Task The_link_of_a_get_leads_through_all_pages()
    {
        await using var emulator = await ManyAsync();
        var next =
            $"indexes('things')/docs?search=*&$filter=small%20lt%2090&$orderby=small%20desc&$select=id&facet=kind&facet=small,count:1&highlight=title&scoringStatistics=global&sessionId=s&searchMode=all&queryType=full&$count=true&{Emulator.Version}";
        var ids = new List<string>();
        var pages = 0;
        while (next is not null)
        {
            var (response, answer) = await emulator.SendAsync(
                "GET",
                next.Replace(emulator.Address.ToString(), "", StringComparison.Ordinal)
            );
            ((int)response.StatusCode).ShouldBe(200, answer?.ToJsonString());
            answer!["@search.nextPageParameters"].ShouldBeNull();
            answer["@search.facets"]!["small"]!.AsArray().Count.ShouldBe(1);
            ((int)answer["@odata.count"]!).ShouldBe(90);
            ids.AddRange(answer["value"]!.AsArray().Select(d => (string)d!["id"]!));
            next = (string?)answer["@odata.nextLink"];
            pages++;
        }
        pages.ShouldBe(2);
        ids.ShouldBe(Enumerable.Range(0, 90).Reverse().Select(i => $"{i}"));
    }

    [Fact]
    public async Task The_next_page_of_a_post_is_its_own_request_further_on()
    {
        await using var emulator = await ManyAsync();
        JsonNode body = new JsonObject
        {
            ["filter"] = "small ge 10",
            ["select"] = "id",
            ["count"] = true,
        };
        var (_, first) = await emulator.SendAsync(
            "POST",
            $"indexes('things')/docs/search.post.search?{Emulator.Version}",
            body.ToJsonString()
        );
        first!
            .AsObject()
            .Select(m => m.Key)
            .ShouldBe(["@odata.context", "@odata.count", "@search.nextPageParameters", "value", "@odata.nextLink"]);
        first["@search.nextPageParameters"]!
            .ToJsonString()
            .ShouldBe("""{"filter":"small ge 10","select":"id","count":true,"skip":50}""");
        var second = await emulator.SearchAsync("things", first["@search.nextPageParameters"]!);
        second["value"]!.AsArray().Count.ShouldBe(50);
        ((int)second["@search.nextPageParameters"]!["skip"]!).ShouldBe(100);
        var last = await emulator.SearchAsync("things", second["@search.nextPageParameters"]!);
        last["value"]!.AsArray().Count.ShouldBe(10);
        last["@search.nextPageParameters"].ShouldBeNull();
        last["@odata.nextLink"].ShouldBeNull();
    }

    [Fact]
    public async Task A_url_above_8_KB_is_refused()
    {
        await using var emulator = await ManyAsync();
        var (response, _) = await emulator.SendAsync(
            "GET",
            $"indexes('things')/docs?search={new string('a', 7000)}&$filter={new string('b', 1500)}&{Emulator.Version}"
        );
        ((int)response.StatusCode).ShouldBe(414);
    }

    private static async Task<Emulator> ManyAsync()
    {
        var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        await emulator.IndexAsync(
            "things",
            [
                .. Enumerable
                    .Range(0, 120)
                    .Select(i => new
                    {
                        id = $"{i}",
                        small = i,
                        title = "word",
                    }),
            ]
        );
        return emulator;
    }
}
