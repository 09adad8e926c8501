using System.Collections.Concurrent;
using System.Globalization;

namespace EmbeddingFunctions.SearchEmulator;

/// <summary>
/// Makes calls on documents fail as a busy service fails: the next ones by order, used up in the order of arrival, or every n-th one for
/// as long as the emulator runs. Thread-safe.
/// </summary>
public sealed class FaultInjector
{
    private const int LongestDelay = 600_000;

    private readonly ConcurrentQueue<Fault> _orders = new();
    private readonly ConcurrentQueue<StandingFault> _standing = new();

    /// <summary>Answers the next <paramref name="requests"/> batches with <paramref name="statusCode"/>; nothing of them is written.</summary>
    /// <param name="requests">How many requests fail.</param>
    /// <param name="statusCode">The status of the whole answer, e.g. 503 or 429.</param>
    /// <param name="retryAfterSeconds">Value of a Retry-After header, if any.</param>
    public void FailRequests(int requests, int statusCode = 503, int? retryAfterSeconds = null) =>
        Order(requests, new Fault { StatusCode = statusCode, RetryAfterSeconds = retryAfterSeconds });

    /// <summary>
    /// Refuses some documents of the next <paramref name="requests"/> batches with <paramref name="statusCode"/> inside a 207; the
    /// others are written.
    /// </summary>
    /// <param name="requests">How many requests are partly refused.</param>
    /// <param name="isRefused">Chooses documents by key; null refuses every second one, beginning with the first.</param>
    /// <param name="statusCode">The status of the refused documents, e.g. 503, 422 or 409.</param>
    public void FailDocuments(int requests, Func<string, bool>? isRefused = null, int statusCode = 503) =>
        Order(requests, PartOf(isRefused, statusCode));

    /// <summary>Adds faults that come back: <c>503/5,429/7,207/3,413/9,2000ms/2</c>.</summary>
    /// <param name="faults">
    /// Parts <c>WHAT/N</c>, joined by commas, for every N-th call. 503 and 429 (with Retry-After of 1 s) fail the whole call; 413 and 207
    /// batches only, the latter with every second document refused; <c>NNNms</c> answers late, by up to 600000 ms.
    /// </param>
    /// <exception cref="FormatException">A part is none of these; the message names it.</exception>
    public void FailEvery(string faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        foreach (var part in faults.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (
                part.Split('/') is not [var what, var number]
                || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var every)
                || every < 1
            )
                throw new FormatException($"the fault '{part}' is not of the form WHAT/N, e.g. 503/5.");
            _standing.Enqueue(new StandingFault(every, Named(what)));
        }
    }

    /// <summary>What happens to the call that is arriving, if anything.</summary>
    internal Fault? Next(bool isBatch)
    {
        if (isBatch && _orders.TryDequeue(out var ordered))
            return ordered;
        Fault? due = null;
        foreach (var standing in _standing)
        {
            if ((isBatch || !standing.Fault.IsForBatches) && standing.IsDue())
                due ??= standing.Fault;
        }
        return due;
    }

    private static Fault Named(string what) =>
        what switch
        {
            "503" => new Fault { StatusCode = 503 },
            "429" => new Fault { StatusCode = 429, RetryAfterSeconds = 1 },
            "413" => new Fault { StatusCode = 413, IsForBatches = true },
            "207" => PartOf(null, 503),
            _ when what.EndsWith("ms", StringComparison.Ordinal)
                    && int.TryParse(what[..^2], NumberStyles.None, CultureInfo.InvariantCulture, out var delay)
                    && delay <= LongestDelay => new Fault { Delay = TimeSpan.FromMilliseconds(delay) },
            _ => throw new FormatException(
                $"the fault '{what}' is none of 503, 429, 413, 207, or a delay of up to {LongestDelay}ms."
            ),
        };

    private static Fault PartOf(Func<string, bool>? isRefused, int statusCode) =>
        new()
        {
            StatusCode = statusCode,
            IsForBatches = true,
            IsRefused = (key, position) => isRefused?.Invoke(key) ?? position % 2 == 0,
        };

    private void Order(int requests, Fault fault)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(requests);
        for (var i = 0; i < requests; i++)
            _orders.Enqueue(fault);
    }

    internal sealed record Fault
    {
        /// <summary>0 for a call that is only late.</summary>
        public int StatusCode { get; init; }

        public int? RetryAfterSeconds { get; init; }

        public TimeSpan Delay { get; init; }

        public bool IsForBatches { get; init; }

        /// <summary>Without it the whole request fails.</summary>
        public Func<string, int, bool>? IsRefused { get; init; }

        public bool FailsAll => StatusCode != 0 && IsRefused is null;
    }

    private sealed class StandingFault(int every, Fault fault)
    {
        private int _calls;

        public Fault Fault => fault;

        public bool IsDue() => Interlocked.Increment(ref _calls) % every == 0;
    }
}
