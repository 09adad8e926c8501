namespace EmbeddingFunctions.Embeddings.Tokenizers.PreTokenizers;

/// <summary>A text that does not begin with a space gets one before it, which comes from nothing of the original.</summary>
internal sealed class PrefixSpace : ITextStep
{
    public void Apply(MappedSpan from, MappedText to)
    {
        if (from.Chars[0] != ' ')
        {
            to.Add(' ', new SourceSpan(from.Source.Start, from.Source.Start));
        }

        to.Add(from);
    }
}
