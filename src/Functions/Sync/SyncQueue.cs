using EmbeddingFunctions.Functions.Configuration;

namespace EmbeddingFunctions.Functions.Sync;

/// <summary>Puts documents on the queue of what to look at. Thread-safe.</summary>
internal sealed class SyncQueue(StorageAccount storage, Ledger ledger)
{
    /// <summary>-1 s is "never": the default of seven days would lose what waits for an app that is down.</summary>
    private static readonly TimeSpan Forever = TimeSpan.FromSeconds(-1);

    /// <summary>Puts a document on the queue, to be seen after <paramref name="pause"/>.</summary>
    public async Task SendAsync(SyncRequest request, TimeSpan pause, CancellationToken cancellationToken)
    {
        await storage.EnsureAsync(cancellationToken);
        await storage.Queue.SendMessageAsync(request.ToMessage(), pause, Forever, cancellationToken);
    }

    /// <summary>Puts a document on the queue that nothing has happened to, and says so in the ledger.</summary>
    /// <returns>False if its row was written since it was read: whoever did that is at it.</returns>
    public async Task<bool> RequestAsync(LedgerRow row, bool force, CancellationToken cancellationToken)
    {
        var pending = row with
        {
            State = DocumentState.Pending,
            Stage = "",
            Reason = "",
            Passing = false,
            Attempts = 0,
        };

        // the row first: written after the message, it could overwrite what a quick worker has already found
        if (!await ledger.TryWriteAsync(pending, cancellationToken))
        {
            return false;
        }

        var (container, path) = (row.Document.Container, row.Document.Path);
        await SendAsync(new SyncRequest(container, path, Force: force), TimeSpan.Zero, cancellationToken);
        return true;
    }

    /// <summary>Gives a document up: RecordPoison writes it down.</summary>
    public async Task GiveUpAsync(SyncRequest request, CancellationToken cancellationToken)
    {
        await storage.EnsureAsync(cancellationToken);
        await storage.Poison.SendMessageAsync(request.ToMessage(), TimeSpan.Zero, Forever, cancellationToken);
    }

    /// <summary>About how many messages there are, those that wait for their time included.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken)
    {
        await storage.EnsureAsync(cancellationToken);
        var properties = await storage.Queue.GetPropertiesAsync(cancellationToken);
        return properties.Value.ApproximateMessagesCount;
    }
}
