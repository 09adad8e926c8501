using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace EmbeddingFunctions.SearchEmulator.Http;

/// <summary>Writes answers with the headers of the service. A body is complete before its first byte leaves.</summary>
internal sealed class Answer
{
    private const string Preference = "odata.include-annotations=\"*\"";

    private readonly HttpContext _http;
    private readonly long _started = Stopwatch.GetTimestamp();

    public Answer(HttpContext http)
        : this(http, ApiVersion.V2023) { }

    private Answer(HttpContext http, ApiVersion version)
    {
        (_http, Version) = (http, version);
        var accept = http.Request.Headers.Accept.ToString();
        IsMinimal = !accept.Contains("odata.metadata=none", StringComparison.OrdinalIgnoreCase);
    }

    public ApiVersion Version { get; }

    /// <summary>The same in the version that the client asked for.</summary>
    public Answer In(ApiVersion version) => new(_http, version);

    /// <summary>True when the client asked for <c>@odata.context</c>, or did not say.</summary>
    public bool IsMinimal { get; }

    /// <summary>True when the client asked for what an update left; without that it gets a 204.</summary>
    public bool WantsUpdated =>
        _http
            .Request.Headers["Prefer"]
            .ToString()
            .Contains("return=representation", StringComparison.OrdinalIgnoreCase);

    public string BaseUrl => $"{_http.Request.Scheme}://{_http.Request.Host}";

    public async Task JsonAsync(int status, Action<Utf8JsonWriter> write, string? etag = null, string? location = null)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        await using (var writer = new Utf8JsonWriter(buffer, DocumentWriter.Options))
            write(writer);
        SuccessHeaders();
        var headers = _http.Response.Headers;
        headers["OData-Version"] = "4.0";
        if (etag is not null)
            headers.ETag = etag;
        if (location is not null)
            headers.Location = location;
        await BytesAsync(
            status,
            $"application/json; odata.metadata={(IsMinimal ? "minimal" : "none")}; odata.streaming=true; charset=utf-8",
            buffer.WrittenMemory
        );
    }

    /// <summary>One resource of the service; 201 tells where it is.</summary>
    public Task EntityAsync(int status, string collection, string name, string etag, Action<Utf8JsonWriter> members) =>
        JsonAsync(
            status,
            writer =>
            {
                writer.WriteStartObject();
                WriteContext(writer, $"{collection}/$entity");
                members(writer);
                writer.WriteEndObject();
            },
            etag,
            status == 201 ? $"{BaseUrl}/{collection}('{name}')?api-version={Version.Name}" : null
        );

    /// <summary>All resources of a kind, or their names alone.</summary>
    /// <exception cref="ServiceException">400 on a <c>$select</c> of anything else.</exception>
    public Task ListAsync<T>(
        string collection,
        string select,
        IReadOnlyList<T> items,
        Func<T, string> name,
        Action<Utf8JsonWriter, T> members
    )
    {
        var onlyNames = select switch
        {
            "" or "*" => false,
            "name" => true,
            _ => throw ServiceException.NotSupported(
                $"$select '{select}' of a list of {collection} ('name' and '*' are)"
            ),
        };
        return JsonAsync(
            200,
            writer =>
            {
                writer.WriteStartObject();
                WriteContext(writer, onlyNames ? $"{collection}(name)" : collection);
                writer.WriteStartArray("value");
                foreach (var item in items)
                {
                    writer.WriteStartObject();
                    if (onlyNames)
                        writer.WriteString("name", name(item));
                    else
                        members(writer, item);
                    writer.WriteEndObject();
                }
                writer.WriteEndArray();
                writer.WriteEndObject();
            }
        );
    }

    /// <summary>First member of an answer, for clients that ask for it.</summary>
    public void WriteContext(Utf8JsonWriter writer, string what)
    {
        if (IsMinimal)
            writer.WriteString("@odata.context", $"{BaseUrl}/$metadata#{what}");
    }

    public Task TextAsync(string text)
    {
        SuccessHeaders();
        _http.Response.Headers["OData-Version"] = "4.0";
        return BytesAsync(200, "text/plain; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(text));
    }

    public Task NoContentAsync(string? etag = null)
    {
        SuccessHeaders();
        if (etag is not null)
            _http.Response.Headers.ETag = etag;
        return BytesAsync(204, null, default);
    }

    /// <summary>404 of a document: no body and no content type.</summary>
    public Task NoDocumentAsync()
    {
        SuccessHeaders();
        _http.Response.Headers.ContentLanguage = "en";
        return BytesAsync(404, null, default);
    }

    public async Task ErrorAsync(ServiceException error)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        await using (var writer = new Utf8JsonWriter(buffer, DocumentWriter.Options))
            WriteError(writer, error);
        var headers = _http.Response.Headers;
        headers.CacheControl = "no-store, no-cache";
        headers.Pragma = "no-cache";
        headers.Expires = "-1";
        headers.ContentLanguage = "en";
        await BytesAsync(error.Status, "application/json; charset=utf-8", buffer.WrittenMemory);
    }

    private static void WriteError(Utf8JsonWriter writer, ServiceException error)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("error");
        writer.WriteString("code", error.Code);
        writer.WriteString("message", error.Message);
        if (error.Detail is { } detail)
        {
            writer.WriteStartArray("details");
            writer.WriteStartObject();
            writer.WriteString("code", detail.Code);
            writer.WriteString("message", detail.Message);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static string? FirstOf(IHeaderDictionary headers, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (headers[name].ToString() is { Length: > 0 } value)
                return value;
        }
        return null;
    }

    private void SuccessHeaders() => _http.Response.Headers["Preference-Applied"] = Preference;

    private async Task BytesAsync(int status, string? contentType, ReadOnlyMemory<byte> body)
    {
        var response = _http.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        var requestId =
            FirstOf(_http.Request.Headers, "x-ms-client-request-id", "client-request-id") ?? Guid.NewGuid().ToString();
        response.Headers["request-id"] = requestId;
        response.Headers["client-request-id"] = requestId;
        response.Headers["x-ms-client-request-id"] = requestId;
        response.Headers["elapsed-time"] = Stopwatch
            .GetElapsedTime(_started)
            .TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture);
        if (status == 204)
            return;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, _http.RequestAborted);
    }
}
