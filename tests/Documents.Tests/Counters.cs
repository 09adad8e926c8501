using System.Text;

namespace EmbeddingFunctions.Documents.Tests;

/// <summary>Toy tokenizers that differ in what real ones differ in.</summary>
internal static class Counters
{
    public static int Characters(string text) => 2 + text.Length;

    /// <summary>One token a word, as English nearly has, and each ideograph a word.</summary>
    public static int Words(string text)
    {
        var (count, inWord) = (2, false);
        foreach (var rune in text.EnumerateRunes())
        {
            var isSpace = Rune.IsWhiteSpace(rune);
            count += !isSpace && (!inWord || rune.Value > 0x2E80) ? 1 : 0;
            inWord = !isSpace;
        }

        return count;
    }

    /// <summary>Refuses half surrogate pairs, as many tokenizers do.</summary>
    public static int Bytes(string text) =>
        5 + new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetByteCount(text);

    /// <summary>Two pieces together may count more or less than their sum: pairs merge, ends cost.</summary>
    public static int NonAdditive(string text)
    {
        var count = 3;
        for (var i = 0; i < text.Length; i++)
        {
            var merges = i + 1 < text.Length && (text[i] + text[i + 1]) % 3 == 0;
            i += merges ? 1 : 0;
            count += char.IsWhiteSpace(text[i]) ? 2 : 1;
        }

        return count + (text.Length > 0 && char.IsUpper(text[^1]) ? 2 : 0);
    }

    /// <summary>Not even monotone: a longer text may count less.</summary>
    public static int Wavy(string text) => 2 + text.Length + (text.Length % 7 * 2);

    public static IReadOnlyList<TokenCounter> All { get; } = [Characters, Words, Bytes, NonAdditive, Wavy];
}
