using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace EmbeddingFunctions.SearchEmulator.Storage;

/// <summary>
/// The one writer of an index. Callers wait in a bounded queue; batches that wait together share one transaction, so that six clients
/// with small batches cost about as much as one.
/// </summary>
internal sealed class IndexWriterQueue : IAsyncDisposable
{
    private const string Unrepaired = "The index could not be repaired after an error.";
    private const int Capacity = 16;
    private const int MostActionsAtOnce = 2000;
    private static readonly TimeSpan IdleBeforeCommit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestBehind = TimeSpan.FromSeconds(30);

    private readonly Channel<Work> _queue = Channel.CreateBounded<Work>(
        new BoundedChannelOptions(Capacity) { SingleReader = true }
    );
    private readonly IndexContents _contents;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Task _consumer;
    private bool _needsRepair;

    public IndexWriterQueue(IndexContents contents, TimeProvider time, ILogger logger)
    {
        (_contents, _time, _logger) = (contents, time, logger);
        _consumer = Task.Run(ConsumeAsync);
    }

    /// <summary>Returns once the batch is durable and searchable.</summary>
    /// <exception cref="ServiceException">503 when nothing was written and a retry may help.</exception>
    public async Task<IReadOnlyList<ItemResult>> WriteAsync(
        IReadOnlyList<IndexAction> actions,
        IndexSchema schema,
        CancellationToken cancellationToken
    )
    {
        var batch = new Batch(actions, schema);
        await EnqueueAsync(batch, cancellationToken);
        return await batch.Results.Task.WaitAsync(cancellationToken);
    }

    public async Task ChangeSchemaAsync(IndexSchema schema, string etag, CancellationToken cancellationToken)
    {
        var change = new SchemaUpdate(schema, etag);
        await EnqueueAsync(change, cancellationToken);
        await change.Done.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Finishes what is queued and puts the text index on disk.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _consumer;
    }

    private async Task EnqueueAsync(Work work, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(work, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw Unavailable("The index is being closed.");
        }
    }

    private async Task ConsumeAsync()
    {
        var committed = _time.GetTimestamp();
        var ready = _queue.Reader.WaitToReadAsync().AsTask();
        while (true)
        {
            if (_contents.IsTextBehind && !_needsRepair)
            {
                var idle = await IsIdleAsync(ready);
                if (idle || _time.GetElapsedTime(committed) > LongestBehind)
                {
                    CommitText();
                    committed = _time.GetTimestamp();
                    if (idle)
                        continue;
                }
            }
            if (!await ready)
                break;
            while (_queue.Reader.TryRead(out var work))
                Process(work);
            ready = _queue.Reader.WaitToReadAsync().AsTask();
        }
        if (_contents.IsTextBehind && !_needsRepair)
            CommitText();
    }

    private async Task<bool> IsIdleAsync(Task<bool> ready)
    {
        if (ready.IsCompleted)
            return false;
        using var over = new CancellationTokenSource();
        var isIdle = await Task.WhenAny(ready, Task.Delay(IdleBeforeCommit, _time, over.Token)) != ready;
        await over.CancelAsync();
        return isIdle;
    }

    private void Process(Work work)
    {
        switch (work)
        {
            case SchemaUpdate update:
                Complete(update);
                break;
            case Batch batch:
                var group = new List<Batch> { batch };
                var actions = batch.Actions.Count;
                while (actions < MostActionsAtOnce && _queue.Reader.TryPeek(out var next) && next is Batch waiting)
                {
                    _queue.Reader.TryRead(out _);
                    group.Add(waiting);
                    actions += waiting.Actions.Count;
                }
                Complete(group);
                break;
        }
    }

    private void Complete(List<Batch> group)
    {
        if (!IsRepaired())
        {
            group.ForEach(b => b.Results.SetException(Unavailable(Unrepaired)));
            return;
        }
        // A batch that was read with fields of an older schema is sent again by the client, and read with the new one.
        foreach (var stale in group.Where(b => b.Schema != _contents.Schema))
            stale.Results.SetException(Unavailable("The index definition has just changed."));
        group.RemoveAll(b => b.Schema != _contents.Schema);
        if (group.Count == 0)
            return;
        try
        {
            var results = _contents.Apply([.. group.Select(b => b.Actions)]);
            for (var i = 0; i < group.Count; i++)
                group[i].Results.SetResult(results[i]);
        }
        catch (AggregateException e)
            when (e.Flatten().InnerExceptions.Any(inner => inner is RegexMatchTimeoutException))
        {
            Repair(e);
            if (group.Count == 1)
                group[0].Results.SetException(TooSlow());
            else
                group.ForEach(b => Complete([b]));
        }
        catch (Exception e)
        {
            Repair(e);
            var why = DiskError.Is(e) ? $": {DiskError.Reason(e)}" : ".";
            group.ForEach(b => b.Results.SetException(Unavailable($"The batch could not be written{why}")));
        }
    }

    private void Complete(SchemaUpdate update)
    {
        if (!IsRepaired())
        {
            update.Done.SetException(Unavailable(Unrepaired));
            return;
        }
        try
        {
            _contents.ChangeSchema(update.Schema, update.ETag);
            update.Done.SetResult();
        }
        catch (Exception e)
        {
            LogFailure(e);
            update.Done.SetException(Unavailable("The index definition could not be written."));
        }
    }

    // The store is right whatever happened: if the failure came after the commit, what is derived has to follow it.
    private void Repair(Exception cause)
    {
        LogFailure(cause);
        _needsRepair = true;
        _ = IsRepaired();
    }

    // What could not be repaired, on a full disk perhaps, is tried again with the next write.
    private bool IsRepaired()
    {
        if (!_needsRepair)
            return true;
        try
        {
            _contents.Rebuild();
            _needsRepair = false;
        }
        catch (Exception e)
        {
            LogFailure(e);
        }
        return !_needsRepair;
    }

    private void LogFailure(Exception e)
    {
        if (DiskError.Is(e))
            Log.DiskFailed(_logger, DiskError.Reason(e));
        else
            Log.WriteFailed(_logger, e);
    }

    private void CommitText()
    {
        try
        {
            _contents.CommitText();
        }
        catch (Exception e)
        {
            Repair(e);
        }
    }

    private static ServiceException TooSlow() =>
        new(
            400,
            "",
            "A regular expression of the index's analyzers takes too long over a text of the batch. Nothing was written."
        );

    private static ServiceException Unavailable(string why) =>
        new(503, "", $"The service is temporarily unavailable. {why}");

    private abstract record Work;

    private sealed record Batch(IReadOnlyList<IndexAction> Actions, IndexSchema Schema) : Work
    {
        public TaskCompletionSource<IReadOnlyList<ItemResult>> Results { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed record SchemaUpdate(IndexSchema Schema, string ETag) : Work
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
