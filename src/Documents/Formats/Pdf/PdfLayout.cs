using System.Text;

namespace EmbeddingFunctions.Documents.Formats.Pdf;

/// <summary>Lines to paragraphs and headings, by their distances and sizes.</summary>
internal static class PdfLayout
{
    private const double ParagraphGap = 1.7;
    private const double RowGap = 4;
    private const int FewestRows = 3;
    private const double HeadingSize = 1.15;
    private const int LongestHeading = 150;

    public static BlockList Blocks(IReadOnlyList<PdfLine> lines, PdfBookmarks bookmarks)
    {
        var blocks = new BlockList();
        var levels = HeadingLevels(lines);
        foreach (var paragraph in Paragraphs(lines, bookmarks))
        {
            if (paragraph.Count >= FewestRows && paragraph.TrueForAll(line => line.IsRow))
            {
                blocks.AddTable(
                    paragraph.Select(line => line.Cells.Select(cell => cell.Text).ToList()),
                    paragraph[0].Page
                );
                continue;
            }

            var text = Join(paragraph);
            var kind = IsBulleted(paragraph[0]) ? BlockKind.ListItem : BlockKind.Paragraph;
            var level = bookmarks.LevelOf(text, paragraph[0].Page);
            if (level == 0 && text.Length <= LongestHeading)
            {
                level = levels.GetValueOrDefault(paragraph[0].Size);
            }

            blocks.Add(level > 0 ? BlockKind.Heading : kind, text, level, paragraph[0].Page);
        }

        return blocks;
    }

    // The size that most letters have is the body's; each clearly larger size is a level of headings.
    private static Dictionary<double, int> HeadingLevels(IReadOnlyList<PdfLine> lines)
    {
        var letters = lines
            .GroupBy(line => line.Size)
            .ToDictionary(size => size.Key, size => size.Sum(line => line.Text.Length));
        if (letters.Count == 0)
        {
            return [];
        }

        var body = letters.MaxBy(size => size.Value).Key;
        return letters
            .Keys.Where(size => size >= body * HeadingSize)
            .OrderDescending()
            .Select((size, index) => (size, Level: Math.Min(index + 1, BlockList.DeepestHeading)))
            .ToDictionary(level => level.size, level => level.Level);
    }

    private static IEnumerable<List<PdfLine>> Paragraphs(IEnumerable<PdfLine> lines, PdfBookmarks bookmarks)
    {
        var paragraph = new List<PdfLine>();
        var wasHeading = false;
        foreach (var line in lines)
        {
            var isHeading = bookmarks.LevelOf(line.Text, line.Page) > 0;
            if (paragraph.Count > 0 && (isHeading || wasHeading || StartsParagraph(paragraph[^1], line)))
            {
                yield return paragraph;
                paragraph = [];
            }

            paragraph.Add(line);
            wasHeading = isHeading;
        }

        if (paragraph.Count > 0)
        {
            yield return paragraph;
        }
    }

    private static bool StartsParagraph(PdfLine previous, PdfLine line) =>
        Math.Max(previous.Size, line.Size) >= Math.Min(previous.Size, line.Size) * HeadingSize
        || previous.Angle != line.Angle
        || previous.IsRow != line.IsRow
        || IsBulleted(line)
        || IsBeside(previous, line)
        || (
            IsMoved(previous, line)
                ? !IsContinued(previous, line)
                : previous.BaseLine - line.BaseLine
                    > (line.IsRow ? RowGap : ParagraphGap) * Math.Min(previous.Size, line.Size)
        );

    // A term to the left of what explains it, and the other way round.
    private static bool IsBeside(PdfLine previous, PdfLine line) =>
        !IsMoved(previous, line) && (line.Left > previous.Right || line.Right < previous.Left);

    // To the next page, or up to the head of the next column.
    private static bool IsMoved(PdfLine previous, PdfLine line) =>
        previous.Page != line.Page || line.BaseLine > previous.BaseLine + line.Size;

    private static bool IsContinued(PdfLine previous, PdfLine line) =>
        !previous.IsRow
        && line.Page - previous.Page <= 1
        && previous.Text is [.., var last]
        && line.Text is [var first, ..]
        && (char.IsLower(first) ? !IsEnd(last) : char.IsLetter(last) && IsWide(last) && IsWide(first));

    private static bool IsEnd(char c) => c is '.' or '!' or '?' or ':' or '。' or '！' or '？' or '：';

    private static bool IsBulleted(PdfLine line) => line.Text is ['•' or '‣' or '●' or '◦' or '▪' or '∙', ..];

    // A line that stops well before the paragraph's right edge was ended by its author, any other by the edge.
    private static string Join(List<PdfLine> lines)
    {
        var text = new StringBuilder();
        var right = lines.Max(line => line.Right);
        var left = lines.Min(line => line.Left);
        for (var i = 0; i < lines.Count; i++)
        {
            if (i > 0)
            {
                var isFull =
                    !lines[i - 1].IsRow
                    && (lines[i - 1].Right >= right - (0.2 * (right - left)) || IsMoved(lines[i - 1], lines[i]));
                Glue(text, lines[i].Text, isFull);
            }

            text.Append(lines[i].Text.Replace('\t', ' '));
        }

        return text.ToString();
    }

    private static void Glue(StringBuilder text, string next, bool isFull)
    {
        if (text.Length == 0 || next.Length == 0)
        {
            return;
        }

        var isHyphenated =
            text.Length > 1
            && text[^1] is '-' or '\u2010' or '\u00AD'
            && char.IsLetter(text[^2])
            && char.IsLetter(next[0])
            && char.IsLower(text[^2]) == char.IsLower(next[0]);
        if (isHyphenated)
        {
            text.Length--;
        }
        else if (!isFull)
        {
            text.Append('\n');
        }
        else if (!IsWide(text[^1]) || !IsWide(next[0]))
        {
            text.Append(' ');
        }
    }

    // Scripts that write no spaces: their lines join without one.
    private static bool IsWide(char c) =>
        c is (>= '\u2E80' and < '\uAC00') or (>= '\uF900' and <= '\uFAFF') or (>= '\uFF00' and <= '\uFF60');
}
