using System.Text.Json;

namespace EmbeddingFunctions.SearchEmulator.Facets;

internal static class FacetWriter
{
    /// <summary>The member <c>@search.facets</c>; with its types for clients that asked for metadata.</summary>
    public static void Write(
        Utf8JsonWriter writer,
        IEnumerable<(Facet Facet, IReadOnlyList<FacetBucket> Buckets)> facets,
        Answer answer
    )
    {
        writer.WriteStartObject("@search.facets");
        foreach (var (facet, buckets) in facets)
        {
            if (answer.IsMinimal)
                writer.WriteString(
                    facet.Field.Path + "@odata.type",
                    $"#Collection({answer.Version.TypePrefix}.QueryResultFacet)"
                );
            writer.WriteStartArray(facet.Field.Path);
            foreach (var bucket in buckets)
                Write(writer, bucket);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, FacetBucket bucket)
    {
        writer.WriteStartObject();
        writer.WriteNumber("count", bucket.Count);
        Write(writer, "from", bucket.From, "yyyy-MM-ddTHH:mm:ss.fff+0000");
        Write(writer, "to", bucket.To, "yyyy-MM-ddTHH:mm:ss.fff+0000");
        Write(writer, "value", bucket.Value, DocumentWriter.DateFormat);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, object? value, string dateFormat)
    {
        if (value is null)
            return;
        writer.WritePropertyName(name);
        DocumentWriter.WriteSimple(writer, value, dateFormat);
    }
}
