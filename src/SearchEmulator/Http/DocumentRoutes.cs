using System.Globalization;
using System.Text.Json;

namespace EmbeddingFunctions.SearchEmulator.Http;

/// <summary>Documents by key: batches, look-ups, the count.</summary>
internal sealed class DocumentRoutes(FaultInjector faults)
{
    public async Task IndexAsync(SearchIndex index, HttpContext http, Answer answer)
    {
        var body = await RequestBody.ReadAsync(http.Request, http.RequestAborted);
        var schema = index.Schema;
        var actions = BatchReader.Read(body.Span, schema);
        var fault = faults.Next();
        if (fault is { IsRefused: null })
        {
            if (fault.RetryAfterSeconds is { } seconds)
                http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            throw new ServiceException(fault.StatusCode, "", "The service is temporarily unavailable.");
        }
        var results = fault is null
            ? await index.WriteAsync(actions, schema, http.RequestAborted)
            : await WriteSomeAsync(index, actions, schema, fault, http.RequestAborted);
        await answer.JsonAsync(results.All(r => r.Succeeded) ? 200 : 207, writer => Write(writer, results));
    }

    public static async Task CountAsync(SearchIndex index, Answer answer)
    {
        using var snapshot = index.Acquire();
        await answer.TextAsync(snapshot.LiveCount.ToString(CultureInfo.InvariantCulture));
    }

    public static Task LookupAsync(SearchIndex index, string key, HttpContext http, Answer answer)
    {
        var schema = index.Schema;
        var selection = Selection.Parse(http.Request.Query["$select"].ToString(), schema);
        if (Find(index, schema, selection, key) is not { } document)
            return answer.NoDocumentAsync();
        return answer.JsonAsync(
            200,
            writer =>
            {
                writer.WriteStartObject();
                if (answer.IsMinimal)
                    writer.WriteString(
                        "@odata.context",
                        $"{answer.BaseUrl}/indexes('{schema.Name}')/$metadata#docs(*)/$entity"
                    );
                DocumentWriter.WriteMembers(writer, document, schema.Fields, selection.Includes);
                writer.WriteEndObject();
            }
        );
    }

    private static ComplexValue? Find(SearchIndex index, IndexSchema schema, Selection selection, string key)
    {
        using var store = index.Read();
        if (store.FindLive(key) is not { } stored)
            return null;
        var document = new DocumentReader(schema).ReadStored(stored.Json);
        foreach (var field in schema.VectorFields.Where(selection.Includes))
            document.Values[field.Position] = store.Vector(field, stored.Ord);
        return document;
    }

    // The refused documents are left out of what is written, and put back into the answer in their places.
    private static async Task<IReadOnlyList<ItemResult>> WriteSomeAsync(
        SearchIndex index,
        IReadOnlyList<IndexAction> actions,
        IndexSchema schema,
        FaultInjector.Fault fault,
        CancellationToken cancellationToken
    )
    {
        var isRefused = actions.Select((a, i) => fault.IsRefused!(a.Key, i)).ToArray();
        var accepted = actions.Where((_, i) => !isRefused[i]).ToList();
        var written = accepted.Count == 0 ? [] : await index.WriteAsync(accepted, schema, cancellationToken);
        var next = 0;
        return
        [
            .. actions.Select(
                (a, i) =>
                    isRefused[i]
                        ? new ItemResult(a.Key, fault.StatusCode, "The service is temporarily unavailable.")
                        : written[next++]
            ),
        ];
    }

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<ItemResult> results)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("value");
        foreach (var result in results)
        {
            writer.WriteStartObject();
            writer.WriteString("key", result.Key);
            writer.WriteBoolean("status", result.Succeeded);
            writer.WriteString("errorMessage", result.Error);
            writer.WriteNumber("statusCode", result.StatusCode);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
