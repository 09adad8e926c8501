using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>What has to be in the service before a recording is replayed, and the few adaptions of later API versions to 2023-11-01.</summary>
internal static class RecordingSetup
{
    private static readonly string[] Variants = ["v2020", "v2021", "v2023"];

    /// <summary>Seven hotels match and the service's own score chose five of them: here all seven are asked for, and the five compared.</summary>
    public const string SuggestFuzzy = "suggest-fuzzy";

    /// <summary>Vectors of Edm.Half came in 2024; replayed with Edm.Single.</summary>
    private const string HalfVectors = "idx-vector-defaults-2024";

    private static readonly string[] LaterRequestMembers = ["stored", "vectorizers", "compressions", "normalizers"];

    public static async Task PrepareAsync(Emulator emulator, string file, Recording recording)
    {
        switch (file)
        {
            case "search-paging-next":
                await HotelsAsync(emulator, "v2020", load: false, vectors: false);
                foreach (var part in Enumerable.Range(1, 2001).Chunk(1000))
                    await emulator.IndexAsync("hotels", [.. part.Select(i => new { hotelId = $"{i}" })]);
                break;
            case "vec-dotproduct-star":
                await JsVectorsAsync(emulator);
                break;
            case "facet-strings":
                await emulator.CreateAsync(
                    new
                    {
                        name = "facets",
                        fields = new object[]
                        {
                            new
                            {
                                name = "Key",
                                type = "Edm.String",
                                key = true,
                            },
                            new { name = "Value", type = "Edm.String" },
                        },
                    }
                );
                break;
            case "idx-names":
                foreach (var item in recording.Exchanges[0].Body!["value"]!.AsArray().Reverse())
                    await emulator.CreateAsync(
                        new
                        {
                            name = (string)item!["name"]!,
                            fields = new object[]
                            {
                                new
                                {
                                    name = "id",
                                    type = "Edm.String",
                                    key = true,
                                },
                            },
                        }
                    );
                break;
            case "idx-stats-empty":
                await HotelsAsync(emulator, "v2023", load: false, vectors: false);
                break;
            case "analyze-whitespace":
                await HotelsAsync(emulator, "v2023", load: false, vectors: false);
                break;
            default:
                var variant = Variants.FirstOrDefault(v =>
                    recording.Setup.Contains($"index-hotels-{v}", StringComparison.Ordinal)
                );
                if (variant is not null)
                    await HotelsAsync(
                        emulator,
                        variant,
                        recording.Setup.Contains("loaded", StringComparison.Ordinal),
                        recording.Setup.Contains("with descriptionVector", StringComparison.Ordinal)
                    );
                break;
        }
    }

    /// <summary>An index "hotels" made and then updated.</summary>
    public static async Task<(string First, string Second)> TwoETagsAsync(Emulator emulator)
    {
        var definition = Recording.Read("setup/index-hotels-v2020.json")["body"]!.ToJsonString();
        var (first, _) = await emulator.SendAsync("PUT", $"indexes('hotels')?{Emulator.Version}", definition);
        ((int)first.StatusCode).ShouldBe(201);
        var (second, _) = await emulator.SendAsync(
            "PUT",
            $"indexes('hotels')?{Emulator.Version}",
            definition,
            Emulator.Representation
        );
        ((int)second.StatusCode).ShouldBe(200);
        return (first.Headers.ETag!.ToString(), second.Headers.ETag!.ToString());
    }

    /// <summary>Later versions send members that 2023-11-01 does not know.</summary>
    public static RecordedRequest Adapt(string file, RecordedRequest request)
    {
        if (file == SuggestFuzzy)
        {
            var all = request.Body!.DeepClone();
            all["top"] = 7;
            return request with { Body = all };
        }
        if (file == HalfVectors)
            return request with { Body = WithSingles(request.Body!) };
        if (file != "idx-unknown-vector-profile-400" || request.Body is null)
            return request;
        var body = request.Body.DeepClone();
        Remove(body, LaterRequestMembers);
        return request with { Body = body };
    }

