using System.Buffers;
using System.Text.Json;

namespace EmbeddingFunctions.SearchEmulator.Http;

internal static class RequestBody
{
    private const int Most = 16 * 1024 * 1024;

    /// <summary>A body above the limit is read to its end up to here, because a client that is still sending does not see an answer.</summary>
    public const long MostDrained = 256L * 1024 * 1024;

    /// <exception cref="ServiceException">413 above 16 MB.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
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

    /// <exception cref="ServiceException">400 when it is not JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException e)
        {
            throw ServiceException.InvalidBody(
                $"parameters : The body is not valid JSON (line {e.LineNumber}, byte {e.BytePositionInLine}).\r\n"
            );
        }
    }
}
