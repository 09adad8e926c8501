using System.Text.Json.Nodes;
using Azure.Storage.Queues;

namespace EmbeddingFunctions.Local.Blobs;

/// <summary>The storage queue that events are delivered to, Base64 as Event Grid does.</summary>
internal sealed class EventQueue(string connectionString, string name)
{
    private static readonly TimeSpan Forever = TimeSpan.FromSeconds(-1);

    private readonly QueueClient _queue = new(
        connectionString,
        name,
        new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 }
    );

    public async Task SendAsync(JsonObject message, CancellationToken cancellationToken) =>
        await _queue.SendMessageAsync(
            new BinaryData(message.ToJsonString(Json.Readable)),
            timeToLive: Forever,
            cancellationToken: cancellationToken
        );
}
