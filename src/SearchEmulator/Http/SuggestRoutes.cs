using System.Text.Json;

namespace EmbeddingFunctions.SearchEmulator.Http;

/// <summary>Suggestions of documents and completions of words, by POST and by GET.</summary>
internal static class SuggestRoutes
{
    public static async Task SuggestAsync(
        SearchIndex index,
        HttpContext http,
        Answer answer,
        CancellationToken cancellationToken
    )
    {
        using var body = await RequestBody.ParametersAsync(http.Request, cancellationToken);
        var request = SuggestRequestReader.Read(body.RootElement, "suggest");
        using var snapshot = index.Acquire();
        var schema = snapshot.Schema;
        // Without a selection only the key comes with the text; with one, only what it names.
        var selection = Selection.Parse(
            string.IsNullOrWhiteSpace(request.Select) ? schema.KeyField.Name : request.Select,
            schema
        );
        using var store = index.Read();
        var found = new Suggester(snapshot, request, store, cancellationToken).Run();
        await answer.JsonAsync(
            200,
            writer =>
            {
                Begin(writer, answer, $"{schema.Name}')/$metadata#docs(*)", request);
                foreach (var suggestion in found)
                {
                    writer.WriteStartObject();
                    writer.WriteString("@search.text", suggestion.Text);
                    DocumentWriter.WriteMembers(writer, suggestion.Document, schema.Fields, selection.Includes);
                    writer.WriteEndObject();
                }
                End(writer);
            }
        );
    }

    public static async Task AutocompleteAsync(
        SearchIndex index,
        HttpContext http,
        Answer answer,
        CancellationToken cancellationToken
    )
    {
        using var body = await RequestBody.ParametersAsync(http.Request, cancellationToken);
        var request = SuggestRequestReader.Read(body.RootElement, "autocomplete");
        using var snapshot = index.Acquire();
        var found = new Autocompleter(snapshot, request, cancellationToken).Run();
        await answer.JsonAsync(
            200,
            writer =>
            {
                Begin(
                    writer,
                    answer,
                    $"{snapshot.Schema.Name}')/$metadata#Collection({answer.Version.TypePrefix}.AutocompleteResult)",
                    request
                );
                foreach (var completion in found)
                {
                    writer.WriteStartObject();
                    writer.WriteString("text", completion.Text);
                    writer.WriteString("queryPlusText", completion.QueryPlusText);
                    writer.WriteEndObject();
                }
                End(writer);
            }
        );
    }

    private static void Begin(Utf8JsonWriter writer, Answer answer, string context, SuggestRequest request)
    {
        writer.WriteStartObject();
        if (answer.IsMinimal)
            writer.WriteString("@odata.context", $"{answer.BaseUrl}/indexes('{context}");
        SearchRoutes.WriteCoverage(writer, request.MinimumCoverage);
        writer.WriteStartArray("value");
    }

    private static void End(Utf8JsonWriter writer)
    {
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
