using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>Defects of other search emulators and stores that became cases: their requests, and what must be found.</summary>
[Trait("needs", "shared")]
public sealed class CaseTests
{
    private static string Cases => Path.Combine(Shared.RepositoryRoot, "..", "shared", "cases");

    [Theory]
    [InlineData("G-01", "2", "1", "1", "1 3")]
    [InlineData("G-02", "1 2", "2 3", "")]
    [InlineData("G-06", "1", "1 2 3", "1 2 3", "1", "2", "2 4")]
    public async Task The_documents_of_a_case_are_found(string id, params string[] expected)
    {
        var answers = await AnswersAsync(id);
        answers.Skip(2).Select(a => string.Join(' ', Ids(a).Order(StringComparer.Ordinal))).ShouldBe(expected);
    }

    [Fact]
    public async Task A_filter_leaves_k_results_of_a_vector_query()
    {
        var answers = await AnswersAsync("G-03");
        Ids(answers[2]).Order().ShouldBe(["m0", "m1", "m2", "m3", "m4"]);
        Ids(answers[3]).Count().ShouldBe(5);
        Ids(answers[3]).Intersect(Ids(answers[2])).ShouldBeEmpty();
        var scores = answers[2]["value"]!.AsArray().Select(d => (double)d!["@search.score"]!).ToList();
        scores.ShouldBe(scores.OrderDescending());
    }

    // Cases that begin with files are for the whole product; their texts and queries are tried on the index alone.
    [Theory]
    [InlineData("G-04", "standard.lucene")]
    [InlineData("G-05", "zh-Hans.lucene")]
    [InlineData("G-55", "zh-Hans.lucene")]
    public async Task The_texts_of_a_case_are_found(string id, string analyzer)
    {
        var input = Case(id)["input"]!;
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything(analyzer: analyzer));
        await emulator.IndexAsync(
            "things",
            [
                .. input["blobs"]!
                    .AsArray()
                    .Select(b => new { id = ((string)b!["name"]!).Split('.')[0], body = (string)b["text"]! }),
            ]
        );
        var found = new List<string[]>();
        foreach (var query in input["queries"]!.AsArray())
            found.Add(await emulator.KeysAsync("things", new { search = (string)query!, searchMode = "any" }));
        switch (id)
        {
            case "G-04":
                found[0].ShouldContain("g4a");
                found[1].First().ShouldBe("g4a");
                break;
            case "G-05":
                // That analyzer takes 装订机 as one word, so 装订 alone is the product's matter.
                found[1].First().ShouldBe("g5a");
                (
                    await emulator.KeysAsync("things", new { search = "装订 -机密", searchMode = "all" })
                ).ShouldNotContain("g5c");
                break;
            default:
                found.ShouldAllBe(f => f.First() == "g55a");
                break;
        }
    }

    private static async Task<IReadOnlyList<JsonNode>> AnswersAsync(string id)
    {
        var @case = Case(id);
        await using var emulator = await Emulator.StartAsync();
        var answers = new List<JsonNode>();
        foreach (var request in @case["input"]!["requests"]!.AsArray())
        {
            var body = request!["body_file"] is { } file
                ? await File.ReadAllTextAsync(Path.Combine(Cases, (string)file!), TestContext.Current.CancellationToken)
                : request["json"]!.ToJsonString();
            var (response, answer) = await emulator.SendAsync(
                (string)request["method"]!,
                ((string)request["path"]!).Replace(
                    "api-version=2024-07-01",
                    Emulator.Version,
                    StringComparison.Ordinal
                ),
                body
            );
            ((int)response.StatusCode).ShouldBeInRange(200, 201, answer?.ToJsonString());
            answers.Add(answer!);
        }
        return answers;
    }

    private static JsonNode Case(string id)
    {
        var file = Path.Combine(Cases, "cases.jsonl");
        Assert.SkipUnless(File.Exists(file), "needs ../shared/cases beside the repository");
        return File.ReadLines(file).Select(l => JsonNode.Parse(l)!).Single(c => (string)c["id"]! == id);
    }

    private static IEnumerable<string> Ids(JsonNode answer) =>
        answer["value"]!.AsArray().Select(d => (string)d!["id"]!);
}
