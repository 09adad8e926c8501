using Azure;
using Azure.Search.Documents.Indexes.Models;

namespace EmbeddingFunctions.SearchEmulator.Tests;

public sealed class SynonymTests : IAsyncLifetime
{
    private Emulator _emulator = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _emulator = await Emulator.StartAsync();

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Theory]
    [InlineData("usa, united states\nwashington, wa => seattle", "usa", "a,b,d")]
    [InlineData("usa => united states", "usa", "b,d")]
    [InlineData("washington, wa => seattle", "wa", "c")]
    [InlineData("# a comment\n\nwa\\,x, seattle", "seattle", "c")]
    // Rules are read in the words of the field's analyzer: lower case, stems.
    [InlineData("USA, Seattle", "Usa", "a,c")]
    // Prefixes are not expanded.
    [InlineData("usa, seattle", "us*", "a")]
    // A term of several words is a phrase, on both sides of a rule and in both directions.
    [InlineData("usa, united states", "\"united states\"", "a,b,d")]
    [InlineData("united states => usa", "\"united states\"", "a")]
    [InlineData("united states => usa", "usa", "a")]
    [InlineData("usa, states united", "usa", "a")]
    [InlineData("usa, united states of america", "usa", "a,d")]
    [InlineData("usa, united states of america", "\"united states of america\"", "a,d")]
    [InlineData("usa, united states of america", "\"united states\"", "b,d")]
    // Inside a longer phrase, with other words around it.
    [InlineData("usa, united states", "\"the usa\"", "a,b,d")]
    [InlineData("usa, united states", "\"the united states\"", "a,b,d")]
    [InlineData("united, one\nstates, lands", "\"one lands\"", "b,d")]
    [InlineData("usa, united states\namerica, new world", "\"usa of america\"", "d")]
    [InlineData("usa, united states", "\"states united\"", "")]
    // Without quotes each word is a term of its own.
    [InlineData("usa, united states", "united states", "b,d")]
    // What one word is split into is read as several.
    [InlineData("usa, united-states", "united-states", "a,b,d")]
    public async Task A_query_finds_what_its_synonyms_find(string rules, string search, string keys)
    {
        await PutAsync(rules);
        await IndexAsync();
        string[] expected = keys.Length == 0 ? [] : keys.Split(',');
        foreach (var queryType in new[] { "simple", "full" })
            (
                await _emulator.KeysAsync(
                    "places",
                    new
                    {
                        search,
                        queryType,
                        searchFields = "text",
                        orderby = "id",
                    }
                )
            ).ShouldBe(expected, ignoreOrder: false, queryType);
    }

    [Fact]
    public async Task A_slop_moves_the_words_of_every_synonym()
    {
        await PutAsync("usa, united states");
        await IndexAsync();
        foreach (var (search, keys) in new[] { ("\"usa america\"", ""), ("\"usa america\"~1", "d") })
            (
                await _emulator.KeysAsync(
                    "places",
                    new
                    {
                        search,
                        queryType = "full",
                        orderby = "id",
                    }
                )
            ).ShouldBe(keys.Length == 0 ? [] : [keys]);
    }

    [Fact]
    public async Task Synonyms_are_highlighted_and_score_like_the_word()
    {
        await PutAsync("usa, united states");
        await IndexAsync();
        var answer = await _emulator.SearchAsync("places", new { search = "usa", highlight = "text" });
        answer["value"]!
            .AsArray()
            .ToDictionary(d => (string)d!["id"]!, d => (string)d!["@search.highlights"]!["text"]![0]!)["b"]
            .ShouldBe("<em>united</em> <em>states</em>");
    }

    [Fact]
    public async Task Phrases_with_too_many_synonyms_are_refused()
    {
        var terms = Enumerable.Range(0, 10).Select(i => $"w{i} x");
        await PutAsync(string.Join(", ", terms.Prepend("usa")));
        await IndexAsync();
        var phrase = $"\"{string.Join(' ', Enumerable.Repeat("usa", 50))}\"";
        var error = await _emulator.RefusedAsync("places", new { search = phrase });
        ((string)error["details"]![0]!["code"]!).ShouldBe("TooManyClauses");
        var words = string.Join(' ', Enumerable.Repeat("usa", 1000));
        ((string)(await _emulator.RefusedAsync("places", new { search = words }))["message"]!).ShouldContain("clauses");
    }

    [Fact]
    public async Task A_changed_map_counts_at_once_and_a_deleted_one_fails_the_search()
    {
        await PutAsync("usa, seattle");
        await IndexAsync();
        (await _emulator.KeysAsync("places", new { search = "usa", orderby = "id" })).ShouldBe(["a", "c"]);

        await PutAsync("usa, united");
        (await _emulator.KeysAsync("places", new { search = "usa", orderby = "id" })).ShouldBe(["a", "b", "d"]);

        await _emulator.Indexes().DeleteSynonymMapAsync("places", Token);
        ((string)(await _emulator.RefusedAsync("places", new { search = "usa" }))["message"]!).ShouldContain(
            "'places' of the field 'text' has been deleted"
        );
        (await _emulator.KeysAsync("places", new { search = "*" })).Length.ShouldBe(4);
    }

    [Fact]
    public async Task A_map_can_be_given_to_a_field_and_taken_away_without_a_rebuild()
    {
        await PutAsync("usa, seattle");
        await IndexAsync(useMap: false);
        (await _emulator.KeysAsync("places", new { search = "usa" })).ShouldBe(["a"]);

        var indexes = _emulator.Indexes();
        SearchIndex index = await indexes.GetIndexAsync("places", Token);
        index.Fields[1].SynonymMapNames.Add("places");
        await indexes.CreateOrUpdateIndexAsync(index, cancellationToken: Token);
        (await _emulator.KeysAsync("places", new { search = "usa", orderby = "id" })).ShouldBe(["a", "c"]);
    }

    [Fact]
    public async Task Maps_survive_a_restart()
    {
        var folder = Emulator.NewFolder();
        ETag etag;
        await using (var first = await Emulator.StartAsync(folder))
        {
            SynonymMap map = await first.Indexes().CreateSynonymMapAsync(new SynonymMap("kept", "a,b"), Token);
            etag = map.ETag!.Value;
        }
        await using (var second = await Emulator.StartAsync(folder))
        {
            SynonymMap map = await second.Indexes().GetSynonymMapAsync("kept", Token);
            (map.ETag, map.Synonyms).ShouldBe((etag, "a,b"));
            (await second.Indexes().GetServiceStatisticsAsync(Token)).Value.Counters.SynonymMapCounter.Usage.ShouldBe(
                1
            );
        }
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("""{"name":"m","format":"solr","synonyms":"a\nb => c => d"}""", "line 2")]
    [InlineData("""{"name":"m","format":"solr","synonyms":"=> b"}""", "line 1")]
    [InlineData("""{"name":"m","format":"wordnet","synonyms":""}""", "'wordnet'")]
    [InlineData("""{"name":"M","format":"solr","synonyms":""}""", "'M'")]
    [InlineData("""{"name":"-m","format":"solr","synonyms":""}""", "'-m'")]
    [InlineData("""{"name":"m","format":"solr","synonyms":"","more":1}""", "'more'")]
    [InlineData("""{"format":"solr","synonyms":""}""", "'name'")]
    public async Task A_wrong_map_is_refused_and_says_why(string map, string message)
    {
        var (response, answer) = await _emulator.SendAsync("POST", $"synonymmaps?{Emulator.Version}", map);
        ((int)response.StatusCode).ShouldBe(400, answer?.ToJsonString());
        ((string)answer!["error"]!["message"]!).ShouldContain(message);
    }

    [Fact]
    public async Task A_rule_has_twenty_terms_at_most()
    {
        await PutAsync(string.Join(',', Enumerable.Range(0, 20)));
        var refused = await Should.ThrowAsync<RequestFailedException>(() =>
            PutAsync(string.Join(',', Enumerable.Range(0, 21)))
        );
        refused.Status.ShouldBe(400);
        refused.Message.ShouldContain("InvalidSynonymMapSyntax");
    }

    [Fact]
    public async Task An_existing_name_and_a_missing_one_are_errors()
    {
        await PutAsync("a,b");
        (
            await Should.ThrowAsync<RequestFailedException>(() =>
                _emulator.Indexes().CreateSynonymMapAsync(new SynonymMap("places", "a,b"), Token)
            )
        ).Status.ShouldBe(409);
        (
            await Should.ThrowAsync<RequestFailedException>(() => _emulator.Indexes().GetSynonymMapAsync("none", Token))
        ).Status.ShouldBe(404);
    }

    private Task PutAsync(string rules) =>
        _emulator.Indexes().CreateOrUpdateSynonymMapAsync(new SynonymMap("places", rules), cancellationToken: Token);

    private async Task IndexAsync(bool useMap = true)
    {
        var text = new SearchableField("text") { AnalyzerName = LexicalAnalyzerName.EnLucene };
        if (useMap)
            text.SynonymMapNames.Add("places");
        await _emulator
            .Indexes()
            .CreateIndexAsync(
                new SearchIndex("places")
                {
                    Fields =
                    {
                        new SimpleField("id", SearchFieldDataType.String) { IsKey = true, IsSortable = true },
                        text,
                    },
                },
                Token
            );
        await _emulator.IndexAsync(
            "places",
            [
                new { id = "a", text = "the usa" },
                new { id = "b", text = "united states" },
                new { id = "c", text = "seattle" },
                new { id = "d", text = "united states of america" },
            ]
        );
    }
}
