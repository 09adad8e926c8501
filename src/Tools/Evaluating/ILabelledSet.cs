using EmbeddingFunctions.Embeddings;

namespace EmbeddingFunctions.Tools.Evaluating;

/// <summary>A labelled set, ready to be run.</summary>
internal interface ILabelledSet
{
    /// <summary>Runs it, with the model's prompts or this one before every query; the answer is one line for the reader.</summary>
    Task<string> EvaluateAsync(
        EmbeddingModel model,
        string? prompt,
        Screen screen,
        CancellationToken cancellationToken
    );
}
