using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using EmbeddingFunctions.Functions.Configuration;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace EmbeddingFunctions.Functions.Http;

/// <summary>JSON as our API speaks it: snake_case, readable Chinese, nothing unknown or double accepted.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Answers = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private static readonly JsonSerializerOptions Requests = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        Converters =
        {
            new TextConverter(),
            new NumberConverter(),
            new SwitchConverter(),
            new MomentConverter(),
            new ChoiceConverter(),
            new TextsConverter(),
            new RangesConverter(),
        },
    };

    public static JsonResult Answer(object value) => new(value, Answers);

    /// <summary>Reads the body whole. The address of such a request has no parameters.</summary>
    /// <exception cref="InvalidRequestException">No JSON object, not what was expected, or too large.</exception>
    public static async Task<T> ReadAsync<T>(
        HttpRequest request,
        ApiSettings settings,
        CancellationToken cancellationToken
    )
    {
        _ = new Query(request);
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

        return Parse<T>(body.GetBuffer().AsSpan(0, (int)body.Length));
    }

    /// <exception cref="InvalidRequestException">No JSON object, or not what was expected.</exception>
    internal static T Parse<T>(ReadOnlySpan<byte> json)
    {
        // some editors and shells write a byte order mark
        json = json.StartsWith("\uFEFF"u8) ? json[3..] : json;
        CheckMembers(json, [.. Requests.GetTypeInfo(typeof(T)).Properties.Select(property => property.Name)]);
        try
        {
            return JsonSerializer.Deserialize<T>(json, Requests)!;
        }
        catch (JsonException e)
        {
            // a message of our converters
            throw new InvalidRequestException($"'{e.Path?.TrimStart('$', '.')}' {e.Message}");
        }
    }

    private static void CheckMembers(ReadOnlySpan<byte> json, string[] known)
    {
        if (json.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            throw new InvalidRequestException("The body is empty; a JSON object was expected.");
        }

        HashSet<string> seen = [];
        var reader = new Utf8JsonReader(json);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new InvalidRequestException($"The body is {reader.Found()}; a JSON object was expected.");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.Text();
                if (!known.Contains(name, StringComparer.Ordinal))
                {
                    throw new InvalidRequestException(
                        $"'{name}' is not known in the body; known are: {string.Join(", ", known)}."
                    );
                }

                if (!seen.Add(name))
                {
                    throw new InvalidRequestException($"'{name}' is in the body twice; once was expected.");
                }

                reader.Read();
                reader.Skip();
            }

            // nothing may follow
            reader.Read();
        }
        catch (JsonException e)
        {
            throw new InvalidRequestException($"The body is not JSON{Where(e)}");
        }
    }

    /// <summary>The reader's sentence quotes a character at most; what comes after it is for programmers.</summary>
    private static string Where(JsonException e) =>
        e.LineNumber is null
            ? $"; it {e.Message}"
            : $" at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: "
                + e.Message.Split(" LineNumber:", 2)[0]
                    .Replace(" Change the reader options.", "", StringComparison.Ordinal);
}
