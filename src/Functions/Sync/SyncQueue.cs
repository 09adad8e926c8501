using EmbeddingFunctions.Functions.Configuration;

namespace EmbeddingFunctions.Functions.Sync;

/// <summary>Puts documents on the queue of what to look at.</summary>
internal sealed class SyncQueue(StorageAccount storage)
{
    /// <summary>-1 s is "never": the default of seven days would lose what waits for an app that is down.</summary>
    private static readonly TimeSpan Forever = TimeSpan.FromSeconds(-1);

    /// <summary>Puts a document on the queue, to be seen after <paramref name="pause"/>.</summary>
    public async Task SendAsync(SyncRequest request, TimeSpan pause, CancellationToken cancellationToken)
    {
        await storage.EnsureAsync(cancellationToken);
        await storage.Queue.SendMessageAsync(request.ToMessage(), pause, Forever, cancellationToken);
    }

    /// <summary>Gives a document up: RecordPoison writes it down.</summary>
    public async Task GiveUpAsync(SyncRequest request, CancellationToken cancellationToken)
    {
        await storage.EnsureAsync(cancellationToken);
        await storage.Poison.SendMessageAsync(request.ToMessage(), TimeSpan.Zero, Forever, cancellationToken);
    }
}
