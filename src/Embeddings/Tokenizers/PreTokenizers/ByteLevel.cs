namespace EmbeddingFunctions.Embeddings.Tokenizers.PreTokenizers;

/// <summary>GPT-2's: each byte of the text's UTF-8 becomes one letter of an alphabet that has no white space.</summary>
internal sealed class ByteLevel : ITextStep
{
    private static readonly char[] LetterOf = CreateLetters();

    /// <summary>The letters of all bytes.</summary>
    public static ReadOnlySpan<char> Letters => LetterOf;

    public void Apply(MappedSpan from, MappedText to)
    {
        Span<byte> bytes = stackalloc byte[4];
        for (var at = 0; at < from.Length; )
        {
            var rune = from.RuneAt(at, out var length);
            foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
            {
                to.Add(LetterOf[value], from.Sources[at]);
            }

            at += length;
        }
    }

    /// <summary>Bytes that print in Latin-1 stand for themselves, the others for the letters from U+0100 on.</summary>
    private static char[] CreateLetters()
    {
        var letters = new char[256];
        var next = '\u0100';
        for (var value = 0; value < letters.Length; value++)
        {
            var prints = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            letters[value] = prints ? (char)value : next++;
        }

        return letters;
    }
}
