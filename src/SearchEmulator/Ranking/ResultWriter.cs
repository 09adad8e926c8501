using System.Text.Json;

namespace EmbeddingFunctions.SearchEmulator.Ranking;

internal static class ResultWriter
{
    /// <summary>The member <c>value</c>: documents as they were in the snapshot, whatever has been written since.</summary>
    public static void Write(
        Utf8JsonWriter writer,
        SearchAnswer answer,
        Snapshot snapshot,
        StoreReader store,
        Selection selection,
        Highlights highlights,
        CancellationToken cancellationToken
    )
    {
        var documents = new DocumentReader(snapshot.Schema);
        var vectorFields = snapshot.Schema.VectorFields.Where(selection.Includes).ToList();
        writer.WriteStartArray("value");
        foreach (var hit in answer.Page)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var document = documents.ReadStored(store.Json(snapshot.Table.Ord(hit.Row)));
            foreach (var field in vectorFields)
            {
                var vectors = snapshot.Table.Vectors(field);
                if (vectors.Has(hit.Row))
                    document.Values[field.Position] = vectors[hit.Row].ToArray();
            }
            writer.WriteStartObject();
            writer.WritePropertyName("@search.score");
            writer.WriteScore(hit.Score, answer.IsFused);
            highlights.Write(writer, document);
            DocumentWriter.WriteMembers(writer, document, snapshot.Schema.Fields, selection.Includes);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
