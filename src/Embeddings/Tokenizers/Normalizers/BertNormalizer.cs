using System.Text;

namespace EmbeddingFunctions.Embeddings.Tokenizers.Normalizers;

/// <summary>BERT's, in the reference's order: clean, put spaces round ideographs, decompose and strip marks, lower-case.</summary>
internal sealed class BertNormalizer(BertRules rules) : ITextStep
{
    private static readonly UnicodeTable Unicode = UnicodeTable.Instance;

    public void Apply(MappedSpan from, MappedText to)
    {
        var writer = new Writer(rules, to);
        for (var at = 0; at < from.Length; )
        {
            var rune = from.RuneAt(at, out var length);
            writer.Read(rune.Value, from.Sources[at]);
            at += length;
        }

        writer.SettleMarks();
    }

    /// <summary>The text being written, and marks whose order is not settled yet.</summary>
    private struct Writer(BertRules rules, MappedText output)
    {
        private List<(int Class, int CodePoint, SourceSpan Source)>? _marks;

        public void Read(int codePoint, SourceSpan source)
        {
            var traits = Unicode[codePoint];
            if (rules.CleanText && traits.Has(UnicodeTraits.Dropped))
            {
                return;
            }

            if (rules.CleanText && traits.Has(UnicodeTraits.Space))
            {
                Write(' ', source);
                return;
            }

            var ideograph = traits.Has(UnicodeTraits.Ideograph) && rules.SeparateIdeographs;
            if (ideograph)
            {
                Write(' ', source);
            }

            if (!rules.StripAccents)
            {
                Lower(codePoint, source);
            }
            else if (traits.Has(UnicodeTraits.Decomposes))
            {
                foreach (var part in Unicode.Decomposition(codePoint))
                {
                    Strip(part, source);
                }
            }
            else
            {
                Strip(codePoint, source);
            }

            if (ideograph)
            {
                Write(' ', source);
            }
        }

        public readonly void SettleMarks()
        {
            if (_marks is not { Count: > 0 } marks)
            {
                return;
            }

            foreach (var (_, codePoint, source) in marks.OrderBy(mark => mark.Class))
            {
                Lower(codePoint, source);
            }

            marks.Clear();
        }

        private void Strip(int codePoint, SourceSpan source)
        {
            var traits = Unicode[codePoint];
            if (traits.Has(UnicodeTraits.Mark))
            {
                return;
            }

            if (traits.Has(UnicodeTraits.Combining))
            {
                (_marks ??= []).Add((Unicode.CombiningClass(codePoint), codePoint, source));
                return;
            }

            SettleMarks();
            Lower(codePoint, source);
        }

        private readonly void Lower(int codePoint, SourceSpan source)
        {
            if (!rules.LowerCase || !Unicode[codePoint].Has(UnicodeTraits.UpperCase))
            {
                output.Add(new Rune(codePoint), source);
                return;
            }

            foreach (var lower in Unicode.LowerCase(codePoint))
            {
                output.Add(new Rune(lower), source);
            }
        }

        private readonly void Write(char unit, SourceSpan source)
        {
            SettleMarks();
            output.Add(unit, source);
        }
    }
}

/// <param name="CleanText">Drop control characters, and make all white space U+0020.</param>
/// <param name="LowerCase">Lower-case all.</param>
/// <param name="StripAccents">Decompose and drop the marks.</param>
/// <param name="SeparateIdeographs">Each CJK ideograph is a word.</param>
internal sealed record BertRules(bool CleanText, bool LowerCase, bool StripAccents, bool SeparateIdeographs);
