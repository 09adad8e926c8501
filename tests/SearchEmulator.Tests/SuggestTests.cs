using System.Text.Json.Nodes;
using Azure.Search.Documents;
using Azure.Search.Documents.Models;

namespace EmbeddingFunctions.SearchEmulator.Tests;

public sealed class SuggestTests
{
    [Theory]
    [InlineData(
        "inn",
        "Inn of the Harbor|A quiet inn by the harbour. Boats leave daily! Ask about hotels and boating."
    )]
    [InlineData("mot", "The boat house motel. Cheap.")]
    [InlineData(
        "inn harb",
        "Inn of the Harbor|A quiet inn by the harbour. Boats leave daily! Ask about hotels and boating."
    )]
    [InlineData("harb inn", "")]
    [InlineData("ber", "Bergen|Bergen")]
    [InlineData("poo", "pool")]
    [InlineData("装订", "本月对车间内的装订机进行了维护。大模型RAG部署步骤")]
    [InlineData("装货", "")]
    [InlineData("调试", "新装的水泵已调试，订货单另附。")]
    [InlineData("试订", "")]
    [InlineData("rag部", "本月对车间内的装订机进行了维护。大模型RAG部署步骤")]
    [InlineData("!!!", "")]
    public async Task The_first_source_field_with_all_words_is_the_suggestion(string search, string expected)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        (await TextsAsync(emulator, new { search, suggesterName = "sg" }))
            .Order(StringComparer.Ordinal)
            .ShouldBe(expected.Split('|', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("hitel", true, "Hotel Motel")]
    [InlineData("hitel", false, "")]
    [InlineData("htoel", true, "Hotel Motel")]
    [InlineData("hotell", true, "Hotel Motel")]
    [InlineData("htel", true, "Hotel Motel")]
    [InlineData("hxxel", true, "")]
    [InlineData("ox", true, "")]
    [InlineData("hitel motel", true, "Hotel Motel")]
    public async Task Fuzzy_forgives_one_edit_of_a_whole_word(string search, bool fuzzy, string expected)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        var found = await TextsAsync(
            emulator,
            new
            {
                search,
                suggesterName = "sg",
                fuzzy,
                filter = "id eq 'b'",
            }
        );
        found.ShouldBe(expected.Split('|', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Search_fields_filter_order_select_and_tags_are_followed()
    {
        await using var emulator = await PlaceIndex.StartAsync();
        (
            await TextsAsync(
                emulator,
                new
                {
                    search = "har",
                    suggesterName = "sg",
                    searchFields = "name",
                    orderby = "stars",
                }
            )
        ).ShouldBe(["Inn of the Harbor", "Harbour Inn"]);
        var answer = await emulator.PostAsync(
            "suggest",
            new
            {
                search = "har",
                suggesterName = "sg",
                searchFields = "name",
                filter = "stars eq 5",
                select = "stars,rooms/type",
                highlightPreTag = "<",
                highlightPostTag = ">",
                minimumCoverage = 50,
                top = 1,
            }
        );
        answer["@search.coverage"]!.ToJsonString().ShouldBe("100.0");
        answer["value"]!
            .ToJsonString()
            .ShouldBe(
                """[{"@search.text":"<Harbour> Inn","stars":5,"rooms":[{"type":"single"},{"type":"double"}]}]"""
                    .Replace("<", "\\u003C", StringComparison.Ordinal)
                    .Replace(">", "\\u003E", StringComparison.Ordinal)
            );
    }

    [Theory]
    [InlineData("h", "oneTerm", false, "harbor|harbour|hotel|hotels|house")]
    [InlineData("quiet h", "oneTerm", false, "harbor|harbour|hotel|hotels|house")]
    [InlineData("the h", "oneTermWithContext", false, "the harbor|the harbour")]
    [InlineData("boat", "oneTermWithContext", false, "boat|boating|boats")]
    [InlineData("boat", "twoTerms", false, "boat house|boats leave")]
    [InlineData("hitel", "oneTerm", true, "hotel")]
    [InlineData("teh harb", "oneTermWithContext", true, "the harbor|the harbour")]
    [InlineData("?", "oneTerm", false, "")]
    public async Task Completions_come_by_the_alphabet_and_only_from_wanted_documents(
        string search,
        string autocompleteMode,
        bool fuzzy,
        string expected
    )
    {
        await using var emulator = await PlaceIndex.StartAsync();
        var body = new
        {
            search,
            autocompleteMode,
            fuzzy,
            suggesterName = "sg",
            searchFields = "name,text",
            top = 100,
        };
        var answer = await emulator.PostAsync("autocomplete", body);
        string.Join('|', answer["value"]!.AsArray().Select(v => (string)v!["text"]!)).ShouldBe(expected);
    }

    [Fact]
    public async Task A_completion_is_put_after_the_query_and_deleted_documents_give_none()
    {
        await using var emulator = await PlaceIndex.StartAsync();
        var body = new
        {
            search = "Say, the harbo",
            suggesterName = "sg",
            highlightPreTag = "[",
            highlightPostTag = "]",
            filter = "stars eq 1",
        };
        var answer = await emulator.PostAsync("autocomplete", body);
        answer["value"]!.ToJsonString().ShouldBe("""[{"text":"harbor","queryPlusText":"Say, the [harbor]"}]""");
        await emulator.IndexAsync(
            PlaceIndex.Name,
            [new Dictionary<string, object> { ["@search.action"] = "delete", ["id"] = "c" }]
        );
        (await emulator.PostAsync("autocomplete", body))["value"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("suggest", """{"search":"a"}""")]
    [InlineData("suggest", """{"search":"","suggesterName":"sg"}""")]
    [InlineData("suggest", """{"suggesterName":"sg"}""")]
    [InlineData("suggest", """{"search":"a","suggesterName":"sg","top":0}""")]
    [InlineData("suggest", """{"search":"a","suggesterName":"sg","top":101}""")]
    [InlineData("suggest", """{"search":"a","suggesterName":"sg","searchFields":"hidden"}""")]
    [InlineData("suggest", """{"search":"a","suggesterName":"sg","select":"nope"}""")]
    [InlineData("suggest", """{"search":"a","suggesterName":"sg","autocompleteMode":"oneTerm"}""")]
    [InlineData("suggest", """{"search":"a","suggesterName":"sg","fuzzy":1}""")]
    [InlineData("autocomplete", """{"search":"a","suggesterName":"sg","autocompleteMode":"three"}""")]
    [InlineData("autocomplete", """{"search":"a","suggesterName":"sg","orderby":"id"}""")]
    [InlineData("autocomplete", """{"search":"a","suggesterName":"sg","minimumCoverage":101}""")]
    public async Task A_wrong_request_is_refused(string operation, string body)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        await emulator.PostAsync(operation, JsonNode.Parse(body)!, 400);
        await emulator.PostAsync(operation, new { search = new string('a', 101), suggesterName = "sg" }, 400);
    }

    [Fact]
    public async Task A_field_that_is_added_later_is_suggested_from_then_on()
    {
        var folder = Emulator.NewFolder();
        var search = new
        {
            search = "inn",
            suggesterName = "sg",
            searchFields = "motto",
        };
        await using (var emulator = await Emulator.StartAsync(folder))
        {
            var definition = PlaceIndex.Json;
            await emulator.CreateAsync(definition);
            await emulator.IndexAsync(PlaceIndex.Name, [new { id = "x", name = "An old inn" }]);
            definition["fields"]!.AsArray().Add(new JsonObject { ["name"] = "motto", ["type"] = "Edm.String" });
            definition["suggesters"]![0]!["sourceFields"]!.AsArray().Add("motto");
            var (changed, answer) = await emulator.SendAsync(
                "PUT",
                $"indexes('places')?{Emulator.Version}",
                definition
            );
            ((int)changed.StatusCode).ShouldBe(204, answer?.ToJsonString());
            await emulator.IndexAsync(PlaceIndex.Name, [new { id = "y", motto = "A new inn" }]);
            (await TextsAsync(emulator, search)).ShouldBe(["A new inn"]);
        }
        await using (var emulator = await Emulator.StartAsync(folder))
            (await TextsAsync(emulator, search)).ShouldBe(["A new inn"]);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Get_and_the_client_give_the_same()
    {
        await using var emulator = await PlaceIndex.StartAsync();
        var (_, suggested) = await emulator.SendAsync(
            "GET",
            $"indexes('places')/docs/search.suggest?search=har&suggesterName=sg&searchFields=name&$filter=stars%20eq%205&$select=id&fuzzy=false&$top=3&{Emulator.Version}"
        );
        ((string)suggested!["value"]![0]!["@search.text"]!).ShouldBe("Harbour Inn");
        var (_, completed) = await emulator.SendAsync(
            "GET",
            $"indexes('places')/docs/search.autocomplete?search=mot&suggesterName=sg&autocompleteMode=oneTerm&{Emulator.Version}"
        );
        ((string)completed!["value"]![0]!["queryPlusText"]!).ShouldBe("motel");
        var client = emulator.Documents(PlaceIndex.Name);
        SuggestResults<SearchDocument> suggestions = await client.SuggestAsync<SearchDocument>(
            "mote",
            "sg",
            new SuggestOptions { UseFuzzyMatching = true, Size = 2 },
            TestContext.Current.CancellationToken
        );
        suggestions.Results.Single().Text.ShouldBe("The boat house motel. Cheap.");
        AutocompleteResults completions = await client.AutocompleteAsync(
            "the h",
            "sg",
            new AutocompleteOptions { Mode = AutocompleteMode.OneTermWithContext },
            TestContext.Current.CancellationToken
        );
        completions.Results.Select(r => r.QueryPlusText).ShouldBe(["the harbor", "the harbour"]);
    }

    private static async Task<IEnumerable<string>> TextsAsync(Emulator emulator, object body) =>
        (await emulator.PostAsync("suggest", body))["value"]!.AsArray().Select(s => (string)s!["@search.text"]!);
}
