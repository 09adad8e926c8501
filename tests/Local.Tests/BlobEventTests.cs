using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Queues;
using EmbeddingFunctions.Local.Blobs;
using EmbeddingFunctions.Local.Console;

namespace EmbeddingFunctions.Local.Tests;

/// <summary>Azure's own client, through the proxy, against Azurite.</summary>
public sealed class BlobEventTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly ConcurrentQueue<JsonObject> _events = [];
    private readonly string _name = $"proxied-{Guid.NewGuid():N}";
    private BlobProxy _proxy = null!;
    private BlobContainerClient _container = null!;
    private StorageAccount _account = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _proxy = await BlobProxy.StartAsync(
            new BlobProxy.Options
            {
                Port = 0,
                Upstream = azurite.Account.Blob,
                Container = _name,
                Publish = (message, _) =>
                {
                    _events.Enqueue(message);
                    return Task.CompletedTask;
                },
            },
            Screen.Plain(TextWriter.Null),
            verbose: false,
            Token
        );
        _account = azurite.Account.Behind(_proxy.Address);
        _container = new BlobContainerClient(_account.ConnectionString, _name);
        await _container.CreateAsync(cancellationToken: Token);
    }

    public ValueTask DisposeAsync() => _proxy.DisposeAsync();

    [Fact]
    public async Task A_name_that_would_make_the_container_unlistable_is_refused()
    {
        var refused = await Should.ThrowAsync<RequestFailedException>(() =>
            _container.GetBlobClient("a\u0001b.txt").UploadAsync(BinaryData.FromString("x"), Token)
        );

        refused.Status.ShouldBe(400);
        await _container.GetBlobClient("tab\tb.txt").UploadAsync(BinaryData.FromString("x"), Token);
        (
            await _container.GetBlobsAsync(cancellationToken: Token).Select(blob => blob.Name).ToListAsync(Token)
        ).ShouldBe(["tab\tb.txt"]);
    }

    [Theory]
    [InlineData("sub\\dir\\a.txt", "sub/dir/a.txt")]
    [InlineData("a\\\\b.txt", "a//b.txt")]
    public async Task A_backslash_is_the_slash_that_storage_makes_of_it(string name, string kept)
    {
        await _container.GetBlobClient(name).UploadAsync(BinaryData.FromString("x"), Token);

        (
            await _container.GetBlobsAsync(cancellationToken: Token).Select(blob => blob.Name).ToListAsync(Token)
        ).ShouldBe([kept]);
        var message = _events.ShouldHaveSingleItem();
        message["subject"]!.GetValue<string>().ShouldEndWith($"/blobs/{kept}");
        new BlobUriBuilder(new Uri(message["data"]!["url"]!.GetValue<string>())).BlobName.ShouldBe(kept);
    }

    [Theory]
    [InlineData("plain.txt")]
    [InlineData("苹果/香蕉.md")]
    [InlineData("100% +#?&=.txt")]
    [InlineData("🍏 café.txt")]
    [InlineData("a//b/ c.txt")]
    [InlineData("it's (1) [2] {3}!.txt")]
    [InlineData("%41%2F.txt")]
    public async Task Any_name_goes_through_signed_and_is_found_in_its_event(string name)
    {
        var blob = _container.GetBlobClient(name);
        var etag = (await blob.UploadAsync(BinaryData.FromString("x"), Token)).Value.ETag;

        (await blob.DownloadContentAsync(Token)).Value.Content.ToString().ShouldBe("x");
        await blob.DeleteAsync(cancellationToken: Token);

        _events.Select(Api).ShouldBe(["PutBlob", "DeleteBlob"]);
        foreach (var message in _events)
        {
            var url = new BlobUriBuilder(new Uri(message["data"]!["url"]!.GetValue<string>()));
            url.BlobContainerName.ShouldBe(_name);
            url.BlobName.ShouldBe(name);
        }
        _events.First()["data"]!["eTag"]!.GetValue<string>().ShouldBe(etag.ToString().Trim('"'));
    }

    [Fact]
    public async Task Only_what_makes_or_ends_a_blob_makes_events()
    {
        var blob = _container.GetBlockBlobClient("blocks.bin");
        var content = new byte[3 << 20];
        Random.Shared.NextBytes(content);
        for (var block = 0; block < 3; block++)
        {
            using var part = new MemoryStream(content, block << 20, 1 << 20);
            await blob.StageBlockAsync(Convert.ToBase64String([(byte)block]), part, cancellationToken: Token);
        }
        await blob.CommitBlockListAsync(["AA==", "AQ==", "Ag=="], cancellationToken: Token);
        await blob.SetMetadataAsync(new Dictionary<string, string> { ["a"] = "b" }, cancellationToken: Token);
        var lease = blob.GetBlobLeaseClient();
        await lease.AcquireAsync(TimeSpan.FromSeconds(15), cancellationToken: Token);
        await lease.ReleaseAsync(cancellationToken: Token);
        await blob.CreateSnapshotAsync(cancellationToken: Token);
        await blob.DeleteAsync(DeleteSnapshotsOption.OnlySnapshots, cancellationToken: Token);
        var copy = _container.GetBlobClient("copy.bin");
        await (await copy.StartCopyFromUriAsync(blob.Uri, cancellationToken: Token)).WaitForCompletionAsync(Token);
        (await copy.DownloadContentAsync(Token)).Value.Content.ToArray().ShouldBe(content);
        await Should.ThrowAsync<RequestFailedException>(() =>
            copy.UploadAsync(BinaryData.FromString("x"), overwrite: false, Token)
        );
        await copy.DeleteAsync(cancellationToken: Token);

        _events.Select(Api).ShouldBe(["PutBlockList", "CopyBlob", "DeleteBlob"]);
    }

    [Fact]
    public async Task A_signed_url_of_the_container_reads_writes_lists_and_deletes()
    {
        var container = new BlobContainerClient(Storage.ContainerSas(_account, _name, TimeProvider.System));
        await container.GetBlobClient("苹果.txt").UploadAsync(BinaryData.FromString("x"), Token);
        List<string> names = [];
        await foreach (var blob in container.GetBlobsAsync(cancellationToken: Token))
        {
            names.Add(blob.Name);
        }
        names.ShouldBe(["苹果.txt"]);
        await container.DeleteBlobAsync("苹果.txt", cancellationToken: Token);

        _events.Select(Api).ShouldBe(["PutBlob", "DeleteBlob"]);
    }

    [Fact]
    public async Task Events_lie_on_the_queue_as_base64_and_never_expire()
    {
        var queue = $"events-{Guid.NewGuid():N}";
        await Storage.PrepareAsync(azurite.Account, _name, queue, poll: false, Token);

        await new EventQueue(azurite.Account.ConnectionString, queue).SendAsync(
            new JsonObject { ["a"] = "苹果" },
            Token
        );

        var message = (
            await new QueueClient(azurite.Account.ConnectionString, queue).ReceiveMessageAsync(cancellationToken: Token)
        ).Value;
        Convert.FromBase64String(message.MessageText).ShouldBe("{\"a\":\"苹果\"}"u8.ToArray());
        message.ExpiresOn!.Value.Year.ShouldBeGreaterThan(9000);
    }

    private static string Api(JsonObject message) => message["data"]!["api"]!.GetValue<string>();
}
