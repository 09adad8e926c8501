using System.Text.Json;

namespace EmbeddingFunctions.Documents.Tests;

public sealed class JsonTests : ReaderConformance
{
    protected override string Extension => ".json";

    protected override string ContentType => "application/json";

    protected override byte[] Make(params string[] paragraphs) =>
        JsonSerializer.SerializeToUtf8Bytes(paragraphs.Select(text => new { text }));

    protected override string[] Expected(params string[] paragraphs) =>
        paragraphs.Select(text => $"text: {text}").ToArray();

    private static async Task<string[]> LinesAsync(string json, string name = "a.json") =>
        (await Files.ReadAsync(json, name)).Lines();

    [Fact]
    public async Task Values_are_lines_with_their_paths()
    {
        var document = await Files.ReadAsync(
            """
            // a comment
            {"title": "Pump \u8f74\u627f", "meta": {"rev": 7, "live": true, "gone": null, "void": "", "tags": ["a", "b"]},
             "pumps": [{"name": "P1", "seals": [{"kind": "Viton"}, {"kind": "EPDM"}]}, {"name": "P2"}], "last": 1.50,}
            """,
            "a.json"
        );

        document.Title.ShouldBe("Pump 轴承");
        document.Blocks.ShouldAllBe(block => block.Kind == BlockKind.Code);
        document
            .Blocks.Select(block => (block.Text, block.Place))
            .ShouldBe([
                ("title: Pump 轴承", null),
                ("meta.rev: 7\nmeta.live: true\nmeta.tags: a, b", "meta"),
                ("pumps[0].name: P1\npumps[0].seals[0].kind: Viton\npumps[0].seals[1].kind: EPDM", "pumps[0]"),
                ("pumps[1].name: P2", "pumps[1]"),
                ("last: 1.50", null),
            ]);
    }

    [Theory]
    [InlineData("[1, 2, [3, [4]], 5]", "1, 2\n3\n[1]: 4\n5")]
    [InlineData("{\"a\":{}} {\"b\":[[1],[2]]}", "b[0]: 1\nb[1]: 2")]
    [InlineData("{\"a\":\"x\\ud83c\"}", "a: x\\ud83c")]
    [InlineData("{\"\":1}", "1")]
    public async Task Odd_values_keep_their_text(string json, string expected) =>
        string.Join('\n', await LinesAsync(json)).ShouldBe(expected);

    [Fact]
    public async Task Long_texts_are_paragraphs()
    {
        var text = string.Concat(Enumerable.Repeat("The pump runs. ", 40)).Trim();

        var document = await Files.ReadAsync($"[{{\"id\":7,\"body\":\"{text}\",\"x\":\"a\\nb\"}}]", "a.json");

        document
            .Blocks.Select(block => (block.Kind, block.Text))
            .ShouldBe([
                (BlockKind.Code, "id: 7"),
                (BlockKind.Paragraph, "body: " + text),
                (BlockKind.Paragraph, "x: a\nb"),
            ]);
    }

    [Fact]
    public async Task A_line_is_a_record_and_a_broken_one_is_text()
    {
        var document = await Files.ReadAsync("{\"a\":1,\"b\":2}\n\n{\"a\":\n{\"a\":3}\n", "a.jsonl");

        document.ContentType.ShouldBe("application/jsonl");
        document
            .Blocks.Select(block => (block.Text, block.Place))
            .ShouldBe([("a: 1\nb: 2", "line 1"), ("{\"a\":", "line 3"), ("a: 3", "line 4")]);
    }

    [Theory]
    [InlineData("{\"a\": oops}")]
    [InlineData("{\"a\": 1")]
    [InlineData("[1] Smith, J.")]
    public async Task What_is_no_json_is_plain_text(string text)
    {
        var document = await Files.ReadAsync(text, "a.json");

        document.ContentType.ShouldBe("text/plain");
        document.Text.ShouldBe(text);
    }

    [Fact]
    public async Task A_page_named_json_is_a_page() =>
        (await Files.ReadAsync("<!doctype html><p>Not found", "a.json")).ContentType.ShouldBe("text/html");

    [Fact]
    public async Task Paths_that_grow_out_of_few_bytes_are_bounded()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"aaaaaaaaaaaaaaaaaaaa\":", 200));
        var json = deep + "{" + string.Join(',', Enumerable.Repeat("\"b\":1", 10_000)) + "}" + new string('}', 200);

        var refusal = await Files.RefusalOfAsync(json, "a.json", new ReadLimits { UnfoldedBytes = 10_000_000 });

        refusal.Fault.ShouldBe(DocumentFault.TooLarge);
    }
}
