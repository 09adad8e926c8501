using System.Text.Json;
using EmbeddingFunctions.Local.Worker;
using NCrontab;

namespace EmbeddingFunctions.Local.Triggers;

/// <summary>
/// Runs timer functions when their NCRONTAB expression (six fields, UTC) says, and once a minute after the start; a run never
/// overlaps itself.
/// </summary>
internal sealed class TimerTriggers : IAsyncDisposable
{
    /// <summary>The Reconcile at the start still finds documents claimed by a worker that was killed; by now the claims have run out.</summary>
    private static readonly TimeSpan FirstAfter = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly TriggerBridge _bridge;
    private readonly TimeProvider _time;
    private readonly List<Task> _loops;

    private TimerTriggers(TriggerBridge bridge, TimeProvider time, Dictionary<string, CrontabSchedule> schedules)
    {
        _bridge = bridge;
        _time = time;
        _loops = [.. schedules.Select(pair => LoopAsync(pair.Key, pair.Value))];
    }

    /// <exception cref="LocalException">A schedule is no NCRONTAB expression.</exception>
    public static TimerTriggers Start(
        IEnumerable<Function> functions,
        TriggerBridge bridge,
        IConfiguration settings,
        TimeProvider time
    ) =>
        new(
            bridge,
            time,
            functions
                .Where(function => function.Trigger.Kind == TriggerKind.Timer)
                .Where(function => !FunctionSwitches.IsDisabled(settings, function.Name))
                .ToDictionary(
                    function => function.Name,
                    function => Schedule(function, settings),
                    StringComparer.Ordinal
                )
        );

    /// <summary>What a timer function is given.</summary>
    public static JsonElement TimerInfo(DateTime last, DateTime next) =>
        JsonSerializer.SerializeToElement(
            new
            {
                Schedule = new { AdjustForDST = false },
                ScheduleStatus = new
                {
                    Last = last,
                    Next = next,
                    LastUpdated = last,
                },
                IsPastDue = false,
            }
        );

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops);
        _stop.Dispose();
    }

    private static CrontabSchedule Schedule(Function function, IConfiguration settings)
    {
        var text = function.Trigger["schedule"];
        // %Name% stands for a setting
        var expression = text is ['%', .. var name, '%'] ? settings[name] ?? "" : text;
        return CrontabSchedule.TryParse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = true })
            ?? throw new LocalException(
                $"The schedule of {function.Name} ({text}) is '{expression}'; expected six fields, for example '0 */5 * * * *'."
            );
    }

    private async Task LoopAsync(string function, CrontabSchedule schedule)
    {
        try
        {
            await Task.Delay(FirstAfter, _time, _stop.Token);
            var started = _time.GetUtcNow().UtcDateTime;
            await RunAsync(function, started, schedule.GetNextOccurrence(started));
            while (true)
            {
                var now = _time.GetUtcNow().UtcDateTime;
                var next = schedule.GetNextOccurrence(now);
                // a timer waits at most 49 days
                var wait = next - now < TimeSpan.FromDays(1) ? next - now : TimeSpan.FromDays(1);
                await Task.Delay(wait, _time, _stop.Token);
                if (_time.GetUtcNow().UtcDateTime >= next)
                {
                    await RunAsync(function, next, schedule.GetNextOccurrence(next));
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Local stops
        }
    }

    private async Task RunAsync(string function, DateTime last, DateTime next)
    {
        try
        {
            await _bridge.InvokeAsync(function, TimerInfo(last, next), NoMetadata, _stop.Token);
        }
        catch (WorkerException)
        {
            // the bridge has reported it; the next time is another chance
        }
    }

    private static readonly Dictionary<string, object?> NoMetadata = [];
}
