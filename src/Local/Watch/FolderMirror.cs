using System.Collections.Concurrent;
using System.Threading.Channels;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace EmbeddingFunctions.Local.Watch;

/// <summary>
/// Keeps a container like a folder: new and changed files are put, gone ones deleted (if the mirror had put them). The
/// file system's events only say "look again", because they get lost; a rescan every few seconds finds the rest.
/// </summary>
internal sealed class FolderMirror : IAsyncDisposable
{
    private static readonly TimeSpan Rescan = TimeSpan.FromSeconds(10);

    /// <summary>A file is taken when it looks the same twice, this far apart.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(400);

    /// <summary>A file that was last written this long before the mirror started is complete.</summary>
    private static readonly TimeSpan Old = TimeSpan.FromSeconds(2);

    /// <summary>A file system that does not answer holds up the stop for so long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private const int AtOnce = 4;

    private readonly string _folder;
    private readonly BlobContainerClient _container;
    private readonly MirrorState _state;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly TaskCompletionSource<IReadOnlyDictionary<string, DateTimeOffset>> _first = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly ConcurrentDictionary<string, DateTimeOffset> _put = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, FileStamp> _failed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unread = new(StringComparer.Ordinal);
    private readonly Task _running;
    private FolderScan? _previous;
    private bool _isStateOfNow;
    private string? _trouble;

    private FolderMirror(
        string folder,
        BlobContainerClient container,
        MirrorState state,
        TimeProvider time,
        ILogger logger
    )
    {
        (_folder, _container, _state, _time, _logger) = (folder, container, state, time, logger);
        _running = RunAsync();
    }

    /// <summary>
    /// Completes when everything that lay in the folder at the start has been put: by name, the time from which on its
    /// document's state counts.
    /// </summary>
    public Task<IReadOnlyDictionary<string, DateTimeOffset>> First => _first.Task;

