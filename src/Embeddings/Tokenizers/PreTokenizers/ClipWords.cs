namespace EmbeddingFunctions.Embeddings.Tokenizers.PreTokenizers;

/// <summary>
/// CLIP's words, the regular expression
/// <c>&lt;\|startoftext\|&gt;|&lt;\|endoftext\|&gt;|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+</c>: each digit
/// is a word, and what lies between words is dropped.
/// </summary>
internal sealed class ClipWords : ITextStep
{
    public const string Pattern =
        @"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";

    private static readonly string[] Literals = ["<|startoftext|>", "<|endoftext|>"];

    public void Apply(MappedSpan from, MappedText to)
    {
        for (var at = 0; at < from.Length; )
        {
            var end = at + WordLength(from[at..], out var isWord);
            if (isWord)
            {
                to.Add(from[at..end]);
                to.EndWord();
            }

            at = end;
        }
    }

    private static int WordLength(MappedSpan text, out bool isWord)
    {
        isWord = true;
        foreach (var literal in Literals)
        {
            if (text.Chars.StartsWith(literal, StringComparison.Ordinal))
            {
                return literal.Length;
            }
        }

        if (CharacterClasses.Contraction(text.Chars) is > 0 and var contraction)
        {
            return contraction;
        }

        var kind = CharacterClasses.Run(text, 0, out var end);
        isWord = kind != CharacterClass.Space;
        if (kind == CharacterClass.Number)
        {
            _ = text.RuneAt(0, out end);
        }

        return end;
    }
}
