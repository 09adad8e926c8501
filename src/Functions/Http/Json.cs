using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EmbeddingFunctions.Functions.Configuration;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace EmbeddingFunctions.Functions.Http;

/// <summary>JSON as our API speaks it: snake_case, readable Chinese, nothing unknown accepted.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false),
            new TextsConverter(),
        },
    };

    public static JsonResult Answer(object value) => new(value, Options);

    /// <summary>Reads the body whole.</summary>
    /// <exception cref="InvalidRequestException">No JSON, not what was expected, or too large.</exception>
    public static async Task<T> ReadAsync<T>(
        HttpRequest request,
        ApiSettings settings,
        CancellationToken cancellationToken
    )
    {
        using var body = new MemoryStream();
        var block = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(block, cancellationToken)) > 0)
        {
            await body.WriteAsync(block.AsMemory(0, read), cancellationToken);
            if (body.Length > settings.MaxBodyBytes)
            {
                throw new InvalidRequestException(
                    $"The body is longer than {settings.MaxBodyBytes} bytes.",
                    HttpStatusCode.RequestEntityTooLarge
                );
            }
        }

        try
        {
            return JsonSerializer.Deserialize<T>(body.GetBuffer().AsSpan(0, (int)body.Length), Options)
                ?? throw new InvalidRequestException("The body is 'null'; a JSON object was expected.");
        }
        catch (JsonException e)
        {
            // its message names path and type, and quotes nothing of the body but names
            throw new InvalidRequestException($"The body is not what was expected at {e.Path}: {e.Message}");
        }
    }
}

/// <summary>A text, or a list of them.</summary>
internal sealed record Texts(IReadOnlyList<string> Items, bool IsSingle);

internal sealed class TextsConverter : JsonConverter<Texts>
{
    public override Texts Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return new([Text(ref reader)], IsSingle: true);
            case JsonTokenType.StartArray:
                List<string> items = [];
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(
                        reader.TokenType == JsonTokenType.String ? Text(ref reader) : throw Unexpected(reader.TokenType)
                    );
                }

                return new(items, IsSingle: false);
            default:
                throw Unexpected(reader.TokenType);
        }
    }

    public override void Write(Utf8JsonWriter writer, Texts value, JsonSerializerOptions options) =>
        throw new NotSupportedException();

    private static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("A text holds half of a surrogate pair; it is not Unicode.", e);
        }
    }

    private static JsonException Unexpected(JsonTokenType found) =>
        new($"A text or an array of texts was expected, not {found}.");
}
