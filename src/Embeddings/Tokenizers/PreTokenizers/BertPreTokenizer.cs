namespace EmbeddingFunctions.Embeddings.Tokenizers.PreTokenizers;

/// <summary>Words parted by white space, and each punctuation mark one of its own.</summary>
internal sealed class BertPreTokenizer : ITextStep
{
    public void Apply(MappedSpan from, MappedText to)
    {
        var unicode = UnicodeTable.Instance;
        var start = 0;
        for (var at = 0; at < from.Length; )
        {
            var traits = unicode[from.RuneAt(at, out var length).Value];
            if (traits.Has(UnicodeTraits.Space | UnicodeTraits.Punctuation))
            {
                to.Add(from[start..at]);
                to.EndWord();
                if (traits.Has(UnicodeTraits.Punctuation))
                {
                    to.Add(from.Slice(at, length));
                    to.EndWord();
                }

                start = at + length;
            }

            at += length;
        }

        to.Add(from[start..]);
    }
}
