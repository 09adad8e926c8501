using EmbeddingFunctions.Embeddings;

namespace EmbeddingFunctions.Tools.Evaluating;

/// <summary>A labelled set, ready to be run.</summary>
internal interface ILabelledSet
{
    /// <summary>Runs it; the answer is one line for the reader.</summary>
    Task<string> EvaluateAsync(EmbeddingModel model, Screen screen, CancellationToken cancellationToken);
}
