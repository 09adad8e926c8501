using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Functions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmbeddingFunctions.Functions.Models;

/// <summary>
/// Loads the default model once the worker is up: the Functions host kills a worker that is slow to start, and the first query
/// should not pay for the loading.
/// </summary>
internal sealed class Warmup(
    ModelCatalog models,
    ModelSettings settings,
    IHostApplicationLifetime lifetime,
    ILogger<Warmup> logger
) : BackgroundService
{
    /// <summary>True once the model is loaded.</summary>
    public bool Done { get; private set; }

    /// <summary>Why it could not be loaded; null if it could or has not been tried.</summary>
    public string? Failure { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        try
        {
            await models.GetAsync(settings.Default, stoppingToken);
            Done = true;
            Log.ModelLoaded(logger, settings.Default);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // whoever asks for the model gets the same error; health tells it at once
            Failure = e.Message;
            Log.ModelNotLoaded(logger, settings.Default, e.Message);
        }
    }
}