    /// <param name="folder">Absolute path of the folder.</param>
    /// <param name="container">The container, behind the blob proxy.</param>
    /// <param name="dataFolder">Where the mirror remembers what it has put.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Is told what cannot be read or put.</param>
    public static FolderMirror Start(
        string folder,
        BlobContainerClient container,
        string dataFolder,
        TimeProvider time,
        ILogger logger
    ) => new(folder, container, MirrorState.Load(dataFolder, folder, container.Name), time, logger);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running
            .WaitAsync(Patience, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_running.IsCompleted)
        {
            _stop.Dispose();
        }
    }

    private async Task RunAsync()
    {
        using var watcher = Watch();
        try
        {
            while (true)
            {
                var settled = await TryPassAsync();
                await WaitAsync(settled ? Rescan : Settling, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Local stops
        }
        _first.TrySetCanceled(_stop.Token);
    }

    /// <summary>A pass that fails as a whole (a full disk, a folder of ours that went) is told once and tried again.</summary>
    private async Task<bool> TryPassAsync()
    {
        try
        {
            if (!_isStateOfNow)
            {
                await ForgetMissingBlobsAsync(_stop.Token);
                _isStateOfNow = true;
            }
            var settled = await PassAsync(_stop.Token);
            _trouble = null;
            return settled;
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            if (!string.Equals(_trouble, e.Message, StringComparison.Ordinal))
            {
                _trouble = e.Message;
                Log.MirrorFailing(_logger, _folder, e.Message.Split('\n', 2)[0].Trim());
            }
            return true;
        }
    }

    private FileSystemWatcher? Watch()
    {
        try
        {
            var watcher = new FileSystemWatcher(_folder) { IncludeSubdirectories = true };
            watcher.Created += (_, _) => Look();
            watcher.Changed += (_, _) => Look();
            watcher.Deleted += (_, _) => Look();
            watcher.Renamed += (_, _) => Look();
            watcher.Error += (_, _) => Look();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            Log.NoWatcher(_logger, _folder, Rescan.TotalSeconds, e.Message);
            return null;
        }

        void Look() => _changes.Writer.TryWrite(true);
    }

    private async Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(longest);
        try
        {
            await _changes.Reader.ReadAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return;
        }
        // changes come in flocks
        await Task.Delay(Settling / 2, _time, cancellationToken);
    }

    // storage may be another one than last time, or somebody has tidied up
    private async Task ForgetMissingBlobsAsync(CancellationToken cancellationToken)
    {
        HashSet<string> there = new(StringComparer.Ordinal);
        await foreach (var blob in _container.GetBlobsAsync(cancellationToken: cancellationToken))
        {
            there.Add(blob.Name);
        }
        foreach (var name in _state.Files.Keys.Where(name => !there.Contains(name)).ToList())
        {
            _state.Files.Remove(name);
        }
    }

    /// <returns>False if some file is still being written: look again soon.</returns>
    private async Task<bool> PassAsync(CancellationToken cancellationToken)
    {
        var scan = FolderScan.Of(_folder);
        var started = _time.GetUtcNow().UtcDateTime;
        var changed = scan
            .Files.Where(file =>
                _state.Files.GetValueOrDefault(file.Key) is not { ETag: not null } known || known.Stamp != file.Value
            )
            .ToList();
        var settled = changed.Where(file => IsSettled(file.Key, file.Value, started)).ToList();
        // what cannot be read need not be gone
        var gone = _state.Files.Keys.Where(name => !scan.MayHave(name)).ToList();
        var surelyGone = gone.Where(name => _previous?.Files.ContainsKey(name) is not true).ToList();
        var isUnreadAgain = ReportUnread(scan);
        _previous = scan;
        if (settled.Count + surelyGone.Count > 0)
        {
            await ApplyAsync(settled, surelyGone, cancellationToken);
        }
        var isQuiet = settled.Count == changed.Count && surelyGone.Count == gone.Count && isUnreadAgain;
        if (isQuiet)
        {
            _first.TrySetResult(
                scan.Files.Keys.ToDictionary(name => name, name => _put.GetValueOrDefault(name), StringComparer.Ordinal)
            );
        }
        return isQuiet;
    }

    /// <summary>Tells once what cannot be taken. What went in the middle of a look is not there at the next one.</summary>
    /// <returns>False if something of it is seen for the first time.</returns>
    private bool ReportUnread(FolderScan scan)
    {
        foreach (var (name, reason) in scan.Unread)
        {
            if (_previous?.Unread.ContainsKey(name) is true && _unread.Add(name))
            {
                Log.NotMirrored(_logger, name.Length == 0 ? _folder : name, reason);
            }
        }
        // what lies in a folder that is away for a while has been told
        _unread.RemoveWhere(name => scan.Files.ContainsKey(name) || !scan.MayHave(name));
        return scan.Unread.Keys.All(name => _previous?.Unread.ContainsKey(name) is true);
    }

    private bool IsSettled(string name, FileStamp stamp, DateTime now) =>
        _previous is { } previous ? previous.Files.GetValueOrDefault(name) == stamp : stamp.Modified < now - Old;

    private async Task ApplyAsync(
        List<KeyValuePair<string, FileStamp>> settled,
        List<string> gone,
        CancellationToken cancellationToken
    )
    {
        // written down first: a blob that is put just before a crash is still known to be ours
        foreach (var (name, stamp) in settled)
        {
            _state.Files[name] = new MirroredFile(stamp, ETag: null);
        }
        _state.Save();
        var done = new ConcurrentDictionary<string, MirroredFile?>(StringComparer.Ordinal);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        try
        {
            await Parallel.ForEachAsync(
                settled,
                parallel,
                async (file, token) => done[file.Key] = await PutAsync(file.Key, file.Value, token)
            );
            await Parallel.ForEachAsync(
                gone,
                parallel,
                async (name, token) =>
                {
                    if (await DeleteAsync(name, _state.Files[name].ETag, token))
                    {
                        done[name] = null;
                    }
                }
            );
        }
        finally
        {
            foreach (var (name, file) in done)
            {
                if (file is null)
                {
                    _state.Files.Remove(name);
                }
                else
                {
                    _state.Files[name] = file;
                }
            }
            _state.Save();
        }
    }

    private async Task<MirroredFile> PutAsync(string name, FileStamp stamp, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        try
        {
            await using var content = new FileStream(
                Path.Combine(_folder, name),
                new FileStreamOptions
                {
                    // others may go on writing: the file is then taken again
                    Share = FileShare.ReadWrite | FileShare.Delete,
                    Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
                }
            );
            var answer = await _container
                .GetBlobClient(name)
                .UploadAsync(
                    content,
                    new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = ContentTypes.Of(name) } },
                    cancellationToken
                );
            _put[name] = now;
            _failed.TryRemove(name, out _);
            return new MirroredFile(stamp, answer.Value.ETag.ToString());
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or RequestFailedException or AggregateException)
        {
            Report(name, stamp, e);
            return new MirroredFile(stamp, ETag: null);
        }
    }

    private async Task<bool> DeleteAsync(string name, string? etag, CancellationToken cancellationToken)
    {
        try
        {
            var ours = new BlobRequestConditions { IfMatch = etag is null ? null : new ETag(etag) };
            await _container
                .GetBlobClient(name)
                .DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, ours, cancellationToken);
            return true;
        }
        // somebody else has written it since: it is theirs now
        catch (RequestFailedException e) when (e.Status == StatusCodes.Status412PreconditionFailed)
        {
            return true;
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            Report(name, new FileStamp(-1, default), e);
            return false;
        }
    }

    // once for each version of a file
    private void Report(string name, FileStamp stamp, Exception e)
    {
        if (_failed.GetValueOrDefault(name) != stamp)
        {
            _failed[name] = stamp;
            Log.MirrorFailed(_logger, name, (e.InnerException ?? e).Message.Split('\n')[0].Trim());
        }
    }
}
