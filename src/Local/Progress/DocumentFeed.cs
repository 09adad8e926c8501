using EmbeddingFunctions.Local.Console;

namespace EmbeddingFunctions.Local.Progress;

/// <summary>Prints a line for each document that gets somewhere, by asking the functions what has changed.</summary>
internal sealed class DocumentFeed : IAsyncDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(4);

    /// <summary>Rows are stamped before they are stored: looked at again this far back.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(2);

    private readonly FunctionsClient _functions;
    private readonly string _container;
    private readonly Screen _screen;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, DocumentRow> _latest = new(StringComparer.Ordinal);
    private readonly Task _running;
    private Task<IReadOnlyDictionary<string, DateTimeOffset>>? _awaited;

    private DocumentFeed(
        FunctionsClient functions,
        string container,
        Task<IReadOnlyDictionary<string, DateTimeOffset>>? awaited,
        Screen screen,
        TimeProvider time
    )
    {
        (_functions, _container, _awaited, _screen, _time) = (functions, container, awaited, screen, time);
        _running = RunAsync();
    }

    /// <param name="functions">Who is asked; disposed with the feed.</param>
    /// <param name="container">Whose documents.</param>
    /// <param name="awaited">Files whose common completion is told once, with the time from which on each one counts.</param>
    /// <param name="screen">Where the lines go.</param>
    /// <param name="time">The clock.</param>
    public static DocumentFeed Start(
        FunctionsClient functions,
        string container,
        Task<IReadOnlyDictionary<string, DateTimeOffset>>? awaited,
        Screen screen,
        TimeProvider time
    ) => new(functions, container, awaited, screen, time);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _functions.Dispose();
        _stop.Dispose();
    }

    /// <summary>What is printed; null for a state that is not worth a line.</summary>
    public static string? Line(DocumentRow row) =>
        row.State switch
        {
            "Indexed" =>
                $"indexed  {row.Document}  {row.Chunks} {(row.Chunks == 1 ? "chunk" : "chunks")}, {row.TookMs} ms",
            "Skipped" => $"skipped  {row.Document}  {Why(row)}",
            "Failed" => $"failed   {row.Document}  {Why(row)}",
            "Removed" => $"removed  {row.Document}",
            "Pending" when row.Attempts > 0 => $"waiting  {row.Document}  {Why(row)}, attempt {row.Attempts}",
            _ => null,
        };

    private static string Why(DocumentRow row) =>
        row.Stage is { Length: > 0 } ? $"{row.Stage}: {row.Reason}" : row.Reason ?? "";

    private async Task RunAsync()
    {
        var started = _time.GetUtcNow();
        var pause = Shortest;
        DateTimeOffset? since = null;
        try
        {
            while (true)
            {
                var news = await ReadAsync(since, _stop.Token);
                foreach (var row in news.Where(row => row.Updated >= started))
                {
                    if (Line(row) is { } line)
                    {
                        _screen.Line(line);
                    }
                }
                if (news is [.., var newest])
                {
                    since = newest.Updated - Overlap;
                }
                await TellCompletionAsync(started);
                var isBusy = news.Count > 0 || _awaited is not null || _latest.Values.Any(row => !row.IsFinal);
                pause = isBusy ? Shortest : Min(pause * 2, Longest);
                await Task.Delay(pause, _time, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Local stops
        }
    }

    /// <returns>The rows that are new, oldest first.</returns>
    private async Task<List<DocumentRow>> ReadAsync(DateTimeOffset? since, CancellationToken cancellationToken)
    {
        List<DocumentRow> news = [];
        string? continuation = null;
        do
        {
            var page = await _functions.DocumentsAsync(_container, since, continuation, cancellationToken);
            foreach (var row in page?.Documents ?? [])
            {
                if (_latest.GetValueOrDefault(row.Path) != row)
                {
                    _latest[row.Path] = row;
                    news.Add(row);
                }
            }
            continuation = page?.Continuation;
        } while (continuation is not null);
        news.Sort((one, other) => one.Updated.CompareTo(other.Updated));
        return news;
    }

    private async Task TellCompletionAsync(DateTimeOffset started)
    {
        if (_awaited is not { IsCompleted: true })
        {
            return;
        }
        if (!_awaited.IsCompletedSuccessfully)
        {
            _awaited = null;
            return;
        }
        var files = await _awaited;
        var rows = files
            .Select(file =>
                _latest.GetValueOrDefault(file.Key) is { IsFinal: true } row && row.Updated >= file.Value ? row : null
            )
            .ToList();
        if (!rows.Contains(null))
        {
            var indexed = rows.Count(row => row!.State is "Indexed");
            var took = (_time.GetUtcNow() - started).TotalSeconds;
            _screen.Line(
                $"All {rows.Count} files of the folder are done, {indexed} of them searchable, {took:0.0} s after ready."
            );
            _awaited = null;
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
