using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>What every operation makes of the body and the headers of a request.</summary>
public sealed class RequestTests
{
    [Theory]
    [InlineData("indexes", """{"name":"\ud800"}""", "unpaired surrogate")]
    [InlineData("indexes", """{"\ud800":1}""", "unpaired surrogate")]
    [InlineData("synonymmaps", """{"name":"m","format":"solr","synonyms":"\udc00"}""", "unpaired surrogate")]
    [InlineData("indexes('things')/search.analyze", """{"text":"\ud800","analyzer":"simple"}""", "unpaired surrogate")]
    [InlineData("indexes('things')/docs/search.post.search", """{"\ud800":1}""", "unpaired surrogate")]
    [InlineData("indexes('things')/docs/search.post.search", """{"search":"\ud800"}""", "unpaired surrogate")]
    [InlineData("indexes('things')/docs/search.post.suggest", """{"\ud800":1}""", "unpaired surrogate")]
    [InlineData("indexes('things')/docs/search.index", """{"value":[{"\ud800":1}]}""", "unpaired surrogate")]
    [InlineData("indexes('things')/docs/search.index", """{"\ud800":[]}""", "unpaired surrogate")]
    [InlineData(
        "indexes('places')/docs/search.index",
        """{"value":[{"id":"a","spot":{"type":"\ud800","coordinates":[1,2]}}]}""",
        "GeoJSON point"
    )]
    [InlineData("indexes", """{"name":"a1","name":"b1"}""", "'name'")]
    [InlineData("synonymmaps", """{"name":"a","format":"solr","format":"solr"}""", "'format'")]
    [InlineData("indexes('things')/docs/search.post.search", """{"top":1,"top":2}""", "'top'")]
    [InlineData(
        "indexes('things')/docs/search.post.search",
        """{"vectorQueries":[{"kind":"vector","k":1,"k":2}]}""",
        "'k'"
    )]
    [InlineData(
        "indexes('things')/docs/search.index",
        """{"value":[{"id":"a"}],"value":[]}""",
        "'value' is named twice"
    )]
    [InlineData("indexes('things')/docs/search.index", """{"value":[{"id":"a","id":"b"}]}""", "'id' is named twice")]
    [InlineData(
        "indexes('things')/docs/search.index",
        """{"value":[{"id":"a","@search.action":"upload","@search.action":"delete"}]}""",
        "'@search.action' is named twice"
    )]
    [InlineData(
        "indexes('things')/docs/search.index",
        """{"value":[{"id":"a","real":1e999}]}""",
        "literal '1e999' to the expected type 'Edm.Double'"
    )]
    public async Task A_body_that_is_not_what_it_seems_is_refused(string path, string body, string message)
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        await emulator.CreateAsync(PlaceIndex.Json);
        var (response, answer) = await emulator.SendAsync("POST", $"{path}?{Emulator.Version}", body);
        ((int)response.StatusCode).ShouldBe(400, answer?.ToJsonString());
        ((string)answer!["error"]!["message"]!).ShouldContain(message);
    }

    [Fact]
    public async Task A_text_of_too_many_tokens_is_not_analyzed()
    {
        await using var emulator = await Emulator.StartAsync();
        var definition = PlaceIndex.Json;
        definition["tokenizers"] = JsonNode.Parse(
            """[{"name":"grams","@odata.type":"#Microsoft.Azure.Search.NGramTokenizer","minGram":1,"maxGram":300}]"""
        );
        await emulator.CreateAsync(definition);
        var (response, answer) = await emulator.SendAsync(
            "POST",
            $"indexes('places')/search.analyze?{Emulator.Version}",
            new { text = new string('x', 200_000), tokenizer = "grams" }
        );
        ((int)response.StatusCode).ShouldBe(400);
        ((string)answer!["error"]!["message"]!).ShouldContain("64 MB");
    }

    [Theory]
    [InlineData("gzip", 415)]
    [InlineData("identity", 200)]
    public async Task A_compressed_body_is_refused_by_name(string encoding, int status)
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        using var content = new StringContent("{}");
        content.Headers.ContentEncoding.Add(encoding);
        using var response = await emulator.Http.PostAsync(
            new Uri($"{emulator.Address}indexes('things')/docs/search.post.search?{Emulator.Version}"),
            content,
            TestContext.Current.CancellationToken
        );
        ((int)response.StatusCode).ShouldBe(status);
        if (status != 200)
            (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("'gzip'");
    }

    [Theory]
    [InlineData("x-ms-client-request-id")]
    [InlineData("client-request-id")]
    public async Task The_id_of_a_request_comes_back(string header)
    {
        await using var emulator = await Emulator.StartAsync();
        var id = Guid.NewGuid().ToString();
        var (response, _) = await emulator.SendAsync("GET", $"indexes?{Emulator.Version}", null, (header, id));
        response.Headers.GetValues("request-id").ShouldBe([id]);
        response.Headers.GetValues("client-request-id").ShouldBe([id]);
    }

    [Theory]
    [InlineData("GET", "docs('1')")]
    [InlineData("GET", "docs/$count")]
    [InlineData("GET", "docs")]
    [InlineData("POST", "docs/search.index")]
    [InlineData("POST", "docs/search.post.search")]
    public async Task Documents_of_no_index_are_not_found(string method, string path)
    {
        await using var emulator = await Emulator.StartAsync();
        var (response, answer) = await emulator.SendAsync(
            method,
            $"indexes('none')/{path}?{Emulator.Version}",
            method == "POST" ? "{}" : null
        );
        ((int)response.StatusCode).ShouldBe(404);
        ((string)answer!["error"]!["message"]!).ShouldBe(
            "The index 'none' for service 'search-emulator' was not found."
        );
    }

    [Theory]
    [InlineData("indexes", """{"name":"good","fields":[{"name":"id","type":"Edm.String","key":true}]}""")]
    [InlineData("synonymmaps", """{"name":"good","format":"solr","synonyms":"a,b"}""")]
    public async Task An_update_is_answered_without_a_body_unless_it_is_wanted(string collection, string body)
    {
        await using var emulator = await Emulator.StartAsync();
        var path = $"{collection}('good')?{Emulator.Version}";
        var (created, resource) = await emulator.SendAsync("PUT", path, body);
        ((int)created.StatusCode).ShouldBe(201);
        ((string)resource!["name"]!).ShouldBe("good");
        var (updated, nothing) = await emulator.SendAsync("PUT", path, body);
        ((int)updated.StatusCode).ShouldBe(204);
        nothing.ShouldBeNull();
        var (minimal, _) = await emulator.SendAsync("PUT", path, body, ("Prefer", "return=minimal"));
        ((int)minimal.StatusCode).ShouldBe(204);
        var (wanted, whole) = await emulator.SendAsync(
            "PUT",
            path,
            body,
            ("Prefer", "return=representation"),
            ("If-Match", minimal.Headers.ETag!.ToString())
        );
        ((int)wanted.StatusCode).ShouldBe(200);
        ((string)whole!["@odata.etag"]!).ShouldBe(wanted.Headers.ETag!.ToString());
    }
}
