using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>An index with everything that queries can be about: texts, points, complex values and collections of each.</summary>
internal static class PlaceIndex
{
    public const string Name = "places";

    private const string Definition = """
        {"name":"places","fields":[
          {"name":"id","type":"Edm.String","key":true,"searchable":false},
          {"name":"name","type":"Edm.String"},
          {"name":"text","type":"Edm.String","analyzer":"en.lucene","filterable":false,"sortable":false,"facetable":false},
          {"name":"zh","type":"Edm.String","analyzer":"zh-Hans.lucene","filterable":false,"sortable":false,"facetable":false},
          {"name":"tags","type":"Collection(Edm.String)"},
          {"name":"stars","type":"Edm.Int32"},
          {"name":"price","type":"Edm.Double"},
          {"name":"open","type":"Edm.Boolean"},
          {"name":"built","type":"Edm.DateTimeOffset"},
          {"name":"spot","type":"Edm.GeographyPoint"},
          {"name":"spots","type":"Collection(Edm.GeographyPoint)"},
          {"name":"numbers","type":"Collection(Edm.Int32)"},
          {"name":"hidden","type":"Edm.String","retrievable":false,"filterable":false,"facetable":false},
          {"name":"address","type":"Edm.ComplexType","fields":[
            {"name":"city","type":"Edm.String"},
            {"name":"notes","type":"Collection(Edm.String)"}]},
          {"name":"rooms","type":"Collection(Edm.ComplexType)","fields":[
            {"name":"type","type":"Edm.String","sortable":false},
            {"name":"rate","type":"Edm.Double","sortable":false},
            {"name":"quiet","type":"Edm.Boolean","sortable":false},
            {"name":"spot","type":"Edm.GeographyPoint","sortable":false},
            {"name":"memo","type":"Edm.String","filterable":false,"facetable":false,"sortable":false},
            {"name":"tags","type":"Collection(Edm.String)"},
            {"name":"host","type":"Edm.ComplexType","fields":[{"name":"name","type":"Edm.String","sortable":false}]},
            {"name":"beds","type":"Collection(Edm.ComplexType)","fields":[{"name":"width","type":"Edm.Int32","sortable":false}]}]}],
         "suggesters":[{"name":"sg","searchMode":"analyzingInfixMatching","sourceFields":["text","name","zh","tags","address/city"]}],
         "scoringProfiles":[
          {"name":"weights","text":{"weights":{"name":5}}},
          {"name":"stars","functions":[{"type":"magnitude","fieldName":"stars","boost":3,"interpolation":"linear","magnitude":{"boostingRangeStart":1,"boostingRangeEnd":5,"constantBoostBeyondRange":true}}]},
          {"name":"near","functions":[{"type":"distance","fieldName":"spot","boost":2,"distance":{"referencePointParameter":"here","boostingDistance":1000}}]},
          {"name":"fresh","functions":[{"type":"freshness","fieldName":"built","boost":2,"interpolation":"constant","freshness":{"boostingDuration":"P3650D"}}]},
          {"name":"tagged","functions":[{"type":"tag","fieldName":"tags","boost":4,"tag":{"tagsParameter":"mine"}}]},
          {"name":"many","functionAggregation":"maximum","functions":[
            {"type":"tag","fieldName":"tags","boost":4,"tag":{"tagsParameter":"mine"}},
            {"type":"magnitude","fieldName":"stars","boost":3,"interpolation":"quadratic","magnitude":{"boostingRangeStart":1,"boostingRangeEnd":5}}]}]}
        """;

    private const string Documents = """
        [{"id":"a","name":"Harbour Inn","text":"A quiet inn by the harbour. Boats leave daily! Ask about hotels and boating.","zh":"本月对车间内的装订机进行了维护。大模型RAG部署步骤",
          "tags":["pool","bar"],"stars":5,"price":99.5,"open":true,"built":"2020-02-29T23:30:00Z","spot":{"type":"Point","coordinates":[10.0,50.0]},
          "spots":[{"type":"Point","coordinates":[10.0,50.0]},{"type":"Point","coordinates":[20.0,50.0]}],"numbers":[1,5,9],
          "address":{"city":"Bergen","notes":["north"]},
          "rooms":[{"type":"single","rate":50,"quiet":true,"tags":["tv"],"memo":"spare","host":{"name":"Ann"},"beds":[{"width":90}],"spot":{"type":"Point","coordinates":[10.0,50.0]}},
                   {"type":"double","rate":150,"quiet":false,"tags":["tv","bath"],"beds":[{"width":140},{"width":90}]}]},
         {"id":"b","name":"Hotel Motel","text":"The boat house motel. Cheap.","zh":"新装的水泵已调试，订货单另附。",
          "tags":["bar"],"stars":3,"price":40,"open":false,"built":"1999-12-31T00:00:00Z","spot":{"type":"Point","coordinates":[11.0,50.0]},
          "numbers":[5],"address":{"city":"Bergen"},"rooms":[{"type":"double","rate":80,"tags":[]}]},
         {"id":"c","name":"Inn of the Harbor","tags":[],"stars":1,"built":"2020-03-01T00:30:00Z","spot":{"type":"Point","coordinates":[-170.0,0.0]},"rooms":[]},
         {"id":"n"}]
        """;

    public static JsonNode Json => JsonNode.Parse(Definition)!;

    public static async Task<Emulator> StartAsync(Func<SearchEmulatorOptions, SearchEmulatorOptions>? configure = null)
    {
        var emulator = await Emulator.StartAsync(configure: configure);
        await emulator.CreateAsync(Json);
        await emulator.IndexAsync(Name, [.. JsonNode.Parse(Documents)!.AsArray().Select(d => (object)d!.DeepClone())]);
        return emulator;
    }

    public static async Task<JsonNode> PostAsync(
        this Emulator emulator,
        string operation,
        object body,
        int status = 200
    )
    {
        var (response, answer) = await emulator.SendAsync(
            "POST",
            $"indexes('{Name}')/docs/search.post.{operation}?{Emulator.Version}",
            body
        );
        ((int)response.StatusCode).ShouldBe(status, answer?.ToJsonString());
        return answer!;
    }
}
