namespace EmbeddingFunctions.Embeddings.Tokenizers.PreTokenizers;

/// <summary>
/// GPT-2's words, the regular expression
/// <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>: a space goes to the word after it, and
/// other white space stands alone.
/// </summary>
internal sealed class GptWords : ITextStep
{
    public void Apply(MappedSpan from, MappedText to)
    {
        for (var at = 0; at < from.Length; )
        {
            var end = at + WordLength(from[at..]);
            to.Add(from[at..end]);
            to.EndWord();
            at = end;
        }
    }

    private static int WordLength(MappedSpan text)
    {
        if (CharacterClasses.Contraction(text.Chars) is > 0 and var contraction)
        {
            return contraction;
        }

        var kind = CharacterClasses.Run(text, 0, out var end);
        if (kind != CharacterClass.Space || end == text.Length)
        {
            return end;
        }

        // White space before a word: all but its last character, which goes to the word if it is a space.
        if (end > 1)
        {
            return end - 1;
        }

        if (text.Chars[0] == ' ')
        {
            _ = CharacterClasses.Run(text, 1, out end);
        }

        return end;
    }
}
