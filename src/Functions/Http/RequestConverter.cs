using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using EmbeddingFunctions.Embeddings;

namespace EmbeddingFunctions.Functions.Http;

/// <summary>A value of a request's body. What it throws goes on the name of the value: "'top' is a text; …".</summary>
internal abstract class RequestConverter<T> : JsonConverter<T>
{
    public sealed override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        throw new NotSupportedException();

    protected static JsonException Unexpected(ref Utf8JsonReader reader, string expected) =>
        new($"is {reader.Found()}; {expected} was expected.");
}

internal sealed class TextConverter : RequestConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? reader.Text() : throw Unexpected(ref reader, "a text");
}

internal sealed class NumberConverter : RequestConverter<int>
{
    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number)
            ? number
            : throw Unexpected(ref reader, $"a whole number up to {int.MaxValue}");
}

internal sealed class SwitchConverter : RequestConverter<bool>
{
    public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => throw Unexpected(ref reader, "true or false"),
        };
}

internal sealed class MomentConverter : RequestConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        (reader.TokenType == JsonTokenType.String ? Moment.Parse(reader.Text()) : null)
        ?? throw Unexpected(ref reader, Moment.Expected);
}

internal sealed class ChoiceConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert))!;

    private sealed class Of<T> : RequestConverter<T>
        where T : struct, Enum
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            (reader.TokenType == JsonTokenType.String ? Choice.Parse<T>(reader.Text()) : null)
            ?? throw Unexpected(ref reader, $"one of {Choice.Words<T>()}");
    }
}

/// <summary>A text, or a list of them.</summary>
internal sealed record Texts(IReadOnlyList<string> Items, bool IsSingle);

internal sealed class TextsConverter : RequestConverter<Texts>
{
    public override Texts Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return new([reader.Text()], IsSingle: true);
            case JsonTokenType.StartArray:
                List<string> items = [];
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(
                        reader.TokenType == JsonTokenType.String
                            ? reader.Text($"[{items.Count}] ")
                            : throw new JsonException($"[{items.Count}] is {reader.Found()}; a text was expected.")
                    );
                }

                return new(items, IsSingle: false);
            default:
                throw Unexpected(ref reader, "a text or an array of texts");
        }
    }
}

/// <summary>Two arrays: the least and the greatest value of each dimension.</summary>
internal sealed class RangesConverter : RequestConverter<QuantizationRanges>
{
    public override QuantizationRanges Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    )
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Unexpected(ref reader, "an array of two arrays of numbers");
        }

        List<float[]> ends = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            ends.Add(Numbers(ref reader, ends.Count));
        }

        try
        {
            return ends is [var least, var greatest]
                ? new QuantizationRanges(least, greatest)
                : throw new JsonException($"has {ends.Count} arrays; the least and the greatest values were expected.");
        }
        catch (ArgumentException e)
        {
            throw new JsonException($"do not fit together: {e.Message.Split(" (Parameter")[0]}.", e);
        }
    }

    private static float[] Numbers(ref Utf8JsonReader reader, int end)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException($"[{end}] is {reader.Found()}; an array of numbers was expected.");
        }

        List<float> numbers = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            numbers.Add(
                reader.TokenType == JsonTokenType.Number && reader.GetSingle() is var number && float.IsFinite(number)
                    ? number
                    : throw new JsonException($"[{end}][{numbers.Count}] is {reader.Found()}; a number was expected.")
            );
        }

        return [.. numbers];
    }
}

internal static class Utf8JsonReaderExtensions
{
    /// <summary>Letters of a value that a message may quote.</summary>
    private const int LongestQuote = 40;

    /// <exception cref="JsonException">It is not Unicode; the message begins with <paramref name="where"/>.</exception>
    public static string Text(this ref Utf8JsonReader reader, string where = "")
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException(
                $"{where}is not Unicode: it has half of a surrogate pair, or bytes that are no UTF-8.",
                e
            );
        }
    }

    /// <summary>What stands there, for a message.</summary>
    public static string Found(this ref Utf8JsonReader reader) =>
        reader.TokenType switch
        {
            JsonTokenType.String => $"the text '{Quote(reader.Text())}'",
            JsonTokenType.Number => $"the number {Quote(Encoding.UTF8.GetString(reader.ValueSpan))}",
            JsonTokenType.True => "true",
            JsonTokenType.False => "false",
            JsonTokenType.Null => "null",
            JsonTokenType.StartArray => "an array",
            _ => "an object",
        };

    private static string Quote(string text) => text.Length <= LongestQuote ? text : text[..LongestQuote] + "…";
}
