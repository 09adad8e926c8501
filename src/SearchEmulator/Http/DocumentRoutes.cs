using System.Globalization;
using System.Text.Json;

namespace EmbeddingFunctions.SearchEmulator.Http;

/// <summary>Documents by key: batches, look-ups, the count.</summary>
internal static class DocumentRoutes
{
    /// <param name="index">Where to.</param>
    /// <param name="fault">Refuses some of the documents, if given.</param>
    /// <param name="http">The request.</param>
    /// <param name="answer">Of the request.</param>
    public static async Task IndexAsync(SearchIndex index, FaultInjector.Fault? fault, HttpContext http, Answer answer)
    {
        var body = await RequestBody.ReadAsync(http.Request, http.RequestAborted);
        var schema = index.Schema;
        var actions = BatchReader.Read(body.Span, schema);
        var results = fault is { IsRefused: { } isRefused }
            ? await WriteSomeAsync(index, actions, schema, isRefused, fault.StatusCode, http.RequestAborted)
            : await index.WriteAsync(actions, schema, http.RequestAborted);
        await answer.JsonAsync(results.All(r => r.Succeeded) ? 200 : 207, writer => Write(writer, results));
    }

    public static async Task CountAsync(SearchIndex index, Answer answer)
    {
        using var snapshot = index.Acquire();
        await answer.TextAsync(snapshot.LiveCount.ToString(CultureInfo.InvariantCulture));
    }

    public static async Task LookupAsync(SearchIndex index, string key, HttpContext http, Answer answer)
    {
        using var snapshot = index.Acquire();
        var schema = snapshot.Schema;
        var selection = Selection.Parse(http.Request.Query["$select"].ToString(), schema);
        if (Find(index, snapshot, selection, key) is not { } document)
        {
            await answer.NoDocumentAsync();
            return;
        }
        await answer.JsonAsync(
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

    private static ComplexValue? Find(SearchIndex index, Snapshot snapshot, Selection selection, string key)
    {
        if (snapshot.FindOrd(key) is not { } ord)
            return null;
        using var store = index.Read();
        var document = new DocumentReader(snapshot.Schema).ReadStored(store.Json(ord));
        foreach (var field in snapshot.Schema.VectorFields.Where(selection.Includes))
            document.Values[field.Position] = store.Vector(field, ord);
        return document;
    }

    // The refused documents are left out of what is written, and put back into the answer in their places.
    private static async Task<IReadOnlyList<ItemResult>> WriteSomeAsync(
        SearchIndex index,
        IReadOnlyList<IndexAction> actions,
        IndexSchema schema,
        Func<string, int, bool> refuses,
        int statusCode,
        CancellationToken cancellationToken
    )
    {
        var isRefused = actions.Select((a, i) => refuses(a.Key, i)).ToArray();
        var accepted = actions.Where((_, i) => !isRefused[i]).ToList();
        var written = accepted.Count == 0 ? [] : await index.WriteAsync(accepted, schema, cancellationToken);
        var next = 0;
        return
        [
            .. actions.Select(
                (a, i) =>
                    isRefused[i]
                        ? new ItemResult(a.Key, statusCode, "The service is temporarily unavailable.")
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
