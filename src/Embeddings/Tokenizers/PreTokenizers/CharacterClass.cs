using System.Globalization;
using System.Text;

namespace EmbeddingFunctions.Embeddings.Tokenizers.PreTokenizers;

/// <summary>What the regular expressions of byte-level pre-tokenizers tell apart: \p{L}, \p{N}, \s, and the rest.</summary>
internal enum CharacterClass
{
    Other,
    Letter,
    Number,
    Space,
}

internal static class CharacterClasses
{
    /// <summary>By code points: .NET's own \p{L} knows none beyond U+FFFF.</summary>
    public static CharacterClass Of(Rune rune) =>
        Rune.IsLetter(rune) ? CharacterClass.Letter
        : Rune.IsWhiteSpace(rune) ? CharacterClass.Space
        : Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.DecimalDigitNumber
                or UnicodeCategory.LetterNumber
                or UnicodeCategory.OtherNumber
            ? CharacterClass.Number
        : CharacterClass.Other;

    /// <summary>The class at a place, and where the run of that class ends.</summary>
    public static CharacterClass Run(MappedSpan text, int at, out int end)
    {
        var kind = Of(text.RuneAt(at, out var length));
        for (end = at + length; end < text.Length && Of(text.RuneAt(end, out length)) == kind; end += length) { }

        return kind;
    }

    /// <summary>Length of the English contraction that the text begins with, or 0.</summary>
    public static int Contraction(ReadOnlySpan<char> text) =>
        text switch
        {
            ['\'', 's' or 't' or 'm' or 'd', ..] => 2,
            ['\'', 'r', 'e', ..] or ['\'', 'v', 'e', ..] or ['\'', 'l', 'l', ..] => 3,
            _ => 0,
        };
}
