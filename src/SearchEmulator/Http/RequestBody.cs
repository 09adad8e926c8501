using System.Buffers;
using System.Text.Json;

namespace EmbeddingFunctions.SearchEmulator.Http;

internal static class RequestBody
{
    // Of a member that is named twice the last one would win unseen.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private const int Most = 16 * 1024 * 1024;

    /// <summary>A body above the limit is read to its end up to here, because a client that is still sending does not see an answer.</summary>
    public const long MostDrained = 256L * 1024 * 1024;

    /// <exception cref="ServiceException">413 above 16 MB, 415 when it is compressed.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.Headers.ContentEncoding.ToString() is not ("" or "identity") and var encoding)
            throw new ServiceException(
                415,
                "",
                $"The Content-Encoding '{encoding}' of the body is not supported by this emulator; send it as it is."
            );
        var body = new ArrayBufferWriter<byte>((int)Math.Clamp(request.ContentLength ?? 0, 256, Most));
        long total = 0;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            total += read.Buffer.Length;
            if (total <= Most)
            {
                foreach (var segment in read.Buffer)
                    body.Write(segment.Span);
            }
            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }
        return total <= Most
            ? body.WrittenMemory
            : throw new ServiceException(
                413,
                "",
                $"The request is too large: {total} bytes were sent, {Most} are allowed."
            );
    }

    /// <summary>The body of a POST, or the URL parameters of a GET in the form of that body.</summary>
    public static async Task<JsonDocument> ParametersAsync(HttpRequest request, CancellationToken cancellationToken) =>
        HttpMethods.IsGet(request.Method)
            ? QueryString.ToBody(request)
            : Parse(await ReadAsync(request, cancellationToken));

    /// <exception cref="ServiceException">400 when it is not JSON, has a text that is no text, or a member twice.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            CheckTexts(body.Span);
        }
        catch (JsonException e)
        {
            throw ServiceException.InvalidBody(
                $"parameters : The body is not valid JSON (line {e.LineNumber}, byte {e.BytePositionInLine}).\r\n"
            );
        }
        try
        {
            return JsonDocument.Parse(body, Strict);
        }
        catch (JsonException e)
        {
            throw ServiceException.InvalidBody($"parameters : {e.Message}\r\n");
        }
    }

    // Names and values are read long after, where nobody thinks of it.
    private static void CheckTexts(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                    reader.GetString();
            }
        }
        catch (InvalidOperationException)
        {
            throw ServiceException.InvalidBody(
                $"parameters : The text at byte {reader.TokenStartIndex} is not valid UTF-8, or not valid UTF-16 (unpaired surrogate).\r\n"
            );
        }
    }
}
