using UglyToad.PdfPig;
using UglyToad.PdfPig.Outline;

namespace EmbeddingFunctions.Documents.Formats.Pdf;

/// <summary>The headings that a PDF lists in its outline, by their pages.</summary>
internal sealed class PdfBookmarks
{
    private readonly Dictionary<(int Page, string Title), int> _levels = [];

    public PdfBookmarks(PdfDocument pdf)
    {
        foreach (var node in Nodes(pdf).OfType<DocumentBookmarkNode>().Where(node => Letters(node.Title).Length > 0))
        {
            _levels.TryAdd((node.PageNumber, Letters(node.Title)), Math.Min(node.Level + 1, BlockList.DeepestHeading));
        }
    }

    /// <summary>1 to 6 for a line that is a heading, with or without the number before its title; 0 for all others.</summary>
    public int LevelOf(string text, int page) =>
        _levels.Count == 0 ? 0
        : _levels.TryGetValue((page, Letters(text)), out var level) ? level
        : _levels.GetValueOrDefault((page, Letters(WithoutNumber(text))));

    private static IEnumerable<BookmarkNode> Nodes(PdfDocument pdf)
    {
        try
        {
            return pdf.TryGetBookmarks(out var bookmarks) ? bookmarks.GetNodes() : [];
        }
        // A broken outline is no reason to lose the text.
        catch (Exception e)
            when (e is not DocumentException and not OperationCanceledException and not OutOfMemoryException)
        {
            return [];
        }
    }

    private static string WithoutNumber(string text) =>
        text.IndexOfAny([' ', '\t']) is > 0 and var space && text.AsSpan(0, space).ContainsAnyInRange('0', '9')
            ? text[space..]
            : text;

    private static string Letters(string text) => string.Concat(PdfLetters.Plain(text).Where(char.IsLetterOrDigit));
}
