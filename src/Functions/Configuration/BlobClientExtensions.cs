using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace EmbeddingFunctions.Functions.Configuration;

internal static class BlobClientExtensions
{
    /// <summary>Null if there is no such blob.</summary>
    public static async Task<BlobProperties?> FindPropertiesAsync(
        this BlobClient blob,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }
}
