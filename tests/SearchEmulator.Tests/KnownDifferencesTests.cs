using System.Text.RegularExpressions;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>The rows of KNOWN_DIFFERENCES.md that no other test holds to.</summary>
public sealed partial class KnownDifferencesTests
{
    [Fact]
    public void Every_row_names_a_test_that_exists()
    {
        var file = Path.Combine(Shared.RepositoryRoot, "src", "SearchEmulator", "KNOWN_DIFFERENCES.md");
        var lines = File.ReadAllLines(file);
        const string rule = "| ---";
        var rows = lines
            .Where(
                (line, i) =>
                    line.StartsWith("| ", StringComparison.Ordinal)
                    && !line.StartsWith(rule, StringComparison.Ordinal)
                    && !(i + 1 < lines.Length && lines[i + 1].StartsWith(rule, StringComparison.Ordinal))
            )
            .ToList();
        rows.Count.ShouldBeGreaterThan(10);
        foreach (var row in rows)
        {
            var name = LastCode().Match(row);
            name.Success.ShouldBeTrue(row);
            var type = typeof(KnownDifferencesTests).Assembly.GetType(
                $"{typeof(KnownDifferencesTests).Namespace}.{name.Groups["type"].Value}"
            );
            type.ShouldNotBeNull(row).GetMethod(name.Groups["method"].Value).ShouldNotBeNull(row);
        }
    }

    [Fact]
    public async Task Graph_parameters_and_exhaustive_change_no_answer()
    {
        await using var emulator = await ThreeAsync();
        object Query(bool exhaustive) =>
            new
            {
                vectorQueries = new[]
                {
                    new
                    {
                        kind = "vector",
                        vector = new[] { 1, 0, 0, 0 },
                        k = 3,
                        fields = "vector",
                        exhaustive,
                    },
                },
            };
        var answer = await emulator.SearchAsync("things", Query(true));
        (await emulator.SearchAsync("things", Query(false))).ToJsonString().ShouldBe(answer.ToJsonString());
        answer["value"]!.AsArray().Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_dot_product_above_one_is_its_own_score()
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything(metric: "dotProduct"));
        await emulator.IndexAsync(
            "things",
            [new { id = "three", vector = new[] { 3, 0, 0, 0 } }, new { id = "half", vector = new[] { 0.5, 0, 0, 0 } }]
        );
        var answer = await emulator.SearchAsync(
            "things",
            new { vectorQueries = new[] { TestIndex.VectorQuery([1, 0, 0, 0]) } }
        );
        var scores = answer["value"]!.AsArray().Select(d => ((string)d!["id"]!, (double)d["@search.score"]!)).ToList();
        scores[0].ShouldBe(("three", 3));
        scores[1].Item2.ShouldBe(1 / 1.5, 1e-6);
    }

    [Fact]
    public async Task A_text_score_is_the_bm25_of_lucene_four()
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        await emulator.IndexAsync("things", [new { id = "a", title = "whale" }]);
        var answer = await emulator.SearchAsync("things", new { search = "whale" });
        // One document, one term: idf = ln(1 + 0.5/1.5), times k1 + 1 over 1 + k1 (1 - b + b · 1).
        ((double)answer["value"]![0]!["@search.score"]!).ShouldBe(Math.Log(1 + 0.5 / 1.5), 1e-6);
    }

    [Fact]
    public async Task Equal_scores_come_in_the_order_of_indexing()
    {
        await using var emulator = await ThreeAsync();
        (await emulator.KeysAsync("things", new { })).ShouldBe(["c", "a", "b"]);
        (await emulator.KeysAsync("things", new { search = "word" })).ShouldBe(["c", "a", "b"]);
        (
            await emulator.KeysAsync("things", new { vectorQueries = new[] { TestIndex.VectorQuery([1, 0, 0, 0]) } })
        ).ShouldBe(["c", "a", "b"]);
    }

    [Theory]
    [InlineData("+")]
    [InlineData("\"\"")]
    [InlineData("...")]
    public async Task Text_without_a_term_matches_nothing(string search)
    {
        await using var emulator = await ThreeAsync();
        (await emulator.KeysAsync("things", new { search })).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"semanticConfiguration":"c"}""", "'semanticConfiguration'")]
    [InlineData("""{"answers":"extractive"}""", "'answers'")]
    [InlineData("""{"captions":"extractive"}""", "'captions'")]
    [InlineData("""{"featuresMode":"enabled"}""", "featuresMode")]
    [InlineData("""{"filter":"geo.intersects(a, b)"}""", "'geo.intersects'")]
    [InlineData("""{"filter":"geo.distance(a, geography'POLYGON((1 1, 2 2, 3 1, 1 1))') lt 1"}""", "polygon")]
    [InlineData("""{"vectorQueries":[{"kind":"text","text":"x","fields":"vector"}]}""", "'text'")]
    [InlineData(
        """{"vectorQueries":[{"kind":"vector","vector":[1,0,0,0],"weight":2,"fields":"vector"}]}""",
        "'weight'"
    )]
    [InlineData("""{"nonsense":1}""", "'nonsense'")]
    public async Task What_a_query_may_not_say_is_refused_by_name(string body, string name)
    {
        await using var emulator = await ThreeAsync();
        (
            (string)(await emulator.RefusedAsync("things", System.Text.Json.Nodes.JsonNode.Parse(body)!))["message"]!
        ).ShouldContain(name);
    }

    [Fact]
    public async Task Semantic_queries_get_the_answer_of_a_service_without_the_ranker()
    {
        await using var emulator = await ThreeAsync();
        var error = await emulator.RefusedAsync(
            "things",
            new
            {
                queryType = "semantic",
                search = "word",
                semanticConfiguration = "c",
                answers = "extractive",
            }
        );
        ((string)error["code"]!).ShouldBe("FeatureNotSupportedInService");
        ((string)error["details"]![0]!["code"]!).ShouldBe("SemanticQueriesNotAvailable");
    }

    [Theory]
    [InlineData("indexers")]
    [InlineData("datasources")]
    [InlineData("skillsets")]
    [InlineData("aliases")]
    public async Task Other_resources_are_refused_by_name(string resource)
    {
        await using var emulator = await Emulator.StartAsync();
        var (response, answer) = await emulator.SendAsync("GET", $"{resource}?{Emulator.Version}");
        ((int)response.StatusCode).ShouldBe(400);
        ((string)answer!["error"]!["message"]!).ShouldContain(resource);
    }

    private static async Task<Emulator> ThreeAsync()
    {
        var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        await emulator.IndexAsync(
            "things",
            [
                .. new[] { "c", "a", "b" }.Select(id => new
                {
                    id,
                    title = "word",
                    vector = new[] { 1, 0, 0, 0 },
                }),
            ]
        );
        return emulator;
    }

    [GeneratedRegex(@"`(?<type>\w+)\.(?<method>\w+)` \|$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LastCode();
}
