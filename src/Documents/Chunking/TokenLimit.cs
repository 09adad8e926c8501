namespace EmbeddingFunctions.Documents.Chunking;

/// <summary>How many tokens a chunk may have, and the counting of them.</summary>
internal sealed class TokenLimit
{
    // No text has so few tokens for its length. Some tokenizers count a long run without spaces as one unknown token:
    // then this keeps chunks small, and everywhere it keeps the counting of one piece cheap.
    private const int MostCharsPerToken = 16;

    private readonly TokenCounter _count;

    public TokenLimit(ChunkOptions options, TokenCounter count)
    {
        _count = count;
        Options = options;
        Max = options.MaxTokens;
        Fixed = count("");
        Overlap = options.OverlapTokens;
        MaxChars = (int)Math.Min((long)MostCharsPerToken * Math.Max(Max, 1), int.MaxValue / 2);
        if (Max <= Fixed)
        {
            throw NoRoom(options, Fixed);
        }
    }

    public ChunkOptions Options { get; }

    /// <summary>Most tokens of a chunk, all counted.</summary>
    public int Max { get; }

    /// <summary>The tokens of no text: prompt and special tokens.</summary>
    public int Fixed { get; }

    /// <summary>Most tokens repeated from the chunk before.</summary>
    public int Overlap { get; }

    /// <summary>Most UTF-16 code units of a chunk's text.</summary>
    public int MaxChars { get; }

    /// <summary>The tokens that a text adds to others; more than any limit, uncounted, for a text that is too long.</summary>
    public int Tokens(ReadOnlySpan<char> text) =>
        text.Length > MaxChars ? Max + 1 : Math.Max(0, _count(text.ToString()) - Fixed);

    /// <summary>All tokens of a chunk.</summary>
    public int All(string heading, string text) => _count(new Chunk(text, heading, null, 0, default).EmbeddedText);

    public static ArgumentException NoRoom(ChunkOptions options, int fixedTokens) =>
        new(
            $"MaxTokens is {options.MaxTokens}: no room for a character beside the {fixedTokens} tokens of prompt and marks.",
            nameof(options)
        );
}
