using System.Collections.Concurrent;

namespace EmbeddingFunctions.SearchEmulator;

/// <summary>
/// Makes the next calls of <c>search.index</c> fail as a busy service fails. Thread-safe; each order is used up by the requests it
/// was given for, in the order of arrival.
/// </summary>
public sealed class FaultInjector
{
    private readonly ConcurrentQueue<Fault> _orders = new();

    /// <summary>Answers the next <paramref name="requests"/> batches with <paramref name="statusCode"/>; nothing of them is written.</summary>
    /// <param name="requests">How many requests fail.</param>
    /// <param name="statusCode">The status of the whole answer, e.g. 503 or 429.</param>
    /// <param name="retryAfterSeconds">Value of a Retry-After header, if any.</param>
    public void FailRequests(int requests, int statusCode = 503, int? retryAfterSeconds = null) =>
        Order(requests, new Fault(statusCode, retryAfterSeconds, null));

    /// <summary>
    /// Refuses some documents of the next <paramref name="requests"/> batches with <paramref name="statusCode"/> inside a 207; the
    /// others are written.
    /// </summary>
    /// <param name="requests">How many requests are partly refused.</param>
    /// <param name="isRefused">Chooses documents by key; null refuses every second one, beginning with the first.</param>
    /// <param name="statusCode">The status of the refused documents, e.g. 503, 422 or 409.</param>
    public void FailDocuments(int requests, Func<string, bool>? isRefused = null, int statusCode = 503) =>
        Order(requests, new Fault(statusCode, null, (key, position) => isRefused?.Invoke(key) ?? position % 2 == 0));

    internal Fault? Next() => _orders.TryDequeue(out var fault) ? fault : null;

    private void Order(int requests, Fault fault)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(requests);
        for (var i = 0; i < requests; i++)
            _orders.Enqueue(fault);
    }

    /// <summary>Without <paramref name="IsRefused"/> the whole request fails.</summary>
    internal sealed record Fault(int StatusCode, int? RetryAfterSeconds, Func<string, int, bool>? IsRefused);
}
