namespace EmbeddingFunctions.SearchEmulator.Tests;

public sealed class ScoringTests
{
    [Theory]
    // stars 5 of 1 to 5: all of the boost; 3: half of it; 1: none; no value: none.
    [InlineData("stars", "", "a 3, b 2, c 1, n 1")]
    // 71.7 km of 1000 away from a; c is out of reach.
    [InlineData("near", "here-10,50", "a 2, b 1.928, c 1, n 1")]
    [InlineData("tagged", "mine-pool,bar", "a 4, b 2.5, c 1, n 1")]
    [InlineData("tagged", "mine-'pool',spa", "a 2.5, b 1, c 1, n 1")]
    [InlineData("many", "mine-pool", "a 4, b 2.5, c 1, n 1")]
    public async Task A_function_multiplies_the_score_by_its_share_of_the_boost(
        string scoringProfile,
        string parameter,
        string expected
    )
    {
        await using var emulator = await PlaceIndex.StartAsync();
        var answer = await emulator.SearchAsync(
            PlaceIndex.Name,
            new { scoringProfile, scoringParameters = parameter.Length == 0 ? [] : new[] { parameter } }
        );
        var found = answer["value"]!.AsArray().ToDictionary(d => (string)d!["id"]!, d => (double)d!["@search.score"]!);
        foreach (var pair in expected.Split(", ").Select(p => p.Split(' ')))
            found[pair[0]]
                .ShouldBe(double.Parse(pair[1], System.Globalization.CultureInfo.InvariantCulture), 1e-3, pair[0]);
        found.Keys.ShouldBe(found.OrderByDescending(f => f.Value).Select(f => f.Key));
    }

    [Fact]
    public async Task Freshness_counts_from_now()
    {
        await using var emulator = await PlaceIndex.StartAsync();
        var yesterday = TimeProvider.System.GetUtcNow().AddDays(-1).ToString("o");
        var tomorrow = TimeProvider.System.GetUtcNow().AddDays(1).ToString("o");
        await emulator.IndexAsync(
            PlaceIndex.Name,
            [new { id = "new", built = yesterday }, new { id = "next", built = tomorrow }]
        );
        var answer = await emulator.SearchAsync(
            PlaceIndex.Name,
            new { scoringProfile = "fresh", filter = "search.in(id, 'new next b')" }
        );
        answer["value"]!
            .AsArray()
            .Select(d => ((string)d!["id"]!, (double)d["@search.score"]!))
            .ShouldBe([("new", 2), ("b", 1), ("next", 1)]);
    }

    [Theory]
    [InlineData("simple", "harbour")]
    [InlineData("full", "harbour")]
    [InlineData("full", "name:harbour")]
    public async Task A_weight_multiplies_the_score_of_its_field(string queryType, string search)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        async Task<double> ScoreAsync(string? scoringProfile) =>
            (double)
                (
                    await emulator.SearchAsync(
                        PlaceIndex.Name,
                        new
                        {
                            search,
                            queryType,
                            scoringProfile,
                            searchFields = "name",
                        }
                    )
                )["value"]![0]!["@search.score"]!;
        (await ScoreAsync("WEIGHTS")).ShouldBe(5 * await ScoreAsync(null), 1e-5);
    }

    [Fact]
    public async Task A_default_profile_scores_what_names_none()
    {
        await using var emulator = await Emulator.StartAsync();
        var definition = PlaceIndex.Json;
        definition["defaultScoringProfile"] = "stars";
        await emulator.CreateAsync(definition);
        await emulator.IndexAsync(PlaceIndex.Name, [new { id = "a", stars = 5 }]);
        var answer = await emulator.SearchAsync(PlaceIndex.Name, new { });
        ((double)answer["value"]![0]!["@search.score"]!).ShouldBe(3, 1e-6);
        definition["name"] = "other";
        definition["defaultScoringProfile"] = "nope";
        var (refused, _) = await emulator.SendAsync("POST", $"indexes?{Emulator.Version}", definition);
        ((int)refused.StatusCode).ShouldBe(400);
    }

    [Theory]
    [InlineData("nope", "")]
    [InlineData("near", "")]
    [InlineData("near", "here-")]
    [InlineData("near", "here-200,1")]
    [InlineData("near", "there-1,1")]
    [InlineData("near", "-")]
    public async Task A_profile_without_what_it_needs_is_refused(string scoringProfile, string parameter)
    {
        await using var emulator = await PlaceIndex.StartAsync();
        await emulator.RefusedAsync(
            PlaceIndex.Name,
            new { scoringProfile, scoringParameters = parameter.Length == 0 ? [] : new[] { parameter } }
        );
    }
}
