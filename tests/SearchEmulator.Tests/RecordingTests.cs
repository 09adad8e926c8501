using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>What the real service answered, sent again in the same order and compared.</summary>
[Trait("needs", "shared")]
public sealed class RecordingTests
{
    /// <summary>Outside what the emulator does: each must be refused, and the refusal must name the feature.</summary>
    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["idx-vector-defaults-2024"] = "Edm.Half",
    };

    /// <summary>Its request was not recorded whole; HybridRankerTests uses the sums of its answer.</summary>
    private const string NotReplayable = "semantic-hybrid-scores";

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

    public static TheoryData<string> Replayed => [.. Files().Where(f => !Refused.ContainsKey(f) && f != NotReplayable)];

    public static TheoryData<string> RefusedFiles => [.. Refused.Keys];

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

    [Theory]
    [MemberData(nameof(RefusedFiles))]
    public async Task What_is_not_supported_is_refused_by_name(string file)
    {
        Shared.SkipWithoutRecordings();
        await using var emulator = await Emulator.StartAsync();
        var recording = Recording.Load(file);
        await RecordingSetup.PrepareAsync(emulator, file, recording);
        var refusals = new List<JsonNode>();
        foreach (var exchange in recording.Exchanges)
        {
            var (response, body) = await emulator.SendAsync(
                exchange.Request.Method,
                exchange.Request.Path,
                exchange.Request.Body?.ToJsonString()
            );
            if ((int)response.StatusCode == 400)
                refusals.Add(body!);
        }
        refusals.ShouldNotBeEmpty();
        refusals[0]["error"]!["message"]!.ToString().ShouldContain(Refused[file]);
    }

    [Fact]
    public void Every_recording_is_replayed_or_refused()
    {
        Shared.SkipWithoutRecordings();
        Refused.Keys.Except(Files()).ShouldBeEmpty();
        SetOnly.Except(Files()).ShouldBeEmpty();
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
