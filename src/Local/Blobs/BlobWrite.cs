using System.Globalization;
using EmbeddingFunctions.Local.Http;

namespace EmbeddingFunctions.Local.Blobs;

/// <summary>A request that creates, replaces or deletes a blob, if it succeeds.</summary>
/// <param name="Api">As Event Grid names it: PutBlob, PutBlockList, CopyBlob, DeleteBlob.</param>
/// <param name="Container">Its container.</param>
/// <param name="Name">The blob's name as storage keeps it, decoded.</param>
/// <param name="Path">The request's path, percent-encoding included, as the client sent it but for backslashes.</param>
/// <param name="ContentType">The blob's, where the request tells it.</param>
/// <param name="ContentLength">The blob's in bytes, where the request tells it.</param>
/// <param name="BlobType">BlockBlob, PageBlob, AppendBlob, where the request tells it.</param>
internal sealed record BlobWrite(
    string Api,
    string Container,
    string Name,
    string Path,
    string? ContentType,
    long? ContentLength,
    string? BlobType
)
{
    public bool IsDeletion => Api is "DeleteBlob";

    /// <summary>Azurite lists containers as XML 1.0: one name with another control character makes the whole list unreadable.</summary>
    public static bool IsListable(string name) => !name.Any(c => c < ' ' && c is not ('\t' or '\n' or '\r'));

    /// <param name="request">A request for the blob service.</param>
    /// <param name="accountPath">What comes before the container in its path: "/" or "/account".</param>
    /// <returns>Null for everything that leaves blobs as they are: blocks, metadata, leases, tags, snapshots, reads.</returns>
    public static BlobWrite? From(HttpRequest request, string accountPath)
    {
        if (ApiOf(request) is not { } api)
        {
            return null;
        }
        // storage, and its client, take a backslash for a slash: by its own name the blob would be a second document
        var path = RawForwarding
            .Target(request.HttpContext)
            .Split('?', 2)[0]
            .Replace("%5C", "/", StringComparison.OrdinalIgnoreCase)
            .Replace('\\', '/');
        var prefix = accountPath.TrimEnd('/') + "/";
        if (
            !path.StartsWith(prefix, StringComparison.Ordinal)
            || path[prefix.Length..].Split('/', 2) is not [var container, { Length: > 0 } name]
        )
        {
            return null;
        }
        var type = Header(request, "x-ms-blob-type");
        // the body of a block list, and the empty one of a copy, are not the blob's content
        var whole = string.Equals(api, "PutBlob", StringComparison.Ordinal);
        return new BlobWrite(
            api,
            Uri.UnescapeDataString(container),
            Uri.UnescapeDataString(name),
            path,
            Header(request, "x-ms-blob-content-type")
                ?? (whole ? request.ContentType ?? "application/octet-stream" : null),
            Length(request, whole && type is "BlockBlob"),
            type
        );
    }

    private static string? ApiOf(HttpRequest request)
    {
        var comp = request.Query["comp"].ToString();
        if (HttpMethods.IsPut(request.Method))
        {
            return comp switch
            {
                "" when Has(request, "x-ms-blob-type") => "PutBlob",
                "" when Has(request, "x-ms-copy-source") => "CopyBlob",
                "blocklist" => "PutBlockList",
                _ => null,
            };
        }
        var whole =
            comp.Length == 0
            && !request.Query.ContainsKey("snapshot")
            && !request.Query.ContainsKey("versionid")
            && Header(request, "x-ms-delete-snapshots") is not "only";
        return HttpMethods.IsDelete(request.Method) && whole ? "DeleteBlob" : null;
    }

    private static long? Length(HttpRequest request, bool isBody)
    {
        if (Header(request, "x-ms-blob-content-length") is { } text)
        {
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : null;
        }
        return isBody && !Has(request, "x-ms-copy-source") ? request.ContentLength : null;
    }

    private static bool Has(HttpRequest request, string name) => request.Headers.ContainsKey(name);

    private static string? Header(HttpRequest request, string name) =>
        request.Headers[name].ToString() is { Length: > 0 } value ? value : null;
}
