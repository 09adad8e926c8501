namespace EmbeddingFunctions.Documents.Chunking;

/// <summary>The headings above a chunk in one line, kept to a third of the room that a chunk has.</summary>
internal static class Breadcrumb
{
    private const string Arrow = " > ";
    private const int Share = 3;

    /// <summary>Drops the outermost headings first, then the end of the innermost; empty if no character of it fits.</summary>
    public static string Of(IReadOnlyList<string> headings, TokenLimit limit)
    {
        var most = (limit.Max - limit.Fixed) / Share;
        for (var first = 0; first < headings.Count; first++)
        {
            var line = string.Join(Arrow, headings.Skip(first));
            if (limit.Tokens(line) <= most)
            {
                return line;
            }
        }

        var last = headings.Count > 0 ? headings[^1] : "";
        var end = last.Length;
        while (end > 0 && limit.Tokens(last.AsSpan(0, end)) > most)
        {
            end /= 2;
            end -= end > 0 && char.IsHighSurrogate(last[end - 1]) ? 1 : 0;
        }

        return last[..end].TrimEnd();
    }
}
