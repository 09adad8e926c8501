using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Storage.Blobs;

namespace EmbeddingFunctions.Functions.Sync;

/// <summary>"Look at this document": all that a trigger says.</summary>
/// <param name="Container">Container of the blob.</param>
/// <param name="Path">Full name of the blob.</param>
/// <param name="Attempt">Tries that came before and failed for a passing reason.</param>
/// <param name="Force">Do it even if the ledger says that nothing changed, and look in the index for what the manifest does not know.</param>
internal sealed record SyncRequest(string Container, string Path, int Attempt = 0, bool Force = false)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    [JsonIgnore]
    public DocumentPath Document => new(Container, Path);

    public BinaryData ToMessage() => BinaryData.FromObjectAsJson(this, Json);

    /// <summary>
    /// Reads a queue message: one of ours, or a storage event in the CloudEvents 1.0 or the Event Grid schema. The type of an
    /// event does not matter: events come late, twice and out of order, so the blob itself is looked at.
    /// </summary>
    /// <exception cref="FormatException">The message is none of these.</exception>
    public static SyncRequest Parse(string message)
    {
        try
        {
            using var json = JsonDocument.Parse(message);
            var root = json.RootElement;
            if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() == 1)
            {
                root = root[0];
            }

            if (root.TryGetProperty("data", out var data) && data.TryGetProperty("url", out var url))
            {
                var blob = new BlobUriBuilder(new Uri(url.GetString() ?? ""));
                return Checked(new SyncRequest(blob.BlobContainerName, blob.BlobName));
            }

            return Checked(root.Deserialize<SyncRequest>(Json));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or UriFormatException)
        {
            throw Unknown(e);
        }
    }

    private static SyncRequest Checked(SyncRequest? request) =>
        request is { Container.Length: > 0, Path.Length: > 0 } ? request : throw Unknown(null);

    private static FormatException Unknown(Exception? cause) =>
        new(
            "A queue message is neither a storage event (CloudEvents or Event Grid schema, with data.url) nor one of ours (container, path).",
            cause
        );
}
