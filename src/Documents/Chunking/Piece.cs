namespace EmbeddingFunctions.Documents.Chunking;

/// <summary>The smallest part that is not cut unless it is too large: a sentence, a table row, a line of code, a heading.</summary>
/// <param name="Start">Its first character in the section's text; never white space, except before code.</param>
/// <param name="End">The one after its last; never after white space.</param>
/// <param name="Block">The block that it belongs to.</param>
/// <param name="BlockStart">Where that begins in the section's text.</param>
/// <param name="Cells">The cells that it is; null if it is none.</param>
/// <param name="IsWhole">False for what is left of a piece that was cut.</param>
internal sealed record Piece(int Start, int End, Block Block, int BlockStart, CellRange? Cells, bool IsWhole = true)
{
    /// <summary>The tokens of it and the white space before it, once they have been counted.</summary>
    public int? Tokens { get; set; }

    public bool IsHeading => Block.Kind == BlockKind.Heading;

    /// <summary>True for a sentence that a following chunk may repeat.</summary>
    public bool IsRepeatable => IsWhole && Block.Kind is BlockKind.Paragraph or BlockKind.ListItem;

    /// <summary>The first row of its table, if it is a later one.</summary>
    public string? HeaderRow
    {
        get
        {
            var end = Block.Kind == BlockKind.Table ? Block.Text.IndexOf('\n', StringComparison.Ordinal) : -1;
            return end > 0 && Start > BlockStart + end ? Block.Text[..end] : null;
        }
    }

    public static IEnumerable<Piece> Of(Block block, int start)
    {
        var cuts = block.Kind switch
        {
            BlockKind.Heading => [block.Text.Length],
            BlockKind.Table or BlockKind.Code => Lines(block.Text),
            _ => Sentences.Ends(block.Text),
        };
        var cells = CellRange.Parse(block.Place);
        var lines = cells is not null && block.Kind == BlockKind.Table ? block.Text.AsSpan().Count('\n') + 1 : 0;
        var from = 0;
        foreach (var (line, to) in cuts.Index())
        {
            if (Trim(block.Text, from, to, block.Kind) is var (first, last) && first < last)
            {
                yield return new Piece(start + first, start + last, block, start, cells?.OfLine(line, lines));
            }

            from = to;
        }
    }

    private static IEnumerable<int> Lines(string text)
    {
        for (var at = text.IndexOf('\n', StringComparison.Ordinal); at >= 0; at = text.IndexOf('\n', at + 1))
        {
            yield return at + 1;
        }

        yield return text.Length;
    }

    private static (int Start, int End) Trim(string text, int start, int end, BlockKind kind)
    {
        while (end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        // The indentation of code is part of it.
        while (start < end && (kind == BlockKind.Code ? text[start] is '\n' or '\r' : char.IsWhiteSpace(text[start])))
        {
            start++;
        }

        return (start, end);
    }
}
