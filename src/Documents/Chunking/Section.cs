namespace EmbeddingFunctions.Documents.Chunking;

/// <summary>A heading (with those above it that have no text of their own) and the text below it; or a part of a long one.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Start">Where that begins in the document's text.</param>
/// <param name="Headings">The headings that hold here, outermost first.</param>
/// <param name="Pieces">Its pieces in order, as they stand in its text; never empty.</param>
internal sealed record Section(string Text, int Start, IReadOnlyList<string> Headings, List<Piece> Pieces)
{
    // A longer one is cut into several: the text of a large file is not to be built once more.
    private const int MostChars = 1024 * 1024;

    public static IEnumerable<Section> Of(Document document)
    {
        var (start, length) = (0, 0);
        var path = new List<Block>();
        var blocks = new List<Block>();
        foreach (var block in document.Blocks)
        {
            if (blocks.Count > 0 && IsNext(blocks[^1], block, length))
            {
                yield return Whole(blocks, start, path);
                (start, length) = (start + length, 0);
                blocks = [];
            }

            if (block.Level > 0)
            {
                path.RemoveAll(heading => heading.Level >= block.Level);
            }

            if (block.Kind == BlockKind.Heading)
            {
                path.Add(block);
            }

            blocks.Add(block);
            length += block.Text.Length + Document.Separator.Length;
        }

        if (blocks.Count > 0)
        {
            yield return Whole(blocks, start, path);
        }
    }

    private static bool IsNext(Block previous, Block block, int length) =>
        previous.Kind == BlockKind.Heading
            ? block.Level > 0 && block.Level <= previous.Level
            : block.Level > 0 || length + block.Text.Length > MostChars;

    private static Section Whole(List<Block> blocks, int start, List<Block> path)
    {
        var pieces = new List<Piece>();
        var at = 0;
        foreach (var block in blocks)
        {
            pieces.AddRange(Piece.Of(block, at));
            at += block.Text.Length + Document.Separator.Length;
        }

        return new(
            string.Join(Document.Separator, blocks.Select(block => block.Text)),
            start,
            [.. path.Select(heading => heading.Text.ReplaceLineEndings(" ").Trim())],
            pieces
        );
    }
}
