using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>What the parts of an index definition say about each other: refused when it is made, not when a query finds out.</summary>
public sealed class DefinitionTests
{
    private const string Fields = """
        [{"name":"id","type":"Edm.String","key":true},
         {"name":"text","type":"Edm.String"},{"name":"exact","type":"Edm.String","searchable":false},
         {"name":"tags","type":"Collection(Edm.String)"},
         {"name":"stars","type":"Edm.Int32"},{"name":"secret","type":"Edm.Int32","filterable":false},
         {"name":"built","type":"Edm.DateTimeOffset"},{"name":"spot","type":"Edm.GeographyPoint"},
         {"name":"address","type":"Edm.ComplexType","fields":[{"name":"city","type":"Edm.String"}]}]
        """;

    private const string Range = """{"boostingRangeStart":1,"boostingRangeEnd":5}""";

    [Theory]
    [InlineData("""[{"name":"s","sourceFields":["nope"]}]""", "'nope', which does not exist")]
    [InlineData("""[{"name":"s","sourceFields":["stars"]}]""", "'stars', which is not a searchable string")]
    [InlineData("""[{"name":"s","sourceFields":["exact"]}]""", "'exact', which is not a searchable string")]
    [InlineData("""[{"name":"s","sourceFields":["address"]}]""", "'address', which is not a searchable string")]
    [InlineData("""[{"name":"s","searchMode":"prefix","sourceFields":["text"]}]""", "'analyzingInfixMatching'")]
    [InlineData(
        """[{"name":"s","sourceFields":["text"]},{"name":"t","sourceFields":["tags"]}]""",
        "one suggester, but 2 were found"
    )]
    public Task A_suggester_must_fit_its_fields(string suggesters, string message) =>
        RefusedAsync("suggesters", suggesters, message);

    [Theory]
    [InlineData("""{"text":{"weights":{"nope":2}}}""", "'nope', which does not exist")]
    [InlineData("""{"text":{"weights":{"stars":2}}}""", "'stars', which is not a searchable string")]
    [InlineData("""{"text":{"weights":{"text":"2"}}}""", "Cannot convert the value of 'text' (String)")]
    [InlineData("""{"text":{"weights":{"text":1e999}}}""", "Cannot convert the value of 'text'")]
    [InlineData("""{"text":{"weights":[2]}}""", "'Weights' was expected")]
    [InlineData("""{"text":{"wieghts":{}}}""", "'wieghts' does not exist")]
    [InlineData("""{"text":5}""", "'TextWeights' was expected")]
    [InlineData("""{"functionAggregation":"mean"}""", "'mean' is none of")]
    [InlineData(
        $$"""{"functions":[{"type":"magnitude","fieldName":"text","boost":2,"magnitude":{{Range}}}]}""",
        "'text'"
    )]
    [InlineData($$"""{"functions":[{"type":"magnitude","fieldName":"no","boost":2,"magnitude":{{Range}}}]}""", "'no'")]
    [InlineData(
        $$"""{"functions":[{"type":"magnitude","fieldName":"secret","boost":2,"magnitude":{{Range}}}]}""",
        "cannot use the field 'secret'"
    )]
    [InlineData(
        $$"""{"functions":[{"type":"magnitude","fieldName":"stars","boost":1,"magnitude":{{Range}}}]}""",
        "boost of a scoring function is 1"
    )]
    [InlineData(
        $$"""{"functions":[{"type":"magnitude","fieldName":"stars","boost":-2,"magnitude":{{Range}}}]}""",
        "boost of a scoring function is -2"
    )]
    [InlineData($$"""{"functions":[{"type":"magnitude","fieldName":"stars","magnitude":{{Range}}}]}""", "'boost'")]
    [InlineData(
        $$"""{"functions":[{"type":"magnitude","fieldName":"stars","boost":1e999,"magnitude":{{Range}}}]}""",
        "'boost'"
    )]
    [InlineData(
        $$"""{"functions":[{"type":"magnitude","fieldName":"stars","boost":2,"interpolation":"cubic","magnitude":{{Range}}}]}""",
        "'cubic' is none of"
    )]
    [InlineData(
        $$"""{"functions":[{"type":"size","fieldName":"stars","boost":2,"magnitude":{{Range}}}]}""",
        "'size' is none of"
    )]
    [InlineData(
        """{"functions":[{"type":"magnitude","fieldName":"stars","boost":2}]}""",
        "needs the object 'magnitude'"
    )]
    [InlineData(
        $$"""{"functions":[{"type":"freshness","fieldName":"built","boost":2,"freshness":{"boostingDuration":"P1D"},"magnitude":{{Range}}}]}""",
        "no other one"
    )]
    [InlineData(
        """{"functions":[{"type":"magnitude","fieldName":"stars","boost":2,"magnitude":{"boostingRangeStart":"1","boostingRangeEnd":5}}]}""",
        "'boostingRangeStart' (String)"
    )]
    [InlineData(
        """{"functions":[{"type":"magnitude","fieldName":"stars","boost":2,"magnitude":{"boostingRangeStart":1}}]}""",
        "'boostingRangeEnd'"
    )]
    [InlineData(
        """{"functions":[{"type":"freshness","fieldName":"built","boost":2,"freshness":{"boostingDuration":"1 day"}}]}""",
        "'1 day' is not a duration"
    )]
    [InlineData(
        """{"functions":[{"type":"freshness","fieldName":"stars","boost":2,"freshness":{"boostingDuration":"P1D"}}]}""",
        "cannot use the field 'stars'"
    )]
    [InlineData(
        """{"functions":[{"type":"distance","fieldName":"spot","boost":2,"distance":{"boostingDistance":5}}]}""",
        "'referencePointParameter'"
    )]
    [InlineData("""{"functions":[{"type":"tag","fieldName":"tags","boost":2,"tag":{}}]}""", "'tagsParameter'")]
    public async Task A_scoring_profile_must_be_one_that_a_query_can_use(string profile, string message)
    {
        var named = JsonNode.Parse(profile)!;
        named["name"] = "p";
        await RefusedAsync("scoringProfiles", $"[{named.ToJsonString()}]", message);
    }

