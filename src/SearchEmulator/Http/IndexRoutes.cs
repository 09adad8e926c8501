using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Http;

/// <summary>Definitions of indexes and what the service says about itself.</summary>
internal sealed class IndexRoutes(IndexCatalog catalog)
{
    public async Task CreateAsync(HttpContext http, Answer answer)
    {
        var schema = await ReadAsync(http, answer.Version);
        var index = await catalog.CreateAsync(schema, http.RequestAborted);
        await WriteAsync(201, index, answer);
    }

    public async Task PutAsync(string name, HttpContext http, Answer answer)
    {
        var schema = await ReadAsync(http, answer.Version);
        if (schema.Name != name)
            throw ServiceException.InvalidBody(
                $"definition : The name '{schema.Name}' in the body is not the name '{name}' in the URL.\r\n"
            );
        var (index, created) = await catalog.CreateOrUpdateAsync(
            schema,
            Precondition.Of(http),
            AllowsDowntime(http),
            http.RequestAborted
        );
        if (created || answer.WantsUpdated)
            await WriteAsync(created ? 201 : 200, index, answer);
        else
            await answer.NoContentAsync(index.ETag);
    }

    public Task GetAsync(string name, Answer answer) => WriteAsync(200, catalog.Get(name), answer);

    public async Task DeleteAsync(string name, HttpContext http, Answer answer)
    {
        await catalog.DeleteAsync(name, Precondition.Of(http), http.RequestAborted);
        await answer.NoContentAsync();
    }

    public Task ListAsync(HttpContext http, Answer answer) =>
        answer.ListAsync(
            "indexes",
            http.Request.Query["$select"].ToString(),
            catalog.All(),
            index => index.Schema.Name,
            (writer, index) => Members(writer, index, answer.Version)
        );

    public async Task StatsAsync(string name, Answer answer)
    {
        var index = catalog.Get(name);
        using var snapshot = index.Acquire();
        var (count, storage, vectors) = (snapshot.LiveCount, index.StorageSize(), snapshot.Table.VectorBytes);
        await answer.JsonAsync(
            200,
            writer =>
            {
                writer.WriteStartObject();
                answer.WriteContext(writer, $"{answer.Version.TypePrefix}.IndexStatistics");
                writer.WriteNumber("documentCount", count);
                writer.WriteNumber("storageSize", count == 0 ? 0 : storage);
                writer.WriteNumber("vectorIndexSize", count == 0 ? 0 : vectors);
                writer.WriteEndObject();
            }
        );
    }

    /// <summary>Usage of this data folder against the quotas of the Basic tier.</summary>
    public Task ServiceStatsAsync(Answer answer)
    {
        var indexes = catalog.All();
        long documents = 0;
        long storage = 0;
        long vectors = 0;
        foreach (var index in indexes)
        {
            using var snapshot = index.Acquire();
            documents += snapshot.LiveCount;
            storage += index.StorageSize();
            vectors += snapshot.Table.VectorBytes;
        }
        return answer.JsonAsync(
            200,
            writer =>
            {
                writer.WriteStartObject();
                answer.WriteContext(writer, $"{answer.Version.TypePrefix}.ServiceStatistics");
                writer.WriteStartObject("counters");
                Counter(writer, "documentCount", documents, null);
                Counter(writer, "indexesCount", indexes.Count, 15);
                Counter(writer, "indexersCount", 0, 15);
                Counter(writer, "dataSourcesCount", 0, 15);
                Counter(writer, "storageSize", storage, 16_106_127_360);
                Counter(writer, "synonymMaps", catalog.Synonyms.All().Count, 3);
                Counter(writer, "skillsetCount", 0, 15);
                Counter(writer, "vectorIndexSize", vectors, 5_368_709_120);
                writer.WriteEndObject();
                writer.WriteStartObject("limits");
                writer.WriteNumber("maxFieldsPerIndex", 1000);
                writer.WriteNumber("maxFieldNestingDepthPerIndex", 10);
                writer.WriteNumber("maxComplexCollectionFieldsPerIndex", 40);
                writer.WriteNumber("maxComplexObjectsInCollectionsPerDocument", Change.MostObjectsInCollections);
                writer.WriteEndObject();
                writer.WriteEndObject();
            }
        );
    }

    private static void Counter(Utf8JsonWriter writer, string name, long usage, long? quota)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("usage", usage);
        if (quota is { } most)
            writer.WriteNumber("quota", most);
        else
            writer.WriteNull("quota");
        writer.WriteEndObject();
    }

    private async Task<IndexSchema> ReadAsync(HttpContext http, ApiVersion version)
    {
        using var body = RequestBody.Parse(await RequestBody.ReadAsync(http.Request, http.RequestAborted));
        return DefinitionReader.Read(body.RootElement, catalog.Synonyms, version);
    }

    private static bool AllowsDowntime(HttpContext http) =>
        http.Request.Query["allowIndexDowntime"].ToString() switch
        {
            "" => false,
            var text when bool.TryParse(text, out var allowed) => allowed,
            var text => throw ServiceException.InvalidBody(
                $"parameters : 'allowIndexDowntime' is '{text}', but must be true or false.\r\n"
            ),
        };

    private static Task WriteAsync(int status, SearchIndex index, Answer answer) =>
        answer.EntityAsync(
            status,
            "indexes",
            index.Schema.Name,
            index.ETag,
            writer => Members(writer, index, answer.Version)
        );

    private static void Members(Utf8JsonWriter writer, SearchIndex index, ApiVersion version)
    {
        writer.WriteString("@odata.etag", index.ETag);
        foreach (
            var (name, value) in version.HasVectors ? index.Schema.Definition : WithoutVectors(index.Schema.Definition)
        )
        {
            writer.WritePropertyName(name);
            if (value is null)
                writer.WriteNullValue();
            else
                value.WriteTo(writer);
        }
    }

    private static JsonObject WithoutVectors(JsonObject definition)
    {
        var copy = definition.DeepClone().AsObject();
        copy.Remove("vectorSearch");
        copy.Remove("semantic");
        RemoveFrom(copy["fields"]!.AsArray());
        return copy;

        static void RemoveFrom(JsonArray fields)
        {
            foreach (var field in fields.OfType<JsonObject>())
            {
                field.Remove("dimensions");
                field.Remove("vectorSearchProfile");
                if (field["fields"] is JsonArray inner)
                    RemoveFrom(inner);
            }
        }
    }
}