    public static JsonNode? AdaptAnswer(string file, JsonNode? body)
    {
        if (body is null)
            return body;
        var text = body.ToJsonString();
        return file switch
        {
            "idx-unknown-vector-profile-400" => JsonNode.Parse(
                // 2023-11-01 left the quoted name empty (the recording's notes say so).
                text.Replace(
                    @"algorithm configuration \u0027my-vector-profile\u0027",
                    @"algorithm configuration \u0027\u0027",
                    StringComparison.Ordinal
                )
            ),
            // "stored" does not exist at 2023-11-01, and the missing index has the wording of 2025: statuses only.
            "idx-stored-retrievable-400" => null,
            // Only the vector of hotel 1 was transcribed.
            "vec-dotproduct-star" => JsonNode.Parse($$"""{"value":[{{body["value"]![0]!.ToJsonString()}}]}"""),
            HalfVectors => WithSingles(
                body,
                "$not-transcribed: whether a vector was not retrievable by default before 2024"
            ),
            // A defect of those two test runs: all locations were null.
            "search-mode-any" or "search-mode-all" => Without(body, "location"),
            _ => body,
        };
    }

    private static JsonNode WithSingles(JsonNode index, string? retrievable = null)
    {
        var copy = JsonNode.Parse(index.ToJsonString().Replace("Edm.Half", "Edm.Single", StringComparison.Ordinal))!;
        if (retrievable is not null)
            copy["fields"]!.AsArray().Single(f => (string)f!["name"]! == "descriptionVector")!["retrievable"] =
                retrievable;
        return copy;
    }

    public static JsonNode Without(JsonNode node, params string[] members)
    {
        var copy = node.DeepClone();
        Remove(copy, members);
        return copy;
    }

    private static void Remove(JsonNode? node, string[] members)
    {
        switch (node)
        {
            case JsonObject json:
                foreach (var member in members)
                    json.Remove(member);
                foreach (var (_, value) in json)
                    Remove(value, members);
                break;
            case JsonArray array:
                foreach (var item in array)
                    Remove(item, members);
                break;
        }
    }

    private static async Task HotelsAsync(Emulator emulator, string variant, bool load, bool vectors)
    {
        var definition = Recording.Read($"setup/index-hotels-{variant}.json")["body"]!;
        var (created, answer) = await emulator.SendAsync(
            "PUT",
            $"indexes('hotels')?{Emulator.Version}",
            definition.ToJsonString()
        );
        ((int)created.StatusCode).ShouldBe(201, answer?.ToJsonString());
        if (!load)
            return;
        var known = vectors ? Recording.Read("setup/vectors.json") : null;
        var hotels = Recording.Read("setup/hotels10.json")["body"]!;
        foreach (var hotel in hotels["value"]!.AsArray())
        {
            if (variant == "v2020")
                hotel!.AsObject().Remove("geoLocation");
            if (known?[$"hotel{hotel!["hotelId"]}"] is { } vector)
                hotel["descriptionVector"] = vector.DeepClone();
        }
        var (loaded, results) = await emulator.SendAsync(
            "POST",
            $"indexes('hotels')/docs/search.index?{Emulator.Version}",
            hotels.ToJsonString()
        );
        ((int)loaded.StatusCode).ShouldBe(200, results?.ToJsonString());
    }

    private static async Task JsVectorsAsync(Emulator emulator)
    {
        await emulator.CreateAsync(
            new
            {
                name = "jsvec",
                fields = new object[]
                {
                    new
                    {
                        name = "hotelId",
                        type = "Edm.String",
                        key = true,
                    },
                    new
                    {
                        name = "vectorDescription",
                        type = "Collection(Edm.Single)",
                        dimensions = 1536,
                        vectorSearchProfile = "p",
                    },
                },
                vectorSearch = new
                {
                    profiles = new[] { new { name = "p", algorithm = "a" } },
                    algorithms = new[]
                    {
                        new
                        {
                            name = "a",
                            hnswParameters = new { metric = "dotProduct" },
                            kind = "hnsw",
                        },
                    },
                },
            }
        );
        var hotel = new JsonObject
        {
            ["hotelId"] = "1",
            ["vectorDescription"] = Recording.Read("setup/vectors.json")["jsHotel1"]!.DeepClone(),
        };
        await emulator.IndexAsync("jsvec", [hotel]);
    }
}
