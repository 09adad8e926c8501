using EmbeddingFunctions.Embeddings.Folders;

namespace EmbeddingFunctions.Embeddings;

/// <summary>How to embed. Immutable; change with <c>with</c>.</summary>
public sealed record EmbedOptions
{
    /// <summary>Which prompt of the model is put before the text. Queries also go before documents in the queue.</summary>
    public InputType InputType { get; init; } = InputType.Document;

    /// <summary>Put before the text instead of the model's own prompt; empty puts nothing. Null (the default) leaves it to the model.</summary>
    public string? Prompt { get; init; }

    /// <summary>Keep only the first n dimensions and normalise again; null keeps all. 1 to the model's dimensions.</summary>
    public int? Dimensions { get; init; }

    /// <summary>
    /// True makes every vector of length 1, false does not normalise again after <see cref="Dimensions"/>; null (the default)
    /// does as the model: vectors of a model that normalises have length 1, cut or not.
    /// </summary>
    public bool? Normalize { get; init; }

    /// <summary>Most tokens of a text, if fewer than the model takes; null (the default) is what the model takes.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Cut a text that is too long (and say so in <see cref="TextEmbedding.Truncated"/>); false refuses it.</summary>
    public bool Truncate { get; init; } = true;

    /// <summary>
    /// Runs short texts together: half as fast again in bulk, but a vector then depends a little on its neighbours, and says so
    /// (<see cref="TextEmbedding.Batched"/>). Off by default.
    /// </summary>
    public bool Batch { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A value is out of the model's range.</exception>
    internal void Check(string model, int dimensions, int maxTokens)
    {
        OptionRange.Check(nameof(Dimensions), Dimensions, 1, dimensions, $"{model} gives");
        OptionRange.Check(nameof(MaxTokens), MaxTokens, TransformerFolder.FewestTokens, maxTokens, $"{model} takes");
    }
}

/// <summary>What a text is to the model.</summary>
public enum InputType
{
    /// <summary>A passage to be found.</summary>
    Document,

    /// <summary>A question, or a text that is compared with its like.</summary>
    Query,
}
