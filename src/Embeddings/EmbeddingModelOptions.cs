using System.ComponentModel.DataAnnotations;

namespace EmbeddingFunctions.Embeddings;

/// <summary>How a model, or all models of a catalogue together, use the machine.</summary>
public sealed record EmbeddingModelOptions
{
    private const int MaxConcurrency = 256;
    private const int MaxQueueLength = 1_000_000;
    private const int MaxIdleSeconds = 30 * 24 * 60 * 60;

    /// <summary>Documents that run at once, each on one thread; 0 (the default) is the number of cores.</summary>
    [Range(0, MaxConcurrency)]
    public int Concurrency { get; init; }

    /// <summary>
    /// Queries that run at once beside the documents, so that no query waits for a document; 0 (the default) is the number of
    /// cores.
    /// </summary>
    [Range(0, MaxConcurrency)]
    public int QueryConcurrency { get; init; }

    /// <summary>
    /// Calls that share the threads at once, of documents and of queries each; further calls wait for one of them to end.
    /// </summary>
    [Range(1, MaxQueueLength)]
    public int QueueLength { get; init; } = 1_000;

    /// <summary>
    /// Which of a folder's weights: <c>int8</c> is <c>model_int8.onnx</c>, in the folder's <c>onnx</c> or beside its config.json,
    /// and a folder without it is refused. Null (the default) is <c>model.onnx</c>, or the one ONNX file there is.
    /// </summary>
    [RegularExpression("[A-Za-z0-9_]+")]
    public string? Precision { get; init; }

    /// <summary>
    /// A model that has not been used for so long gives its memory back, and is loaded again for the next text; null (the
    /// default) keeps it. A second to 30 days.
    /// </summary>
    public TimeSpan? UnloadAfter { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal EmbeddingModelOptions Checked()
    {
        OptionRange.Check(nameof(Concurrency), Concurrency, 0, MaxConcurrency);
        OptionRange.Check(nameof(QueryConcurrency), QueryConcurrency, 0, MaxConcurrency);
        OptionRange.Check(nameof(QueueLength), QueueLength, 1, MaxQueueLength);
        OptionRange.CheckName(nameof(Precision), Precision);
        OptionRange.Check($"{nameof(UnloadAfter)} in seconds", (int?)UnloadAfter?.TotalSeconds, 1, MaxIdleSeconds);
        return this;
    }
}
