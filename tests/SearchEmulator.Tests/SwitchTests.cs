using System.Diagnostics;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>What makes the emulator as slow and as unreliable as a service.</summary>
public sealed class SwitchTests
{
    [Fact]
    public async Task With_a_delay_a_written_document_is_found_later_by_every_way()
    {
        await using var emulator = await Emulator.StartAsync(configure: options =>
            options with
            {
                VisibilityDelay = TimeSpan.FromSeconds(2),
            }
        );
        await emulator.CreateAsync(TestIndex.Everything());
        var written = Stopwatch.StartNew();
        await emulator.IndexAsync(
            "things",
            [
                new
                {
                    id = "a",
                    title = "word",
                    vector = new[] { 1, 0, 0, 0 },
                },
            ]
        );
        // Later batches know of earlier ones although nobody can see them yet.
        await emulator.IndexAsync(
            "things",
            [
                new Dictionary<string, object>
                {
                    ["@search.action"] = "merge",
                    ["id"] = "a",
                    ["small"] = 1,
                },
            ]
        );
        var seen = await SeenAsync();
        if (written.Elapsed < TimeSpan.FromSeconds(1.5))
            seen.ShouldBe("0 0 0 404");
        while (await SeenAsync() != "1 1 1 200")
        {
            written.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        written.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(2));

        await emulator.IndexAsync(
            "things",
            [new Dictionary<string, object> { ["@search.action"] = "delete", ["id"] = "a" }]
        );
        if (written.Elapsed < TimeSpan.FromSeconds(3.5))
            (await SeenAsync()).ShouldBe("1 1 1 200");
        while (await SeenAsync() != "0 0 0 404")
        {
            written.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60));
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        async Task<string> SeenAsync()
        {
            var (count, _) = await emulator.SendAsync("GET", $"indexes('things')/docs/$count?{Emulator.Version}");
            var text = await emulator.KeysAsync("things", new { search = "word" });
            var vector = await emulator.KeysAsync(
                "things",
                new { vectorQueries = new[] { TestIndex.VectorQuery([1, 0, 0, 0]) } }
            );
            var (lookup, _) = await emulator.SendAsync("GET", $"indexes('things')/docs('a')?{Emulator.Version}");
            return $"{await count.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)} {text.Length} {vector.Length} {(int)lookup.StatusCode}";
        }
    }

    [Theory]
    [InlineData("503/3", "200 200 503 200 200 503", "200 200 503 200")]
    [InlineData("429/2", "200 429 200 429 200 429", "200 429 200 429")]
    [InlineData("413/3", "200 200 413 200 200 413", "200 200 200 200")]
    [InlineData("207/2", "200 207 200 207 200 207", "200 200 200 200")]
    [InlineData("503/2,429/3", "200 503 429 503 200 503", "200 503 429 503")]
    public async Task Every_nth_call_fails(string faults, string batches, string searches)
    {
        await using (var emulator = await StartAsync())
        {
            var statuses = new List<int>();
            for (var i = 0; i < 6; i++)
            {
                var (response, answer) = await emulator.SendAsync(
                    "POST",
                    $"indexes('things')/docs/search.index?{Emulator.Version}",
                    new { value = new[] { new { id = "a" }, new { id = "b" } } }
                );
                statuses.Add((int)response.StatusCode);
                if (statuses[^1] == 429)
                    response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
                if (statuses[^1] == 207)
                    answer!["value"]!.AsArray().Select(v => (bool)v!["status"]!).ShouldBe([false, true]);
            }
            string.Join(' ', statuses).ShouldBe(batches);
        }
        await using (var emulator = await StartAsync())
        {
            var statuses = new List<int>();
            for (var i = 0; i < 4; i++)
            {
                var (response, _) = await emulator.SendAsync(
                    "POST",
                    $"indexes('things')/docs/search.post.search?{Emulator.Version}",
                    new { }
                );
                statuses.Add((int)response.StatusCode);
            }
            string.Join(' ', statuses).ShouldBe(searches);
        }

        async Task<Emulator> StartAsync()
        {
            var emulator = await Emulator.StartAsync();
            await emulator.CreateAsync(TestIndex.Everything());
            emulator.Faults.FailEvery(faults);
            return emulator;
        }
    }

    [Fact]
    public async Task Every_nth_answer_is_late_and_right()
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        await emulator.IndexAsync("things", [new { id = "a" }]);
        emulator.Faults.FailEvery("700ms/2");
        await emulator.KeysAsync("things", new { });
        var second = Stopwatch.StartNew();
        (await emulator.KeysAsync("things", new { })).ShouldBe(["a"]);
        second.Elapsed.ShouldBeGreaterThan(TimeSpan.FromMilliseconds(690));
    }
}
