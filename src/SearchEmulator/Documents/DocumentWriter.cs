using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EmbeddingFunctions.SearchEmulator.Documents;

/// <summary>Values of a document to JSON, members always in schema order.</summary>
internal static class DocumentWriter
{
    /// <summary>Of dates in UTC.</summary>
    public const string DateFormat = "yyyy-MM-ddTHH:mm:ss.FFFZ";

    public static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>All fields but the vectors, which have their own tables.</summary>
    public static byte[] WriteStored(ComplexValue document, IndexSchema schema)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartObject();
        foreach (var field in schema.Fields)
        {
            if (field.Kind == FieldKind.Vector)
                continue;
            writer.WritePropertyName(field.Name);
            WriteValue(writer, document.Values[field.Position], field, _ => true);
        }
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The members of a document that are selected; the caller opens and closes the object.</summary>
    public static void WriteMembers(
        Utf8JsonWriter writer,
        ComplexValue document,
        IReadOnlyList<Field> fields,
        Func<Field, bool> isSelected
    )
    {
        foreach (var field in fields)
        {
            if (!isSelected(field))
                continue;
            writer.WritePropertyName(field.Name);
            WriteValue(writer, document.Values[field.Position], field, isSelected);
        }
    }

    private static void WriteValue(Utf8JsonWriter writer, object? value, Field field, Func<Field, bool> isSelected)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case object[] items:
                writer.WriteStartArray();
                foreach (var item in items)
                    WriteValue(writer, item, field, isSelected);
                writer.WriteEndArray();
                break;
            case float[] vector:
                writer.WriteStartArray();
                foreach (var number in vector)
                    writer.WriteNumberValue(number);
                writer.WriteEndArray();
                break;
            case ComplexValue complex:
                writer.WriteStartObject();
                WriteMembers(writer, complex, field.Fields, isSelected);
                writer.WriteEndObject();
                break;
            case GeoPoint point:
                WritePoint(writer, point);
                break;
            default:
                WriteSimple(writer, value, DateFormat);
                break;
        }
    }

    /// <summary>A text, a number, true or false, or a date.</summary>
    public static void WriteSimple(Utf8JsonWriter writer, object? value, string dateFormat)
    {
        switch (value)
        {
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case double number:
                writer.WriteDouble(number);
                break;
            case DateTimeOffset date:
                writer.WriteStringValue(date.UtcDateTime.ToString(dateFormat, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static void WritePoint(Utf8JsonWriter writer, GeoPoint point)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "Point");
        writer.WriteStartArray("coordinates");
        writer.WriteDouble(point.Longitude);
        writer.WriteDouble(point.Latitude);
        writer.WriteEndArray();
        writer.WriteStartObject("crs");
        writer.WriteString("type", "name");
        writer.WriteStartObject("properties");
        writer.WriteString("name", "EPSG:4326");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
