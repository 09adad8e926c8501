using Azure;
using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Azure.Storage.Sas;

namespace EmbeddingFunctions.Local.Blobs;

/// <summary>Containers and queues that have to be there before the functions start.</summary>
internal static class Storage
{
    private static readonly TimeSpan SasLife = TimeSpan.FromDays(7);

    /// <exception cref="LocalException">The account cannot be used.</exception>
    public static async Task PrepareAsync(
        StorageAccount account,
        string container,
        string queue,
        bool poll,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var blobs = new BlobServiceClient(account.ConnectionString, Patient(new BlobClientOptions()));
            await blobs.GetBlobContainerClient(container).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            if (poll)
            {
                // where a real account has its logs; without it the polling blob trigger does not start
                await blobs
                    .GetBlobContainerClient("$logs")
                    .CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            }
            var queues = new QueueServiceClient(account.ConnectionString, Patient(new QueueClientOptions()));
            await queues.GetQueueClient(queue).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            await queues.GetQueueClient(queue + "-poison").CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            var reason = (e.InnerException ?? e).Message.Split('\n')[0].Trim();
            throw new LocalException($"The storage account at {account.Blob} cannot be used: {reason}", e);
        }
    }

    /// <summary>A URL with which anything that speaks HTTP can read, write, list and delete; null if the account has no key.</summary>
    public static Uri? ContainerSas(StorageAccount account, string container, TimeProvider time)
    {
        var client = new BlobContainerClient(account.ConnectionString, container);
        return client.CanGenerateSasUri
            ? client.GenerateSasUri(
                BlobContainerSasPermissions.Read
                    | BlobContainerSasPermissions.Write
                    | BlobContainerSasPermissions.Create
                    | BlobContainerSasPermissions.List
                    | BlobContainerSasPermissions.Delete,
                time.GetUtcNow() + SasLife
            )
            : null;
    }

    private static T Patient<T>(T options)
        where T : ClientOptions
    {
        options.Retry.MaxRetries = 2;
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(10);
        return options;
    }
}
