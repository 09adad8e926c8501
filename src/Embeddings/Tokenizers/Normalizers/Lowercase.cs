using System.Text;

namespace EmbeddingFunctions.Embeddings.Tokenizers.Normalizers;

/// <summary>Each code point for itself, whatever stands round it: a final Σ becomes σ.</summary>
internal sealed class Lowercase : ITextStep
{
    public void Apply(MappedSpan from, MappedText to)
    {
        var unicode = UnicodeTable.Instance;
        for (var at = 0; at < from.Length; )
        {
            var rune = from.RuneAt(at, out var length);
            if (unicode[rune.Value].Has(UnicodeTraits.UpperCase))
            {
                foreach (var lower in unicode.LowerCase(rune.Value))
                {
                    to.Add(new Rune(lower), from.Sources[at]);
                }
            }
            else
            {
                to.Add(from.Slice(at, length));
            }

            at += length;
        }
    }
}
