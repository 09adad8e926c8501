using Azure.Core;
using Azure.Core.Pipeline;

namespace EmbeddingFunctions.Functions.Tests.Sync;

/// <summary>When a worker dies, and what it does on the way.</summary>
internal sealed class Faults
{
    private int _sent;

    /// <summary>The request, from 1, with which the worker dies; all later ones fail as well.</summary>
    public int DiesAt { get; init; } = int.MaxValue;

    /// <summary>True if the server still receives that request: only its answer is lost.</summary>
    public bool AnswerLost { get; init; }

    /// <summary>Called before each request goes out, with its method and address.</summary>
    public Func<string, Uri, Task>? Before { get; init; }

    /// <summary>True once the worker has died.</summary>
    public bool Died => Volatile.Read(ref _sent) >= DiesAt;

    public async Task SendAsync(HttpMessage message, Func<Task> send)
    {
        if (Before is not null)
        {
            await Before(message.Request.Method.Method, message.Request.Uri.ToUri());
        }

        var number = Interlocked.Increment(ref _sent);
        if (number < DiesAt)
        {
            await send();
            return;
        }

        if (number == DiesAt && AnswerLost)
        {
            await send();
        }

        throw new DeadWorkerException();
    }
}

/// <summary>No exception that the clients retry or the product knows.</summary>
internal sealed class DeadWorkerException() : Exception("The worker is dead.")
{
    public static bool IsIn(Exception? e) =>
        e is DeadWorkerException
        || (e is AggregateException many && many.InnerExceptions.Any(IsIn))
        || (e?.InnerException is { } inner && IsIn(inner));
}

internal sealed class FaultyTransport(Faults faults) : HttpPipelineTransport
{
    public override Request CreateRequest() => HttpClientTransport.Shared.CreateRequest();

    public override void Process(HttpMessage message) =>
        throw new NotSupportedException("The product calls asynchronously only.");

    public override async ValueTask ProcessAsync(HttpMessage message) =>
        await faults.SendAsync(message, async () => await HttpClientTransport.Shared.ProcessAsync(message));
}