    [Theory]
    [InlineData("""{"defaultConfiguration":"c","configurations":[]}""", "'c' is not defined")]
    [InlineData(
        """{"configurations":[{"name":"c","prioritizedFields":{"titleField":{"fieldName":"nope"}}}]}""",
        "'nope', which does not exist"
    )]
    [InlineData(
        """{"configurations":[{"name":"c","prioritizedFields":{"prioritizedContentFields":[{"fieldName":"stars"}]}}]}""",
        "'stars', which is not a searchable string"
    )]
    [InlineData(
        """{"configurations":[{"name":"c","prioritizedFields":{"prioritizedKeywordsFields":[{"fieldName":"exact"}]}}]}""",
        "'exact', which is not a searchable string"
    )]
    [InlineData("""{"configurations":[{"name":"c"},{"name":"c"}]}""", "'c' is defined twice")]
    public Task A_semantic_configuration_must_fit_its_fields(string semantic, string message) =>
        RefusedAsync("semantic", semantic, message);

    [Theory]
    [InlineData("corsOptions", "{}", "'allowedOrigins'")]
    [InlineData("name", "\"good\\n\"", "Invalid index name")]
    [InlineData("scoringProfiles", """[{"name":"p"},{"name":"P"}]""", "'P' is defined twice")]
    [InlineData(
        "tokenizers",
        """[{"name":"t","@odata.type":"#Microsoft.Azure.Search.PatternTokenizer","pattern":"(a)","group":2}]""",
        "no group 2"
    )]
    [InlineData(
        "vectorSearch",
        """{"algorithms":[{"name":"a","kind":"hnsw"}],"profiles":[{"name":"p","algorithm":"a"},{"name":"p","algorithm":"a"}]}""",
        "'p' is defined twice"
    )]
    public Task Other_parts_are_checked_as_well(string member, string json, string message) =>
        RefusedAsync(member, json, message);

