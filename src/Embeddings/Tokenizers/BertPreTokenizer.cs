using Microsoft.ML.Tokenizers;

namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>Words of normalised text: parted by spaces, and each punctuation mark one of its own.</summary>
internal sealed class BertPreTokenizer : PreTokenizer
{
    private readonly BertUnicode _unicode = BertUnicode.Table;

    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text) => PreTokenize(text.AsSpan());

    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text)
    {
        var words = new List<(int, int)>((text.Length / 4) + 1);
        var start = 0;
        for (var at = 0; at <= text.Length; at++)
        {
            // Punctuation beyond the BMP is two units; the first decides, the second never begins a word.
            var codePoint = at < text.Length ? CodePoint(text, at) : ' ';
            var punctuation = _unicode[codePoint].Has(BertTraits.Punctuation);
            if (codePoint != ' ' && !punctuation)
            {
                continue;
            }

            if (at > start)
            {
                words.Add((start, at - start));
            }

            if (punctuation)
            {
                var length = codePoint > 0xFFFF ? 2 : 1;
                words.Add((at, length));
                at += length - 1;
            }

            start = at + 1;
        }

        return words;
    }

    private static int CodePoint(ReadOnlySpan<char> text, int at) =>
        char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1])
            ? char.ConvertToUtf32(text[at], text[at + 1])
            : text[at];
}
