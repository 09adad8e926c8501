namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>Takes the white space at both ends of byte-level tokens out of their spans, where the post-processor says so.</summary>
/// <param name="PrefixSpace">One space at the text's very beginning counts as put there by the pre-tokenizer, and stays.</param>
internal sealed record SpanTrim(bool PrefixSpace)
{
    public void Apply(ReadOnlySpan<char> text, Span<Token> tokens)
    {
        for (var index = 0; index < tokens.Length; index++)
        {
            var (id, span) = tokens[index];
            var part = text[span.Start..span.End];
            var leading = part.Length - part.TrimStart(' ').Length;
            var trailing = part.Length - part.TrimEnd(' ').Length;
            if (PrefixSpace && leading == 1 && (index == 0 || span.Start == 0))
            {
                leading = 0;
            }

            var start = span.Start + leading;
            tokens[index] = new Token(id, new SourceSpan(start, Math.Max(span.End - trailing, start)));
        }
    }

    /// <summary>An added token may have taken any white space, not spaces alone.</summary>
    public static SourceSpan White(ReadOnlySpan<char> text, SourceSpan span)
    {
        var part = text[span.Start..span.End];
        var start = span.End - part.TrimStart().Length;
        return new SourceSpan(start, Math.Max(span.Start + part.TrimEnd().Length, start));
    }
}
