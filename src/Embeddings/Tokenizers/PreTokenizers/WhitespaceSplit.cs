namespace EmbeddingFunctions.Embeddings.Tokenizers.PreTokenizers;

/// <summary>Words parted by white space, which is dropped.</summary>
internal sealed class WhitespaceSplit : ITextStep
{
    public void Apply(MappedSpan from, MappedText to)
    {
        for (var at = 0; at < from.Length; at++)
        {
            if (char.IsWhiteSpace(from.Chars[at]))
            {
                to.EndWord();
            }
            else
            {
                to.Add(from.Chars[at], from.Sources[at]);
            }
        }
    }
}
