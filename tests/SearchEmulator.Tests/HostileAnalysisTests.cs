namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>Analyzers that make too much of a text, or never end with it.</summary>
public sealed class HostileAnalysisTests
{
    [Theory]
    [InlineData("simple", "x")]
    [InlineData("simple", "\"x\"")]
    [InlineData("full", "x")]
    [InlineData("full", "\"x\"")]
    public async Task A_query_that_becomes_millions_of_terms_is_refused(string queryType, string search)
    {
        await using var emulator = await AnalyzedAsync(
            """{"name":"t","@odata.type":"#Microsoft.Azure.Search.NGramTokenizer","minGram":1,"maxGram":300}"""
        );
        var error = await emulator.RefusedAsync(
            "analyzed",
            new { queryType, search = search.Replace("x", Repeat("ab", 40_000), StringComparison.Ordinal) }
        );
        ((string)error["details"]![0]!["code"]!).ShouldBeOneOf("TooManyClauses", "QueryTooCostly");
    }

    [Fact]
    public async Task Highlights_of_millions_of_tokens_end_with_the_time_of_the_query()
    {
        await using var emulator = await AnalyzedAsync(
            """{"name":"t","@odata.type":"#Microsoft.Azure.Search.NGramTokenizer","minGram":1,"maxGram":300}""",
            o => o with { LongestQuery = TimeSpan.FromMilliseconds(100) }
        );
        await emulator.IndexAsync("analyzed", [new { id = "a", text = Repeat("ab", 4000) }]);
        var error = await emulator.RefusedAsync("analyzed", new { search = "a", highlight = "text" });
        ((string)error["details"]![0]!["code"]!).ShouldBe("QueryTooCostly");
    }

    [Theory]
    [InlineData("^(([a-z])+.)+[A-Z]([a-z])+$")]
    [InlineData("(x+x+)+y")]
    public async Task A_pattern_of_an_analyzer_takes_no_exponential_time(string pattern)
    {
        await using var emulator = await AnalyzedAsync(
            $$"""{"name":"t","@odata.type":"#Microsoft.Azure.Search.PatternTokenizer","pattern":"{{pattern}}"}"""
        );
        var text = Repeat("x", 60) + " word";
        await emulator.IndexAsync("analyzed", [new { id = "a", text }, new { id = "b", text = "word" }]);
        (await emulator.KeysAsync("analyzed", new { search = $"\"{text}\"" })).ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_document_that_cannot_be_analyzed_is_refused_and_harms_no_other()
    {
        var folder = Emulator.NewFolder();
        await using (
            var emulator = await AnalyzedAsync(
                """{"name":"t","@odata.type":"#Microsoft.Azure.Search.PatternTokenizer","pattern":"(?=(x+x+)+y)x| "}""",
                folder: folder
            )
        )
        {
            object[] bad = [new { id = "bad", text = Repeat("x", 60) }];
            await Task.WhenAll([
                emulator.IndexAsync("analyzed", bad, expectedStatus: 400),
                .. Enumerable
                    .Range(0, 10)
                    .Select(i => emulator.IndexAsync("analyzed", [new { id = $"{i}", text = $"word {i}" }])),
            ]);
            (await emulator.IndexAsync("analyzed", bad, expectedStatus: 400))["error"]!["message"]!
                .GetValue<string>()
                .ShouldContain("regular expression");
            (await emulator.KeysAsync("analyzed", new { search = "word" })).Order().ShouldBe(Digits);
        }

        await using var again = await Emulator.StartAsync(folder);
        (await again.KeysAsync("analyzed", new { search = "word" })).Order().ShouldBe(Digits);
    }

    private static readonly string[] Digits = [.. Enumerable.Range(0, 10).Select(i => $"{i}")];

    private static async Task<Emulator> AnalyzedAsync(
        string tokenizer,
        Func<SearchEmulatorOptions, SearchEmulatorOptions>? configure = null,
        string? folder = null
    )
    {
        var emulator = await Emulator.StartAsync(folder, configure: configure);
        await emulator.CreateAsync(
            System.Text.Json.Nodes.JsonNode.Parse(
                $$"""
                {"name":"analyzed","fields":[{"name":"id","type":"Edm.String","key":true},
                  {"name":"text","type":"Edm.String","analyzer":"x","filterable":false,"sortable":false,"facetable":false}],
                 "tokenizers":[{{tokenizer}}],
                 "analyzers":[{"name":"x","@odata.type":"#Microsoft.Azure.Search.CustomAnalyzer","tokenizer":"t"}]}
                """
            )!
        );
        return emulator;
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
