namespace EmbeddingFunctions.Embeddings.Tokenizers.Normalizers;

/// <summary>Puts a text in place of each run that a finder finds.</summary>
/// <param name="content">What is put there; as in the reference, it has the span of the last character that it replaces.</param>
/// <param name="find">Where the next run is, and how long it is; -1 if there is none.</param>
internal sealed class Replace(string content, FindRun find) : ITextStep
{
    public static Replace Text(string old, string content) =>
        new(content, text => (text.IndexOf(old, StringComparison.Ordinal), old.Length));

    /// <summary>Runs of white space: the regular expression \s+.</summary>
    public static Replace WhiteSpace(string content) =>
        new(
            content,
            text =>
            {
                var start = 0;
                while (start < text.Length && !char.IsWhiteSpace(text[start]))
                {
                    start++;
                }

                var rest = text[start..];
                return rest.IsEmpty ? (-1, 0) : (start, rest.Length - rest.TrimStart().Length);
            }
        );

    /// <summary>Runs of two or more spaces: the regular expression " {2,}".</summary>
    public static Replace Spaces(string content) =>
        new(
            content,
            text =>
            {
                var start = text.IndexOf("  ", StringComparison.Ordinal);
                return start < 0 ? (-1, 0) : (start, text.Length - start - text[start..].TrimStart(' ').Length);
            }
        );

    public void Apply(MappedSpan from, MappedText to)
    {
        while (from.Length > 0 && find(from.Chars) is var (start, length) && start >= 0)
        {
            to.Add(from[..start]);
            to.Add(content, from.Slice(start + length - 1, 1).Source);
            from = from[(start + length)..];
        }

        to.Add(from);
    }
}

internal delegate (int Start, int Length) FindRun(ReadOnlySpan<char> text);
