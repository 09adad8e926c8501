namespace EmbeddingFunctions.Embeddings;

/// <summary>The tokens of a text, or of two, as the model takes them; all four lists have one entry a token.</summary>
public sealed record TokenSequence
{
    /// <summary>Ids in the model's vocabulary.</summary>
    public required ReadOnlyMemory<int> Ids { get; init; }

    /// <summary>What the model calls token_type_ids: 0, or 1 where the model tells the second text from the first.</summary>
    public required ReadOnlyMemory<int> TypeIds { get; init; }

    /// <summary>Where each token stands in its text; (0, 0) for tokens that were put round the texts.</summary>
    public required ReadOnlyMemory<TokenSpan> Spans { get; init; }

    /// <summary>True for tokens that were put round the texts; a [SEP] that a text itself holds is not one.</summary>
    public required ReadOnlyMemory<bool> Special { get; init; }

    /// <summary>True if tokens were left out to keep to the maximum.</summary>
    public required bool Truncated { get; init; }

    /// <summary>How many tokens there are.</summary>
    public int Count => Ids.Length;
}

/// <summary>A part of a text, in UTF-16 code units.</summary>
/// <param name="Start">The first unit.</param>
/// <param name="End">The unit after the last.</param>
/// <param name="Text">0 for the first text, 1 for the second of a pair.</param>
public readonly record struct TokenSpan(int Start, int End, int Text = 0);
