using System.Text.Json.Nodes;

namespace EmbeddingFunctions.Local.Blobs;

/// <summary>The CloudEvents 1.0 message that Event Grid sends for a write to a blob.</summary>
internal static class BlobEvent
{
    /// <param name="write">What was written.</param>
    /// <param name="endpoint">The blob service's own address; the blob's is under it.</param>
    /// <param name="account">The storage account's name.</param>
    /// <param name="answer">The service's successful answer.</param>
    /// <param name="time">When.</param>
    public static JsonObject Create(
        BlobWrite write,
        Uri endpoint,
        string account,
        HttpResponseMessage answer,
        DateTimeOffset time
    )
    {
        var data = new JsonObject
        {
            ["api"] = write.Api,
            ["requestId"] = Header(answer, "x-ms-request-id"),
            ["url"] = endpoint.GetLeftPart(UriPartial.Authority) + write.Path,
        };
        if (!write.IsDeletion)
        {
            // bare: the blob extension drops events whose ETag has quotes
            data["eTag"] = Header(answer, "ETag")?.Trim('"');
        }
        Add(data, "contentType", write.ContentType);
        Add(data, "contentLength", write.ContentLength);
        Add(data, "blobType", write.BlobType);
        Add(data, "clientRequestId", Header(answer, "x-ms-client-request-id"));
        return new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = Guid.NewGuid().ToString(),
            ["source"] =
                $"/subscriptions/local/resourceGroups/local/providers/Microsoft.Storage/storageAccounts/{account}",
            ["type"] = write.IsDeletion ? "Microsoft.Storage.BlobDeleted" : "Microsoft.Storage.BlobCreated",
            ["subject"] = $"/blobServices/default/containers/{write.Container}/blobs/{write.Name}",
            ["time"] = time.ToString("O"),
            ["data"] = data,
        };
    }

    private static void Add(JsonObject data, string name, JsonNode? value)
    {
        if (value is not null)
        {
            data[name] = value;
        }
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
