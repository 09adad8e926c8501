namespace EmbeddingFunctions.Embeddings;

/// <summary>How to embed. Immutable; change with <c>with</c>.</summary>
public sealed record EmbedOptions
{
    /// <summary>Which prompt of the model is put before the text. Queries also go before documents in the queue.</summary>
    public InputType InputType { get; init; } = InputType.Document;

    /// <summary>Keep only the first n dimensions and normalise again; null keeps all. 1 to the model's dimensions.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Cut a text that is too long (and say so in <see cref="TextEmbedding.Truncated"/>); false refuses it.</summary>
    public bool Truncate { get; init; } = true;
}

/// <summary>What a text is to the model.</summary>
public enum InputType
{
    /// <summary>A passage to be found.</summary>
    Document,

    /// <summary>A question, or a text that is compared with its like.</summary>
    Query,
}