    [Theory]
    [InlineData("""{"name":"x\n","type":"Edm.String"}""", "a name that is not allowed")]
    [InlineData("""{"name":"x","type":"Edm.String","fields":[{"name":"y","type":"Edm.String"}]}""", "has fields, but")]
    [InlineData(
        """{"name":"x","type":"Edm.ComplexType","key":true,"fields":[{"name":"y","type":"Edm.String"}]}""",
        "'key' is for its sub-fields"
    )]
    [InlineData(
        """{"name":"x","type":"Collection(Edm.ComplexType)","searchable":false,"fields":[{"name":"y","type":"Edm.String"}]}""",
        "'searchable' is for its sub-fields"
    )]
    [InlineData(
        """{"name":"x","type":"Collection(Edm.ComplexType)","fields":[{"name":"y","type":"Edm.String","sortable":true}]}""",
        "cannot be sortable: it is inside a collection"
    )]
    [InlineData(
        """{"name":"x","type":"Collection(Edm.ComplexType)","fields":[{"name":"y","type":"Edm.ComplexType","fields":[{"name":"z","type":"Edm.Int32","sortable":true}]}]}""",
        "'z' cannot be sortable"
    )]
    public async Task A_field_has_only_what_its_kind_can_have(string field, string message)
    {
        var fields = JsonNode.Parse(Fields)!.AsArray();
        fields.Add(JsonNode.Parse(field));
        await RefusedAsync("fields", fields.ToJsonString(), message);
    }

    [Fact]
    public async Task A_good_definition_is_echoed_with_every_default()
    {
        await using var emulator = await Emulator.StartAsync();
        var definition = Definition();
        definition["suggesters"] = JsonNode.Parse("""[{"name":"s","sourceFields":["text","tags","address/city"]}]""");
        definition["scoringProfiles"] = JsonNode.Parse(
            $$$"""
            [{"name":"p","text":{"weights":{"text":5,"address/city":1.5}},"functions":[
              {"type":"magnitude","fieldName":"stars","boost":2,"magnitude":{{{Range}}}},
              {"type":"freshness","fieldName":"built","boost":3,"interpolation":"quadratic","freshness":{"boostingDuration":"-P1D"}}]}]
            """
        );
        definition["semantic"] = JsonNode.Parse(
            """{"defaultConfiguration":"c","configurations":[{"name":"c","prioritizedFields":{"titleField":{"fieldName":"text"}}}]}"""
        );
        definition["fields"]!
            .AsArray()
            .Add(
                JsonNode.Parse(
                    """{"name":"rooms","type":"Collection(Edm.ComplexType)","key":null,"fields":[{"name":"rate","type":"Edm.Double"}]}"""
                )
            );
        var (response, answer) = await emulator.SendAsync("POST", $"indexes?{Emulator.Version}", definition);
        ((int)response.StatusCode).ShouldBe(201, answer?.ToJsonString());
        var profile = answer!["scoringProfiles"]![0]!;
        profile["text"]!.ToJsonString().ShouldBe("""{"weights":{"text":5.0,"address/city":1.5}}""");
        profile["functions"]![0]!
            .ToJsonString()
            .ShouldBe(
                """{"fieldName":"stars","interpolation":"linear","type":"magnitude","boost":2.0,"freshness":null,"magnitude":{"boostingRangeStart":1.0,"boostingRangeEnd":5.0},"distance":null,"tag":null}"""
            );
        var rooms = answer["fields"]!.AsArray()[^1]!;
        rooms.AsObject().Select(m => m.Key).ShouldBe(["name", "type", "fields"]);
        ((bool)rooms["fields"]![0]!["sortable"]!).ShouldBeFalse();
        // What came back is taken again.
        answer.AsObject().Remove("@odata.context");
        var (again, refusal) = await emulator.SendAsync("PUT", $"indexes('good')?{Emulator.Version}", answer);
        ((int)again.StatusCode).ShouldBe(204, refusal?.ToJsonString());
    }

    private static JsonNode Definition() => JsonNode.Parse($$"""{"name":"good","fields":{{Fields}}}""")!;

    private static async Task RefusedAsync(string member, string json, string message)
    {
        await using var emulator = await Emulator.StartAsync();
        var definition = Definition();
        definition[member] = null;
        // Written as text: a number such as 1e999 must reach the emulator as it is.
        var body = definition
            .ToJsonString()
            .Replace($"\"{member}\":null", $"\"{member}\":{json}", StringComparison.Ordinal);
        var (response, answer) = await emulator.SendAsync("POST", $"indexes?{Emulator.Version}", body);
        ((int)response.StatusCode).ShouldBe(400, answer?.ToJsonString());
        ((string)answer!["error"]!["message"]!).ShouldContain(message);
    }
}
