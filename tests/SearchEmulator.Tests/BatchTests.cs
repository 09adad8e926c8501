using System.Text;
using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Tests;

public sealed class BatchTests
{
    [Theory]
    [InlineData(
        """{"value":[{"id":"a","nope":1}]}""",
        "The property 'nope' does not exist on type 'search.documentFields'"
    )]
    [InlineData(
        """{"value":[{"id":"a","small":"x"}]}""",
        "Cannot convert the literal 'x' to the expected type 'Edm.Int32'"
    )]
    [InlineData("""{"value":[{"id":"a","small":2147483648}]}""", "expected type 'Edm.Int32'")]
    [InlineData("""{"value":[{"id":"a","small":1.5}]}""", "expected type 'Edm.Int32'")]
    [InlineData("""{"value":[{"id":"a","date":"2024-02-30T00:00:00Z"}]}""", "expected type 'Edm.DateTimeOffset'")]
    [InlineData("""{"value":[{"id":"a","date":"2024-02-03"}]}""", "expected type 'Edm.DateTimeOffset'")]
    [InlineData("""{"value":[{"id":"a","flag":"true"}]}""", "expected type 'Edm.Boolean'")]
    [InlineData("""{"value":[{"id":"a","tags":"x"}]}""", "expected type 'Collection(Edm.String)'")]
    [InlineData("""{"value":[{"id":"a","tags":[null]}]}""", "does not allow null values")]
    [InlineData("""{"value":[{"id":"a","title":{"x":1}}]}""", "Cannot convert an object")]
    [InlineData("""{"value":[{"id":"a","title":"\ud800"}]}""", "not valid UTF-16")]
    [InlineData(
        """{"value":[{"id":"a","vector":[1,2,3]}]}""",
        "expects a length of '4'. However, the provided vector has a length of '3'"
    )]
    [InlineData("""{"value":[{"id":"a","vector":[1,2,3,1e39]}]}""", "expected type 'Edm.Single'")]
    [InlineData("""{"value":[{"id":"a","vector":[1,2,3,"4"]}]}""", "expected type 'Edm.Single'")]
    [InlineData("""{"value":[{"id":"a b"}]}""", "Invalid document key: 'a b'")]
    [InlineData("""{"value":[{"id":"_a"}]}""", "Invalid document key: '_a'")]
    [InlineData("""{"value":[{"id":"é"}]}""", "Invalid document key")]
    [InlineData("""{"value":[{"id":""}]}""", "Document key cannot be missing or empty")]
    [InlineData("""{"value":[{"id":null}]}""", "Document key cannot be missing or empty")]
    [InlineData("""{"value":[{"id":"a","@search.action":"put"}]}""", "'put' is none of")]
    [InlineData("""{"value":[]}""", "No indexing actions found")]
    [InlineData("""{"value":{}}""", "must be an array")]
    [InlineData("""{"values":[]}""", "'values'")]
    [InlineData("[]", "'value' was expected")]
    [InlineData("", "not valid JSON")]
    [InlineData("""{"value":[{"id":"a"}""", "not valid JSON")]
    [InlineData("""{"value":[{"id":"a"}]} x""", "not valid JSON")]
    public async Task A_wrong_batch_is_refused_whole_and_says_why(string body, string message)
    {
        await using var emulator = await StartAsync();
        await emulator.IndexAsync("things", [new { id = "before" }]);
        var (response, answer) = await emulator.SendAsync(
            "POST",
            $"indexes('things')/docs/search.index?{Emulator.Version}",
            body
        );
        ((int)response.StatusCode).ShouldBe(400, answer?.ToJsonString());
        ((string)answer!["error"]!["message"]!).ShouldContain(message);
        (await emulator.KeysAsync("things", new { })).ShouldBe(["before"]);
    }

