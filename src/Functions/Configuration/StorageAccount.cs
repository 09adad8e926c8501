using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;

namespace EmbeddingFunctions.Functions.Configuration;

/// <summary>
/// The storage account of the documents, by the setting <c>Documents</c>: a connection string, or <c>Documents__blobServiceUri</c>,
/// <c>__queueServiceUri</c>, <c>__tableServiceUri</c> with an identity, as the triggers read it.
/// </summary>
internal sealed class StorageAccount
{
    /// <summary>Name of the setting, for triggers.</summary>
    public const string Connection = "Documents";

    private readonly Once _created;

    public StorageAccount(IConfiguration configuration, SyncSettings sync, HttpPipelineTransport transport)
    {
        var blobOptions = new BlobClientOptions { Transport = transport };
        var queueOptions = new QueueClientOptions
        {
            Transport = transport,
            MessageEncoding = QueueMessageEncoding.Base64,
        };
        var tableOptions = new TableClientOptions { Transport = transport };
        var section = configuration.GetSection(Connection);
        BlobServiceClient blobs;
        QueueServiceClient queues;
        TableServiceClient tables;
        if (section.Value is { Length: > 0 } connectionString)
        {
            blobs = new(connectionString, blobOptions);
            queues = new(connectionString, queueOptions);
            tables = new(connectionString, tableOptions);
        }
        else
        {
            var credential = Identity.Of(section["clientId"]);
            blobs = new(ServiceUri(section, "blob"), credential, blobOptions);
            queues = new(ServiceUri(section, "queue"), credential, queueOptions);
            tables = new(ServiceUri(section, "table"), credential, tableOptions);
        }

        Documents = blobs.GetBlobContainerClient(sync.Container);
        State = blobs.GetBlobContainerClient(sync.StateContainer);
        Queue = queues.GetQueueClient(sync.Queue);
        Poison = queues.GetQueueClient(sync.Queue + "-poison");
        Ledger = tables.GetTableClient(sync.Table);
        _created = new(CreateAsync);
    }

    public BlobContainerClient Documents { get; }
    public BlobContainerClient State { get; }
    public QueueClient Queue { get; }
    public QueueClient Poison { get; }
    public TableClient Ledger { get; }

    /// <summary>Creates what is missing; once.</summary>
    public Task EnsureAsync(CancellationToken cancellationToken) => _created.EnsureAsync(cancellationToken);

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        await Documents.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await State.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await Queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await Poison.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await Ledger.CreateIfNotExistsAsync(cancellationToken);
    }

    private static Uri ServiceUri(IConfigurationSection section, string service) =>
        Uri.TryCreate(section[$"{service}ServiceUri"], UriKind.Absolute, out var uri)
            ? uri
            : throw new InvalidOperationException(
                $"Setting '{Connection}' is no connection string and '{Connection}__{service}ServiceUri' is no address."
            );
}

/// <summary>The identity the app has in Azure.</summary>
internal static class Identity
{
    /// <param name="clientId">Client id of a user-assigned identity; null takes the one the environment offers.</param>
    public static TokenCredential Of(string? clientId) =>
        clientId is null
            ? new DefaultAzureCredential()
            : new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId));
}
