using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Tests;

public sealed class IndexTests
{
    [Theory]
    [InlineData("name", "\"Upper\"", "Invalid index name")]
    [InlineData("name", "\"a--b\"", "Invalid index name")]
    [InlineData("name", "\"../x\"", "Invalid index name")]
    [InlineData("name", "\"\"", "'name'")]
    [InlineData("fields", "[]", "exactly one key field")]
    [InlineData("nope", "1", "The property 'nope' does not exist")]
    [InlineData("encryptionKey", """{"x":1}""", "'encryptionKey'")]
    [InlineData("defaultScoringProfile", "\"p\"", "default scoring profile 'p' is not defined")]
    [InlineData("scoringProfiles", "[1]", "ScoringProfile")]
    [InlineData("similarity", """{"@odata.type":"#Microsoft.Azure.Search.Other"}""", "'#Microsoft.Azure.Search.Other'")]
    [InlineData(
        "similarity",
        """{"@odata.type":"#Microsoft.Azure.Search.ClassicSimilarity","k1":1}""",
        "The property 'k1' does not exist"
    )]
    [InlineData("similarity", """{"b":1.5}""", "b 1.5 is not between 0 and 1")]
    [InlineData("similarity", """{"k1":4}""", "k1 4 is not between 0 and 3")]
    [InlineData(
        "fields",
        """[{"name":"id","type":"Edm.String","key":true},{"name":"1x","type":"Edm.String"}]""",
        "'1x'"
    )]
    [InlineData("fields", """[{"name":"id","type":"Edm.Int32","key":true}]""", "cannot be the key")]
    [InlineData(
        "fields",
        """[{"name":"id","type":"Edm.String","key":true},{"name":"id","type":"Edm.String"}]""",
        "defined twice"
    )]
    [InlineData(
        "fields",
        """[{"name":"id","type":"Edm.String","key":true},{"name":"x","type":"Edm.Half"}]""",
        "'Edm.Half'"
    )]
    [InlineData(
        "fields",
        """[{"name":"id","type":"Edm.String","key":true},{"name":"x","type":"Edm.Int32","searchable":true}]""",
        "cannot be searchable"
    )]
    [InlineData(
        "fields",
        """[{"name":"id","type":"Edm.String","key":true},{"name":"x","type":"Edm.String","analyzer":"vi.microsoft"}]""",
        "'vi.microsoft'"
    )]
    [InlineData(
        "fields",
        """[{"name":"id","type":"Edm.String","key":true},{"name":"x","type":"Collection(Edm.Single)","dimensions":3,"vectorSearchProfile":"none"}]""",
        "not defined"
    )]
    [InlineData(
        "fields",
        """[{"name":"id","type":"Edm.String","key":true},{"name":"x","type":"Collection(Edm.Single)","dimensions":1}]""",
        "between 2 and 2048"
    )]
    [InlineData(
        "fields",
        """[{"name":"id","type":"Edm.String","key":true,"synonymMaps":["m"]}]""",
        "'m', which does not exist"
    )]
    [InlineData(
        "fields",
        """[{"name":"id","type":"Edm.String","key":true,"synonymMaps":["m","n"]}]""",
        "has 2 synonym maps"
    )]
    public async Task A_wrong_definition_is_refused_and_says_why(string member, string json, string message)
    {
        await using var emulator = await Emulator.StartAsync();
        var definition = JsonNode.Parse("""{"name":"good","fields":[{"name":"id","type":"Edm.String","key":true}]}""")!;
        definition[member] = JsonNode.Parse(json);
        var (response, answer) = await emulator.SendAsync(
            "POST",
            $"indexes?{Emulator.Version}",
            definition.ToJsonString()
        );
        ((int)response.StatusCode).ShouldBe(400, answer?.ToJsonString());
        ((string)answer!["error"]!["message"]!).ShouldContain(message);
        Directory.GetDirectories(Path.Combine(emulator.Folder, "indexes")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Creating_an_existing_index_is_a_conflict()
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        var (response, answer) = await emulator.SendAsync(
            "POST",
            $"indexes?{Emulator.Version}",
            TestIndex.Everything()
        );
        ((int)response.StatusCode).ShouldBe(409);
        ((string)answer!["error"]!["code"]!).ShouldBe("ResourceNameAlreadyInUse");
    }

    [Theory]
    [InlineData("""{"name":"x","type":"Edm.Int64"}""", "Existing field 'x' cannot be changed.")]
    [InlineData("""{"name":"x","type":"Edm.Int32","filterable":false}""", "Existing field 'x' cannot be changed.")]
    [InlineData("""{"name":"y","type":"Edm.Int32"}""", "Existing field 'x' cannot be deleted.")]
    public async Task An_existing_field_stays_as_it_is(string field, string message)
    {
        await using var emulator = await Emulator.StartAsync();
        await PutAsync(emulator, """{"name":"x","type":"Edm.Int32"}""", 201);
        var answer = await PutAsync(emulator, field, 400);
        ((string)answer["error"]!["message"]!).ShouldBe(message);
    }

    [Fact]
    public async Task Analyzers_and_similarity_are_changed_only_with_downtime()
    {
        await using var emulator = await Emulator.StartAsync();
        var definition = JsonNode.Parse("""{"name":"good","fields":[{"name":"id","type":"Edm.String","key":true}]}""")!;
        await emulator.CreateAsync(definition);
        definition["similarity"] = JsonNode.Parse(
            """{"@odata.type":"#Microsoft.Azure.Search.BM25Similarity","k1":1.5,"b":0.5}"""
        );
        await PutAsync(400);
        await PutAsync(200, "&allowIndexDowntime=true");
        await PutAsync(200);
        var bm25 = definition["similarity"]!.DeepClone();
        definition["similarity"] = JsonNode.Parse("""{"@odata.type":"#Microsoft.Azure.Search.ClassicSimilarity"}""");
        ((string)(await PutAsync(400, "&allowIndexDowntime=true"))["error"]!["message"]!).ShouldContain(
            "similarity algorithm of an existing index"
        );
        definition["similarity"] = bm25;
        definition["tokenFilters"] = JsonNode.Parse(
            """[{"@odata.type":"#Microsoft.Azure.Search.TruncateTokenFilter","name":"cut","length":5}]"""
        );
        ((string)(await PutAsync(400))["error"]!["message"]!).ShouldContain("allowIndexDowntime");
        await PutAsync(200, "&allowIndexDowntime=true");
        definition["tokenFilters"]![0]!["length"] = 6;
        ((string)(await PutAsync(400, "&allowIndexDowntime=true"))["error"]!["message"]!).ShouldContain(
            "'cut' of 'tokenFilters'"
        );
        definition["tokenFilters"] = new JsonArray();
        await PutAsync(400, "&allowIndexDowntime=true");
        await PutAsync(400, "&allowIndexDowntime=perhaps");

        async Task<JsonNode> PutAsync(int status, string query = "")
        {
            var (response, answer) = await emulator.SendAsync(
                "PUT",
                $"indexes('good')?{Emulator.Version}{query}",
                definition.ToJsonString(),
                Emulator.Representation
            );
            ((int)response.StatusCode).ShouldBe(status, answer?.ToJsonString());
            return answer!;
        }
    }

    [Fact]
    public async Task A_suggester_takes_new_fields_only()
    {
        await using var emulator = await Emulator.StartAsync();
        await SendAsync("""{"name":"old","type":"Edm.String"}""", "", 201);
        await SendAsync("""{"name":"old","type":"Edm.String"}""", "old", 400);
        await SendAsync("""{"name":"old","type":"Edm.String"},{"name":"new","type":"Edm.String"}""", "new", 200);

        async Task SendAsync(string fields, string source, int status)
        {
            var suggesters =
                source.Length == 0
                    ? "[]"
                    : $$$"""[{"name":"s","searchMode":"analyzingInfixMatching","sourceFields":["{{{source}}}"]}]""";
            var (response, answer) = await emulator.SendAsync(
                "PUT",
                $"indexes('good')?{Emulator.Version}",
                $$$"""{"name":"good","fields":[{"name":"id","type":"Edm.String","key":true},{{{fields}}}],"suggesters":{{{suggesters}}}}""",
                Emulator.Representation
            );
            ((int)response.StatusCode).ShouldBe(status, answer?.ToJsonString());
        }
    }

    [Fact]
    public async Task An_index_has_forty_complex_collections_at_most()
    {
        await using var emulator = await Emulator.StartAsync();
        foreach (var (count, status) in new[] { (40, 201), (41, 400) })
        {
            var fields = string.Join(
                ',',
                Enumerable
                    .Range(0, count)
                    .Select(i =>
                        $$"""{"name":"c{{i}}","type":"Collection(Edm.ComplexType)","fields":[{"name":"x","type":"Edm.Int32"}]}"""
                    )
            );
            var (response, answer) = await emulator.SendAsync(
                "POST",
                $"indexes?{Emulator.Version}",
                $$"""{"name":"many{{count}}","fields":[{"name":"id","type":"Edm.String","key":true},{{fields}}]}"""
            );
            ((int)response.StatusCode).ShouldBe(status, answer?.ToJsonString());
        }
    }

    [Fact]
    public async Task An_added_field_is_null_in_old_documents_and_usable_in_new_ones()
    {
        await using var emulator = await Emulator.StartAsync();
        await PutAsync(emulator, """{"name":"x","type":"Edm.Int32"}""", 201);
        await emulator.IndexAsync("good", [new { id = "old", x = 1 }]);
        // In front of the old field: positions of stored values must not matter.
        await PutAsync(
            emulator,
            """{"name":"first","type":"Edm.String"},{"name":"x","type":"Edm.Int32","retrievable":false},{"name":"v","type":"Collection(Edm.Single)","dimensions":2,"vectorSearchProfile":"p"}""",
            200
        );
        await emulator.IndexAsync(
            "good",
            [
                new
                {
                    id = "new",
                    first = "word",
                    x = 2,
                    v = new[] { 1, 0 },
                },
            ]
        );
        (await emulator.KeysAsync("good", new { filter = "first eq null" })).ShouldBe(["old"]);
        (await emulator.KeysAsync("good", new { search = "word" })).ShouldBe(["new"]);
        (await emulator.KeysAsync("good", new { filter = "x ge 1", orderby = "x desc" })).ShouldBe(["new", "old"]);
        (
            await emulator.KeysAsync("good", new { vectorQueries = new[] { TestIndex.VectorQuery([1, 0], 5, "v") } })
        ).ShouldBe(["new"]);
        var found = await emulator.SearchAsync("good", new { filter = "id eq 'old'" });
        found["value"]![0]!.AsObject().Select(m => m.Key).ShouldBe(["@search.score", "id", "first", "v"]);
        await emulator.RefusedAsync("good", new { select = "x" });
    }

    [Fact]
    public async Task Preconditions_decide_whether_a_put_happens()
    {
        await using var emulator = await Emulator.StartAsync();
        await PutAsync(emulator, """{"name":"x","type":"Edm.Int32"}""", 412, ("If-Match", "*"));
        await PutAsync(emulator, """{"name":"x","type":"Edm.Int32"}""", 201, ("If-None-Match", "*"));
        await PutAsync(emulator, """{"name":"x","type":"Edm.Int32"}""", 412, ("If-None-Match", "*"));
        await PutAsync(emulator, """{"name":"x","type":"Edm.Int32"}""", 200, ("If-Match", "*"));
        await PutAsync(emulator, """{"name":"x","type":"Edm.Int32"}""", 412, ("If-Match", "\"0x1\""));
    }

    [Fact]
    public async Task A_deleted_index_leaves_nothing_behind_and_its_name_is_free()
    {
        await using var emulator = await Emulator.StartAsync();
        for (var round = 0; round < 2; round++)
        {
            await emulator.CreateAsync(TestIndex.Everything());
            (await emulator.KeysAsync("things", new { })).ShouldBeEmpty();
            await emulator.IndexAsync("things", [new { id = "a", title = "word" }]);
            var (deleted, _) = await emulator.SendAsync("DELETE", $"indexes('things')?{Emulator.Version}");
            ((int)deleted.StatusCode).ShouldBe(204);
            Directory.GetDirectories(Path.Combine(emulator.Folder, "indexes")).ShouldBeEmpty();
        }
        var (missing, answer) = await emulator.SendAsync("DELETE", $"indexes('things')?{Emulator.Version}");
        ((int)missing.StatusCode).ShouldBe(404);
        ((string)answer!["error"]!["message"]!).ShouldContain("No index with the name 'things'");
        var (search, _) = await emulator.SendAsync(
            "POST",
            $"indexes('things')/docs/search.post.search?{Emulator.Version}",
            new { }
        );
        ((int)search.StatusCode).ShouldBe(404);
    }

    private static async Task<JsonNode> PutAsync(
        Emulator emulator,
        string fields,
        int expected,
        params (string, string)[] headers
    )
    {
        var body =
            $$$"""{"name":"good","fields":[{"name":"id","type":"Edm.String","key":true},{{{fields}}}],"vectorSearch":{"algorithms":[{"name":"a","kind":"exhaustiveKnn"}],"profiles":[{"name":"p","algorithm":"a"}]}}""";
        var (response, answer) = await emulator.SendAsync(
            "PUT",
            $"indexes('good')?{Emulator.Version}",
            body,
            [.. headers, Emulator.Representation]
        );
        ((int)response.StatusCode).ShouldBe(expected, answer?.ToJsonString());
        return answer!;
    }
}
