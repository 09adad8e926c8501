using System.Text;
using Microsoft.ML.Tokenizers;

namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>
/// The reference's order: clean, put spaces round ideographs, decompose and strip marks, lower-case.
/// Its output has one kind of white space, U+0020.
/// </summary>
internal sealed class BertNormalizer(BertRules rules) : Normalizer
{
    /// <summary>
    /// Stands for a word of more than <see cref="BertRules.MaxWordLength"/> code points, which is one unknown token whatever it
    /// holds. Cleaning drops this character, so text never has it.
    /// </summary>
    private const char OverlongWord = '\0';

    private readonly BertUnicode _unicode = BertUnicode.Table;

    public override string Normalize(string original) => Normalize(original.AsSpan());

    public override string Normalize(ReadOnlySpan<char> original)
    {
        using var normalized = Map(original, 0);
        return normalized.Chars.ToString();
    }

    /// <param name="text">Without lone surrogates.</param>
    /// <param name="offset">Where the text begins in the original.</param>
    public MappedText Map(ReadOnlySpan<char> text, int offset)
    {
        var writer = new Writer(this, new MappedText((text.Length * 5 / 4) + 16));
        for (var at = 0; at < text.Length; )
        {
            _ = Rune.DecodeFromUtf16(text[at..], out var rune, out var length);
            writer.Read(rune.Value, offset + at, offset + at + length);
            at += length;
        }

        return writer.Finish();
    }

    /// <summary>The text being written, the word at its end, and marks whose order is not settled yet.</summary>
    private struct Writer(BertNormalizer normalizer, MappedText output)
    {
        private readonly BertUnicode _unicode = normalizer._unicode;
        private readonly BertRules _rules = normalizer.Rules;
        private List<(int Class, int CodePoint, int Start, int End)>? _marks;
        private int _wordStart;
        private int _wordLength;

        public void Read(int codePoint, int start, int end)
        {
            var traits = _unicode[codePoint];
            if (traits.Has(BertTraits.Dropped))
            {
                return;
            }

            if (traits.Has(BertTraits.Space))
            {
                Write(' ', start, end);
                return;
            }

            var ideograph = traits.Has(BertTraits.Ideograph) && _rules.SeparateIdeographs;
            if (ideograph)
            {
                Write(' ', start, end);
            }

            if (!_rules.StripAccents)
            {
                Lower(codePoint, start, end);
            }
            else if (traits.Has(BertTraits.Decomposes))
            {
                foreach (var part in _unicode.Decomposition(codePoint))
                {
                    Order(part, start, end);
                }
            }
            else if (!traits.Has(BertTraits.Mark))
            {
                Order(codePoint, start, end);
            }

            if (ideograph)
            {
                Write(' ', start, end);
            }
        }

        public MappedText Finish()
        {
            SettleMarks();
            EndWord();
            return output;
        }

        private void Order(int codePoint, int start, int end)
        {
            if (!_unicode[codePoint].Has(BertTraits.Combining))
            {
                SettleMarks();
                Lower(codePoint, start, end);
                return;
            }

            (_marks ??= []).Add((_unicode.CombiningClass(codePoint), codePoint, start, end));
        }

        private void SettleMarks()
        {
            if (_marks is not { Count: > 0 } marks)
            {
                return;
            }

            foreach (var (_, codePoint, start, end) in marks.OrderBy(mark => mark.Class))
            {
                Lower(codePoint, start, end);
            }

            marks.Clear();
        }

        private void Lower(int codePoint, int start, int end)
        {
            if (!_rules.LowerCase || !_unicode[codePoint].Has(BertTraits.UpperCase))
            {
                WriteWord(codePoint, start, end);
                return;
            }

            foreach (var lower in _unicode.LowerCase(codePoint))
            {
                WriteWord(lower, start, end);
            }
        }

        private void WriteWord(int codePoint, int start, int end)
        {
            if (_unicode[codePoint].Has(BertTraits.Punctuation))
            {
                Write(codePoint, start, end);
                return;
            }

            _wordLength++;
            output.Add(codePoint, start, end);
        }

        private void Write(int codePoint, int start, int end)
        {
            SettleMarks();
            EndWord();
            output.Add(codePoint, start, end);
            _wordStart = output.Length;
        }

        private void EndWord()
        {
            if (_wordLength > _rules.MaxWordLength)
            {
                output.ReplaceFrom(_wordStart, OverlongWord);
            }

            _wordStart = output.Length;
            _wordLength = 0;
        }
    }

    private BertRules Rules => rules;
}

/// <param name="LowerCase">Lower-case all.</param>
/// <param name="StripAccents">Decompose and drop the marks.</param>
/// <param name="SeparateIdeographs">Each CJK ideograph is a word.</param>
/// <param name="MaxWordLength">Code points; a longer word is unknown.</param>
internal sealed record BertRules(bool LowerCase, bool StripAccents, bool SeparateIdeographs, int MaxWordLength);
