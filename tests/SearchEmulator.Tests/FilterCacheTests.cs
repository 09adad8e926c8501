namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>A filter that was asked before answers as one that was not.</summary>
public sealed class FilterCacheTests
{
    [Fact]
    public async Task A_filter_asked_again_sees_what_was_written_in_between()
    {
        await using var emulator = await FilledAsync();
        var few = new { filter = "small le 2", orderby = "small" };
        (await emulator.KeysAsync("things", few)).ShouldBe(["1", "2"]);
        (await emulator.KeysAsync("things", few)).ShouldBe(["1", "2"]);

        await emulator.IndexAsync(
            "things",
            [
                new Dictionary<string, object> { ["@search.action"] = "delete", ["id"] = "1" },
                new Dictionary<string, object>
                {
                    ["@search.action"] = "merge",
                    ["id"] = "3",
                    ["small"] = 0,
                },
            ]
        );
        (await emulator.KeysAsync("things", few)).ShouldBe(["3", "2"]);
    }

    [Fact]
    public async Task Many_filters_stay_apart()
    {
        await using var emulator = await FilledAsync();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 1; i <= 40; i++)
                (await emulator.KeysAsync("things", new { filter = $"small eq {i}" })).ShouldBe([$"{i}"]);
        }
    }

    [Fact]
    public async Task What_a_filter_adds_to_the_score_is_added_again()
    {
        await using var emulator = await FilledAsync();
        var scoring = new { search = "word", filter = "search.ismatchscoring('seven', 'title')" };
        var first = await emulator.SearchAsync("things", scoring);
        var second = await emulator.SearchAsync("things", scoring);
        var plain = await emulator.SearchAsync("things", new { search = "word", filter = "small eq 7" });

        ((double)second["value"]![0]!["@search.score"]!).ShouldBe((double)first["value"]![0]!["@search.score"]!);
        ((double)first["value"]![0]!["@search.score"]!).ShouldBeGreaterThan(
            (double)plain["value"]![0]!["@search.score"]!
        );
    }

    private static async Task<Emulator> FilledAsync()
    {
        var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        await emulator.IndexAsync(
            "things",
            [
                .. Enumerable
                    .Range(1, 40)
                    .Select(i => new
                    {
                        id = $"{i}",
                        title = i == 7 ? "word seven" : "word",
                        small = i,
                    }),
            ]
        );
        return emulator;
    }
}
