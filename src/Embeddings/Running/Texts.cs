namespace EmbeddingFunctions.Embeddings.Running;

/// <summary>What callers give.</summary>
internal static class Texts
{
    // Beyond some fifteen tokens, padding costs more than a shared run saves.
    private const int ShortText = 64;
    private const int BatchSize = 8;

    /// <summary>The caller's list may change while the call waits.</summary>
    /// <exception cref="ArgumentException">A text is null.</exception>
    public static string[] Copy(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        string[] copy = [.. texts];
        return Array.IndexOf(copy, null) is >= 0 and var missing
            ? throw new ArgumentException($"text {missing} is null", nameof(texts))
            : copy;
    }

    /// <summary>The indexes of texts that share a run: short ones of like length if they may, else each alone.</summary>
    public static int[][] Groups(string[] texts, bool batch)
    {
        var alone = Enumerable.Range(0, texts.Length);
        return batch
            ?
            [
                .. alone
                    .Where(index => texts[index].Length <= ShortText)
                    .OrderBy(index => texts[index].Length)
                    .Chunk(BatchSize),
                .. alone.Where(index => texts[index].Length > ShortText).Select(index => new[] { index }),
            ]
            : [.. alone.Select(index => new[] { index })];
    }
}
