namespace EmbeddingFunctions.Embeddings.Tokenizers.Normalizers;

/// <summary>Drops the white space at the text's ends.</summary>
internal sealed class Strip(bool left, bool right) : ITextStep
{
    public void Apply(MappedSpan from, MappedText to)
    {
        var start = left ? from.Length - from.Chars.TrimStart().Length : 0;
        var end = right ? from.Chars.TrimEnd().Length : from.Length;
        to.Add(from[start..Math.Max(start, end)]);
    }
}
