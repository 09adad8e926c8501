namespace EmbeddingFunctions.Documents.Chunking;

/// <summary>A heading (with those above it that have no text of their own) and the text below it.</summary>
/// <param name="Text">The document's text.</param>
/// <param name="Headings">The headings that hold here, outermost first.</param>
/// <param name="Pieces">Its pieces in order; never empty.</param>
internal sealed record Section(string Text, IReadOnlyList<string> Headings, List<Piece> Pieces)
{
    public static IEnumerable<Section> Of(Document document)
    {
        var text = document.Text;
        var start = 0;
        var path = new List<Block>();
        var pieces = new List<Piece>();
        Block? previous = null;
        foreach (var block in document.Blocks)
        {
            if (block.Kind == BlockKind.Heading && pieces.Count > 0 && !IsParent(previous, block))
            {
                yield return new Section(text, Titles(path), pieces);
                pieces = [];
            }

            if (block.Kind == BlockKind.Heading)
            {
                path.RemoveAll(heading => heading.Level >= block.Level);
                path.Add(block);
            }

            pieces.AddRange(Piece.Of(block, start));
            start += block.Text.Length + Document.Separator.Length;
            previous = block;
        }

        if (pieces.Count > 0)
        {
            yield return new Section(text, Titles(path), pieces);
        }
    }

    private static bool IsParent(Block? previous, Block heading) =>
        previous?.Kind == BlockKind.Heading && previous.Level < heading.Level;

    private static List<string> Titles(List<Block> path) =>
        [.. path.Select(heading => heading.Text.ReplaceLineEndings(" ").Trim())];
}
