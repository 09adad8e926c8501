namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>What the real service answered, sent again in the same order and compared.</summary>
[Trait("needs", "shared")]
public sealed class RecordingTests
{
    /// <summary>Its request was not recorded whole; its scores are compared below.</summary>
    private const string SemanticScores = "semantic-hybrid-scores";

    /// <summary>Order and value of BM25 scores depend on the service's shards: only the set of documents is compared.</summary>
    private static readonly HashSet<string> SetOnly =
    [
        "search-motel",
        "search-mode-any",
        "search-filter",
        "search-minimum-coverage",
        "vec-hybrid-rrf",
        "facet-strings",
        "suggest-autocomplete-mot",
        RecordingSetup.SuggestFuzzy,
    ];

    public static TheoryData<string> Replayed => [.. Files().Where(f => f != SemanticScores)];

    [Theory]
    [MemberData(nameof(Replayed))]
    public async Task Answers_as_the_service_did(string file)
    {
        Shared.SkipWithoutRecordings();
        await using var emulator = await Emulator.StartAsync();
        var recording = Recording.Load(file);
        await RecordingSetup.PrepareAsync(emulator, file, recording);
        var etags = new Dictionary<string, string>(StringComparer.Ordinal);
        if (file == "idx-delete-etag-java")
            (etags["{etag A}"], etags["{etag B}"]) = await RecordingSetup.TwoETagsAsync(emulator);
        foreach (var exchange in recording.Exchanges)
        {
            var request = RecordingSetup.Adapt(file, exchange.Request);
            var (response, body) = await emulator.SendAsync(
                request.Method,
                request.Path,
                request.Body?.ToJsonString(),
                [.. request.Headers.Select(h => (h.Key, etags.GetValueOrDefault(h.Value, h.Value)))]
            );
            ((int)response.StatusCode).ShouldBe(exchange.Status, body?.ToJsonString());
            if (response.Headers.ETag is { } etag && exchange.Headers.TryGetValue("ETag", out var recorded))
                etags[recorded] = etag.ToString();
            if (recording.ApiVersion == "2023-11-01")
                RecordingComparison.CompareHeaders(exchange.Headers, response);
            var scoring = file is "vec-single" or "vec-dotproduct-star" ? Scoring.Vector : Scoring.Text;
            var expected = RecordingSetup.AdaptAnswer(file, exchange.Body);
            var isSubset = file == RecordingSetup.SuggestFuzzy;
            if (isSubset)
                body!["value"]!.AsArray().Count.ShouldBe(7);
            RecordingComparison.Compare(expected, body, SetOnly.Contains(file), isSubset, scoring, emulator.Address);
        }
    }

    [Fact]
    public async Task Scores_beside_the_semantic_ranker_are_the_fused_ones()
    {
        Shared.SkipWithoutRecordings();
        var recorded = Recording.Load(SemanticScores).Exchanges[0].Body!["value"]!
            .AsArray()
            .ToDictionary(d => (string)d!["hotelId"]!, d => (float)(double)d!["@search.score"]!);
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        // The sums tell the ranks: in the text list by this order (equal texts rank as they were indexed), in the vector list 3, 5, 1.
        var near = new Dictionary<string, float[]>(StringComparer.Ordinal)
        {
            ["3"] = [1, 0, 0, 0],
            ["5"] = [1, 0.1f, 0, 0],
            ["1"] = [1, 0.2f, 0, 0],
        };
        await emulator.IndexAsync(
            "things",
            [
                .. new[] { "9", "10", "5", "1", "3", "4", "2" }.Select(id => new
                {
                    id,
                    title = "hotel",
                    vector = near.GetValueOrDefault(id),
                }),
            ]
        );
        var answer = await emulator.SearchAsync(
            "things",
            new { search = "hotel", vectorQueries = new[] { TestIndex.VectorQuery([1, 0, 0, 0]) } }
        );
        answer["value"]!
            .AsArray()
            .ToDictionary(d => (string)d!["id"]!, d => (float)(double)d!["@search.score"]!)
            .ShouldBe(recorded, ignoreOrder: true);
    }

    [Fact]
    public void Every_exception_is_a_recording()
    {
        Shared.SkipWithoutRecordings();
        SetOnly.Append(SemanticScores).Except(Files()).ShouldBeEmpty();
    }

    private static IEnumerable<string> Files() =>
        Directory.Exists(Shared.Recordings)
            ? Directory
                .GetFiles(Shared.Recordings, "*.json")
                .Select(f => Path.GetFileNameWithoutExtension(f))
                .Order(StringComparer.Ordinal)
            // A theory without data would be an error, not a skip.
            : ["none"];
}
