namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>Tokens of one text, special tokens included; ids and spans run side by side.</summary>
internal sealed class TokenSequence
{
    public List<int> Ids { get; } = [];

    /// <summary>Where each token stands in the text, in UTF-16 code units; (0, 0) for tokens that the text does not hold.</summary>
    public List<TokenSpan> Spans { get; } = [];

    public void Add(int id, TokenSpan span)
    {
        Ids.Add(id);
        Spans.Add(span);
    }

    /// <summary>Drops tokens from the end until <paramref name="length"/> are left; the closing token stays the last.</summary>
    public void Truncate(int length)
    {
        var removed = Ids.Count - length;
        if (removed > 0)
        {
            Ids.RemoveRange(length - 1, removed);
            Spans.RemoveRange(length - 1, removed);
        }
    }
}

/// <summary>From start (inclusive) to end (exclusive), in UTF-16 code units.</summary>
internal readonly record struct TokenSpan(int Start, int End);
