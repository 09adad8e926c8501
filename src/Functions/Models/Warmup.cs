using Azure;
using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.Index;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmbeddingFunctions.Functions.Models;

/// <summary>
/// Loads the default model and looks at the index once the worker is up: the Functions host kills a worker that is slow to start,
/// and the first query should not pay for it. Tries again until both succeed.
/// </summary>
internal sealed class Warmup(
    ModelCatalog models,
    ModelSettings settings,
    ChunkIndex index,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<Warmup> logger
) : BackgroundService
{
    internal static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    internal static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>Whether the app can work, as of the last try.</summary>
    public Readiness Readiness { get; private set; } = new("live", null);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        var pause = FirstPause;
        while (!await TryAsync(stoppingToken))
        {
            await Task.Delay(pause, time, stoppingToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<bool> TryAsync(CancellationToken stoppingToken)
    {
        try
        {
            await models.ChosenAsync(null, settings, stoppingToken);
            await index.EnsureAsync(stoppingToken);
            Readiness = new("ready", null);
            Log.Ready(logger, settings.Default);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            // whoever asks for model or index gets the same error; health tells it at once
            var reason = Reason(e.Last());
            if (reason != Readiness.Reason)
            {
                Log.NotReady(logger, reason);
            }

            Readiness = new("failed", reason);
            return false;
        }
    }

    private static string Reason(Exception e) =>
        e is RequestFailedException ? $"The search service cannot be used: {e.FirstLine()}" : e.FirstLine();
}

/// <summary>Whether the app can work.</summary>
/// <param name="Status">live (not known yet), ready or failed.</param>
/// <param name="Reason">One sentence that says why it failed; null otherwise.</param>
internal sealed record Readiness(string Status, string? Reason);