    [Fact]
    public async Task A_document_has_3000_objects_in_collections_at_most()
    {
        await using var emulator = await PlaceIndex.StartAsync();
        await emulator.IndexAsync(PlaceIndex.Name, [Place("full", 1000, 2)]);
        var answer = await emulator.IndexAsync(PlaceIndex.Name, [Place("more", 1000, 2, 1), Place("other", 1, 0)], 207);
        ((int)answer["value"]![0]!["statusCode"]!).ShouldBe(400);
        ((string)answer["value"]![0]!["errorMessage"]!).ShouldBe(
            "The document with key 'more' has 3001 objects in collections (JSON arrays). At most 3000 objects are allowed to be in collections across the entire document. Please remove objects from collections and try indexing the document again."
        );
        ((int)answer["value"]![1]!["statusCode"]!).ShouldBe(201);
        (await emulator.KeysAsync(PlaceIndex.Name, new { filter = "id eq 'more'" })).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_merge_cannot_bring_together_more_than_3000_objects()
    {
        await using var emulator = await Emulator.StartAsync();
        object Part(string name) =>
            new
            {
                name,
                type = "Collection(Edm.ComplexType)",
                fields = new[]
                {
                    new
                    {
                        name = "x",
                        type = "Edm.Int32",
                        sortable = false,
                    },
                },
            };
        await emulator.CreateAsync(
            new
            {
                name = "two",
                fields = new object[]
                {
                    new
                    {
                        name = "id",
                        type = "Edm.String",
                        key = true,
                    },
                    Part("one"),
                    Part("other"),
                },
            }
        );
        object[] Items(int count) => [.. Enumerable.Range(0, count).Select(x => new { x })];
        await emulator.IndexAsync("two", [new { id = "a", one = Items(2000) }]);
        Dictionary<string, object> Merge(int count) =>
            new()
            {
                ["@search.action"] = "merge",
                ["id"] = "a",
                ["other"] = Items(count),
            };
        var answer = await emulator.IndexAsync("two", [Merge(1001)], 207);
        ((string)answer["value"]![0]!["errorMessage"]!).ShouldContain("has 3001 objects in collections");
        await emulator.IndexAsync("two", [Merge(1000)]);
    }

    private static JsonObject Place(string id, int rooms, int beds, int more = 0) =>
        new()
        {
            ["id"] = id,
            ["rooms"] = new JsonArray([
                .. Enumerable
                    .Range(0, rooms)
                    .Select(i =>
                        (JsonNode)
                            new JsonObject
                            {
                                ["beds"] = new JsonArray([
                                    .. Enumerable
                                        .Range(0, i == 0 ? beds + more : beds)
                                        .Select(_ => (JsonNode)new JsonObject { ["width"] = 1 }),
                                ]),
                            }
                    ),
            ]),
        };

    [Fact]
    public async Task Each_line_has_its_own_status()
    {
        await using var emulator = await StartAsync();
        await emulator.IndexAsync("things", [new { id = "old", small = 1 }]);
        var answer = await emulator.IndexAsync(
            "things",
            [
                Line("upload", "new", ("small", 1)),
                Line("upload", "old", ("small", 2)),
                Line("merge", "missing", ("small", 3)),
                Line("mergeOrUpload", "other", ("small", 4)),
                Line("merge", "old", ("large", 5)),
                Line("upload", "big", ("kind", new string('x', 40_000))),
                Line("delete", "never"),
                Line("delete", "new"),
                Line("upload", "new", ("small", 6)),
            ],
            207
        );
        answer["value"]!
            .AsArray()
            .Select(r => ((string)r!["key"]!, (int)r["statusCode"]!))
            .ShouldBe([
                ("new", 201),
                ("old", 200),
                ("missing", 404),
                ("other", 201),
                ("old", 200),
                ("big", 400),
                ("never", 200),
                ("new", 200),
                ("new", 201),
            ]);
        ((string)answer["value"]![5]!["errorMessage"]!).ShouldContain("too large to process");
        var found = await emulator.SearchAsync("things", new { orderby = "id", select = "id,small,large" });
        found["value"]!
            .AsArray()
            .Select(d => $"{d!["id"]} {d["small"]} {d["large"]}")
            .ShouldBe(["new 6 ", "old 2 5", "other 4 "]);
    }

    [Fact]
    public async Task A_thousand_lines_are_allowed_and_one_more_is_refused()
    {
        await using var emulator = await StartAsync();
        object[] lines = [.. Enumerable.Range(0, 1001).Select(i => new { id = $"{i}" })];
        await emulator.IndexAsync("things", lines, 400);
        await emulator.IndexAsync("things", lines[..1000]);
        var (_, count) = await emulator.SendAsync("GET", $"indexes('things')/docs/$count?{Emulator.Version}");
        ((int)count!).ShouldBe(1000);
    }

    [Fact]
    public async Task An_update_replaces_text_columns_and_vectors_together()
    {
        await using var emulator = await StartAsync();
        await emulator.IndexAsync(
            "things",
            [
                new
                {
                    id = "a",
                    title = "whale",
                    kind = "x",
                    vector = new[] { 1f, 0, 0, 0 },
                },
            ]
        );
        await emulator.IndexAsync(
            "things",
            [
                new
                {
                    id = "a",
                    title = "zebra",
                    kind = "y",
                    vector = new[] { 0f, 1, 0, 0 },
                },
            ]
        );
        (await emulator.KeysAsync("things", new { search = "whale" })).ShouldBeEmpty();
        (await emulator.KeysAsync("things", new { search = "zebra" })).ShouldBe(["a"]);
        (await emulator.KeysAsync("things", new { filter = "kind eq 'x'" })).ShouldBeEmpty();
        var near = await emulator.SearchAsync(
            "things",
            new { vectorQueries = new[] { TestIndex.VectorQuery([0, 1, 0, 0]) } }
        );
        ((double)near["value"]!.AsArray().Single()!["@search.score"]!).ShouldBe(1, 1e-6);
        await emulator.IndexAsync("things", [Line("merge", "a", ("vector", null))]);
        (
            await emulator.KeysAsync("things", new { vectorQueries = new[] { TestIndex.VectorQuery([0, 1, 0, 0]) } })
        ).ShouldBeEmpty();
        (await emulator.KeysAsync("things", new { search = "zebra" })).ShouldBe(["a"]);
    }

    [Fact]
    public async Task Vectors_come_back_bit_for_bit()
    {
        await using var emulator = await StartAsync();
        float[] vector = [1e-38f, -3.892533E-05f, 0.1f, 16777216f];
        await emulator.IndexAsync("things", [new { id = "a", vector }]);
        var (_, read) = await emulator.SendAsync("GET", $"indexes('things')/docs('a')?{Emulator.Version}");
        read!["vector"]!.AsArray().Select(v => (float)v!).ShouldBe(vector);
        var found = await emulator.SearchAsync("things", new { });
        found["value"]![0]!["vector"]!.AsArray().Select(v => (float)v!).ShouldBe(vector);
    }

    [Fact]
    public async Task Keys_of_every_allowed_kind_are_found_again()
    {
        await using var emulator = await StartAsync();
        string[] keys = ["a=b", "A-b_c", "0", new string('k', 1024), "YWJj=="];
        await emulator.IndexAsync("things", [.. keys.Select(id => new { id })]);
        foreach (var key in keys)
        {
            foreach (var form in new[] { $"docs('{key}')", $"docs('{Uri.EscapeDataString(key)}')", $"docs/{key}" })
            {
                var (response, _) = await emulator.SendAsync("GET", $"//indexes('things')/{form}?{Emulator.Version}");
                ((int)response.StatusCode).ShouldBe(200, form);
            }
        }
        var (missing, body) = await emulator.SendAsync(
            "GET",
            $"indexes('things')/docs('a=b%2Fd'%C3%A9')?{Emulator.Version}"
        );
        ((int)missing.StatusCode).ShouldBe(404);
        body.ShouldBeNull();
    }

    [Fact]
    public async Task Too_long_a_body_is_413_however_it_is_sent()
    {
        await using var emulator = await StartAsync();
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(emulator.Address, $"indexes('things')/docs/search.index?{Emulator.Version}")
        )
        {
            Content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(new string(' ', 17 << 20)))),
        };
        request.Headers.TransferEncodingChunked = true;
        using var response = await emulator.Http.SendAsync(request, TestContext.Current.CancellationToken);
        ((int)response.StatusCode).ShouldBe(413);
    }

    private static async Task<Emulator> StartAsync()
    {
        var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        return emulator;
    }

    private static JsonObject Line(string action, string id, params (string Name, object? Value)[] members)
    {
        var line = new JsonObject { ["@search.action"] = action, ["id"] = id };
        foreach (var (name, value) in members)
            line[name] = System.Text.Json.JsonSerializer.SerializeToNode(value);
        return line;
    }
}
