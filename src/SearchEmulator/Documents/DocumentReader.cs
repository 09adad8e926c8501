using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace EmbeddingFunctions.SearchEmulator.Documents;

/// <summary>JSON of a document to values, for requests and for the store alike.</summary>
internal sealed class DocumentReader(IndexSchema schema)
{
    public const string ActionMember = "@search.action";

    /// <summary>Reads the object that <paramref name="reader"/> stands on.</summary>
    /// <returns>The values, with <see cref="ComplexValue.Absent"/> where nothing was named, and the action if one was.</returns>
    /// <exception cref="ServiceException">400 on an unknown member or a value of another type.</exception>
    public ComplexValue Read(ref Utf8JsonReader reader, out string? action)
    {
        action = null;
        return ReadMembers(ref reader, schema.Fields, "search.documentFields", ref action);
    }

    /// <summary>Reads what <see cref="DocumentWriter.WriteStored"/> wrote; fields added since then come as null or [].</summary>
    public ComplexValue ReadStored(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return DocumentValues.Complete(Read(ref reader, out _), schema.Fields);
    }

    private static ComplexValue ReadMembers(
        ref Utf8JsonReader reader,
        IReadOnlyList<Field> fields,
        string typeName,
        ref string? action
    )
    {
        var values = new object?[fields.Count];
        Array.Fill(values, ComplexValue.Absent);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            CheckName(ref reader);
            var field = Find(ref reader, fields);
            if (field is not null)
            {
                if (!ReferenceEquals(values[field.Position], ComplexValue.Absent))
                    throw Twice(field.Path);
                reader.Read();
                values[field.Position] = ReadValue(ref reader, field);
                continue;
            }
            var name = Text(ref reader)!;
            reader.Read();
            if (name == ActionMember && action is not null)
                throw Twice(name);
            if (name == ActionMember)
                action =
                    reader.TokenType == JsonTokenType.String ? Text(ref reader) : throw Wrong(ref reader, "Edm.String");
            else
                throw ServiceException.InvalidBody(
                    $"parameters : The property '{name}' does not exist on type '{typeName}'. Make sure to only use property names that are defined by the type.\r\n"
                );
        }
        return new ComplexValue(values);
    }

    /// <summary>400 of a member that says two things, of which the last would win unseen.</summary>
    public static ServiceException Twice(string name) =>
        ServiceException.InvalidBody($"parameters : The property '{name}' is named twice.\r\n");

    /// <summary>400 on a name that is no text: comparing it would throw.</summary>
    public static void CheckName(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped)
            Text(ref reader);
    }

    private static Field? Find(ref Utf8JsonReader reader, IReadOnlyList<Field> fields)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            if (reader.ValueTextEquals(fields[i].Name))
                return fields[i];
        }
        return null;
    }

    private static object? ReadValue(ref Utf8JsonReader reader, Field field)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        if (field.Kind == FieldKind.Vector)
            return ReadVector(ref reader, field);
        if (!field.IsCollection)
            return ReadElement(ref reader, field);
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Wrong(ref reader, field.TypeName);
        var items = new List<object>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.Null)
                throw ServiceException.InvalidBody(
                    $"parameters : A null value was found in the collection '{field.Path}' of type '{field.TypeName}', which does not allow null values.\r\n"
                );
            items.Add(ReadElement(ref reader, field));
        }
        return items.Count == 0 ? DocumentValues.Empty : items.ToArray();
    }

    private static object ReadElement(ref Utf8JsonReader reader, Field field)
    {
        switch (field.Kind, reader.TokenType)
        {
            case (FieldKind.String, JsonTokenType.String):
                return Text(ref reader)!;
            case (FieldKind.Boolean, JsonTokenType.True or JsonTokenType.False):
                return reader.GetBoolean();
            case (FieldKind.Int32, JsonTokenType.Number) when reader.TryGetInt32(out var small):
                return (long)small;
            case (FieldKind.Int64, JsonTokenType.Number) when reader.TryGetInt64(out var large):
                return large;
            case (FieldKind.Double, JsonTokenType.Number) when double.IsFinite(reader.GetDouble()):
                return reader.GetDouble();
            case (FieldKind.Double, JsonTokenType.String):
                return Special(Text(ref reader)) ?? throw Wrong(ref reader, field.ElementTypeName);
            case (FieldKind.Date, JsonTokenType.String):
                return Date(Text(ref reader)) ?? throw Wrong(ref reader, field.ElementTypeName);
            case (FieldKind.Point, JsonTokenType.StartObject):
                return ReadPoint(ref reader, field);
            case (FieldKind.Complex, JsonTokenType.StartObject):
                string? action = null;
                var value = ReadMembers(ref reader, field.Fields, $"search.complex.{field.Name}", ref action);
                return action is null ? value : throw Wrong(ref reader, field.ElementTypeName);
            default:
                throw Wrong(ref reader, field.ElementTypeName);
        }
    }

    /// <summary>ISO 8601 with an offset, cut (not rounded) to milliseconds, in UTC.</summary>
    public static DateTimeOffset? Date(string? text)
    {
        if (
            text is null
            || text.Length < 20
            || text[10] is not ('T' or 't')
            || !(text[^1] is 'Z' or 'z' || text.AsSpan(19).ContainsAny('+', '-'))
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        )
            return null;
        var utc = date.ToUniversalTime();
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMillisecond));
    }

    private static double? Special(string? text) =>
        text switch
        {
            "INF" => double.PositiveInfinity,
            "-INF" => double.NegativeInfinity,
            "NaN" => double.NaN,
            _ => null,
        };

    private static float[] ReadVector(ref Utf8JsonReader reader, Field field)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Wrong(ref reader, field.TypeName);
        var vector = new float[field.Dimensions];
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number)
                throw Wrong(ref reader, "Edm.Single");
            var number = reader.GetSingle();
            if (!float.IsFinite(number))
                throw Wrong(ref reader, "Edm.Single");
            if (count < vector.Length)
                vector[count] = number;
            count++;
        }
        return count == vector.Length ? vector : throw WrongLength(field, count);
    }

    public static ServiceException WrongLength(Field field, int found) =>
        new(
            400,
            "",
            $"There's a mismatch in vector dimensions. The vector field '{field.Name}', with dimension of '{field.Dimensions}', expects a length of '{field.Dimensions}'. However, the provided vector has a length of '{found}'. Please ensure that the vector length matches the expected length of the vector field."
        );

    private static GeoPoint ReadPoint(ref Utf8JsonReader reader, Field field)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return Point(document.RootElement)
            ?? throw ServiceException.InvalidBody(
                $"parameters : The value of '{field.Path}' is not a GeoJSON point with a longitude within 180 and a latitude within 90 degrees.\r\n"
            );
    }

    private static GeoPoint? Point(JsonElement json) =>
        json.TryGetProperty("type", out var type)
        && type.ValueKind == JsonValueKind.String
        // The value itself may be no text, and then cannot be compared as one.
        && JsonMarshal.GetRawUtf8Value(type).SequenceEqual("\"Point\""u8)
        && json.TryGetProperty("coordinates", out var coordinates)
        && coordinates.ValueKind == JsonValueKind.Array
        && coordinates.GetArrayLength() == 2
        && coordinates[0].ValueKind == JsonValueKind.Number
        && coordinates[1].ValueKind == JsonValueKind.Number
        && coordinates[0].GetDouble() is >= -180 and <= 180 and var longitude
        && coordinates[1].GetDouble() is >= -90 and <= 90 and var latitude
            ? new GeoPoint(longitude, latitude)
            : null;

    private static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            throw ServiceException.InvalidBody("parameters : A string is not valid UTF-16 (unpaired surrogate).\r\n");
        }
    }

    private static ServiceException Wrong(ref Utf8JsonReader reader, string expected)
    {
        var found = reader.TokenType switch
        {
            JsonTokenType.StartArray => "a collection",
            JsonTokenType.StartObject => "an object",
            _ => $"the literal '{Literal(ref reader)}'",
        };
        return ServiceException.InvalidBody(
            $"parameters : Cannot convert {found} to the expected type '{expected}'.\r\n"
        );
    }

    // Long texts are cut: an error message is no place for a document.
    private static string Literal(ref Utf8JsonReader reader)
    {
        var text = System.Text.Encoding.UTF8.GetString(reader.ValueSpan);
        return text.Length <= 64 ? text : text[..64] + "…";
    }
}
