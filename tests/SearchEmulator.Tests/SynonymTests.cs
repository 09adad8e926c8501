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
    [InlineData("usa, united states\nwashington, wa => seattle", "usa", "a,b")]
    [InlineData("usa => united states", "usa", "b")]
    [InlineData("washington, wa => seattle", "wa", "c")]
    [InlineData("# a comment\n\nwa\\,x, seattle", "seattle", "c")]
    // Rules are read in the words of the field's analyzer: lower case, stems.
    [InlineData("USA, Seattle", "Usa", "a,c")]
    // Prefixes are not expanded.
    [InlineData("usa, seattle", "us*", "a")]
    public async Task A_query_finds_what_its_synonyms_find(string rules, string search, string keys)
    {
        await PutAsync(rules);
        await IndexAsync();
        (await _emulator.KeysAsync("places", new { search, orderby = "id" })).ShouldBe(keys.Split(','));
    }

    [Fact]
    public async Task A_changed_map_counts_at_once_and_a_deleted_one_fails_the_search()
    {
        await PutAsync("usa, seattle");
        await IndexAsync();
        (await _emulator.KeysAsync("places", new { search = "usa", orderby = "id" })).ShouldBe(["a", "c"]);

        await PutAsync("usa, united");
        (await _emulator.KeysAsync("places", new { search = "usa", orderby = "id" })).ShouldBe(["a", "b"]);

        await _emulator.Indexes().DeleteSynonymMapAsync("places", Token);
        ((string)(await _emulator.RefusedAsync("places", new { search = "usa" }))["message"]!).ShouldContain(
            "'places' of the field 'text' has been deleted"
        );
        (await _emulator.KeysAsync("places", new { search = "*" })).Length.ShouldBe(3);
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
            ]
        );
    }
}
