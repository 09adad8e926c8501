using System.Diagnostics;

namespace EmbeddingFunctions.SearchEmulator.Http;

/// <summary>
/// Ends a query that has had its time. Its own time is not known; but while the whole process has had less of the processors, a query
/// that takes long waits for others (a busy machine, a cold start) and is left alone.
/// </summary>
internal static class QueryTime
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <exception cref="ServiceException">400 after <paramref name="most"/>.</exception>
    public static async Task LimitAsync(
        TimeSpan most,
        Func<CancellationToken, Task> query,
        CancellationToken cancellationToken
    )
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var (started, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await using var timer = new Timer(_ => Check(), null, most, Step);
        try
        {
            await query(over.Token);
        }
        catch (OperationCanceledException)
            when (over.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw ServiceException.InvalidParameter(
                "QueryTooCostly",
                $"The query takes more than {most.TotalSeconds} s. Ask for less: fewer or longer terms, a smaller page, a narrower filter.",
                "search"
            );
        }

        void Check()
        {
            if (Environment.CpuUsage.TotalTime - used >= most && Stopwatch.GetElapsedTime(started) >= most)
                over.Cancel();
        }
    }
}
