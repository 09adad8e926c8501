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
    private const int DeepestHeading = 6;

    public static BlockList Blocks(IReadOnlyList<PdfLine> lines)
    {
        var blocks = new BlockList();
        var levels = HeadingLevels(lines);
        foreach (var paragraph in Paragraphs(lines))
        {
            if (paragraph.Count >= FewestRows && paragraph.TrueForAll(line => line.IsRow))
            {
                blocks.AddTable(paragraph.Select(line => line.Text.Split('\t')), paragraph[0].Page);
                continue;
            }

            var text = Join(paragraph);
            var kind = IsBulleted(paragraph[0]) ? BlockKind.ListItem : BlockKind.Paragraph;
            var level = text.Length <= LongestHeading ? levels.GetValueOrDefault(paragraph[0].Size) : 0;
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
            .Select((size, index) => (size, Level: Math.Min(index + 1, DeepestHeading)))
            .ToDictionary(level => level.size, level => level.Level);
    }

    private static IEnumerable<List<PdfLine>> Paragraphs(IEnumerable<PdfLine> lines)
    {
        var paragraph = new List<PdfLine>();
        foreach (var line in lines)
        {
            if (paragraph.Count > 0 && StartsParagraph(paragraph[^1], line))
            {
                yield return paragraph;
                paragraph = [];
            }

            paragraph.Add(line);
        }

        if (paragraph.Count > 0)
        {
            yield return paragraph;
        }
    }

    private static bool StartsParagraph(PdfLine previous, PdfLine line) =>
        previous.Page != line.Page
        || Math.Max(previous.Size, line.Size) >= Math.Min(previous.Size, line.Size) * HeadingSize
        || previous.IsRow != line.IsRow
        || IsBulleted(line)
        || previous.BaseLine - line.BaseLine
            > (line.IsRow ? RowGap : ParagraphGap) * Math.Min(previous.Size, line.Size);

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
                var isFull = !lines[i - 1].IsRow && lines[i - 1].Right >= right - (0.2 * (right - left));
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
