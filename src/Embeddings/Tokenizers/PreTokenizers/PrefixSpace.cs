namespace EmbeddingFunctions.Embeddings.Tokenizers.PreTokenizers;

/// <summary>A text that does not begin with a space gets one before it, which stands on its first character.</summary>
internal sealed class PrefixSpace : ITextStep
{
    public void Apply(MappedSpan from, MappedText to)
    {
        if (from.Chars[0] != ' ')
        {
            to.Add(' ', from.Sources[0]);
        }

        to.Add(from);
    }
}
