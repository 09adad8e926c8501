using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using EmbeddingFunctions.Local.Azurite;

namespace EmbeddingFunctions.Local.Blobs;

/// <summary>A storage account by its connection string.</summary>
internal sealed record StorageAccount(string ConnectionString, Uri Blob, Uri Queue, Uri Table)
{
    // Azurite's well-known account, the same on every machine
    private const string Credentials =
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <param name="ports">Where it listens.</param>
    /// <param name="hybridScan">
    /// A trailing slash makes the polling blob trigger take the strategy of production; the other one loses blobs that are
    /// written within the same second.
    /// </param>
    public static StorageAccount Azurite(StoragePorts ports, bool hybridScan) =>
        Parse(
            $"{Credentials};BlobEndpoint=http://127.0.0.1:{ports.Blob}/devstoreaccount1{(hybridScan ? "/" : "")};"
                + $"QueueEndpoint=http://127.0.0.1:{ports.Queue}/devstoreaccount1;"
                + $"TableEndpoint=http://127.0.0.1:{ports.Table}/devstoreaccount1"
        );

    /// <exception cref="LocalException">It is no connection string.</exception>
    public static StorageAccount Parse(string connectionString)
    {
        try
        {
            return new StorageAccount(
                connectionString,
                new BlobServiceClient(connectionString).Uri,
                new QueueServiceClient(connectionString).Uri,
                new TableServiceClient(connectionString).Uri
            );
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            throw new LocalException($"--storage is not a connection string: {e.Message}", e);
        }
    }

    /// <summary>The same account with its blob service behind another address (of the same path).</summary>
    public StorageAccount Behind(Uri authority)
    {
        var blob = new Uri(authority, Blob.AbsolutePath);
        var parts = (
            ConnectionString.Contains("UseDevelopmentStorage=true", StringComparison.OrdinalIgnoreCase)
                ? Credentials
                : ConnectionString
        )
            .Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Where(part => !part.Contains("Endpoint=", StringComparison.OrdinalIgnoreCase));
        return this with
        {
            Blob = blob,
            ConnectionString = string.Join(
                ';',
                [
                    .. parts,
                    $"BlobEndpoint={blob.AbsoluteUri.TrimEnd('/')}",
                    $"QueueEndpoint={Queue.AbsoluteUri.TrimEnd('/')}",
                    $"TableEndpoint={Table.AbsoluteUri.TrimEnd('/')}",
                ]
            ),
        };
    }
}
