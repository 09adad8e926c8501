namespace EmbeddingFunctions.Documents.Formats.Pdf;

/// <summary>
/// Undoes columns that were drawn line by line across the page: most programs draw one column after the other, and their order is
/// the right one, but some do not.
/// </summary>
internal static class PdfColumns
{
    private const int FewestLines = 5;
    private const int FewestLetters = 20;

    /// <summary>The lines with each column whole, where text runs in columns; tables and all else stay as they are.</summary>
    public static IEnumerable<PdfLine> InOrder(IReadOnlyList<PdfLine> lines)
    {
        for (var i = 0; i < lines.Count; )
        {
            var (end, gutter) = Woven(lines, i);
            if (gutter is not { } x)
            {
                yield return lines[i++];
                continue;
            }

            var woven = lines.Skip(i).Take(end - i).ToList();
            foreach (
                var line in Part(woven, cell => cell.Left < x).Concat(InOrder([.. Part(woven, cell => cell.Left >= x)]))
            )
            {
                yield return line;
            }

            i = end;
        }
    }

    private static IEnumerable<PdfLine> Part(IEnumerable<PdfLine> lines, Func<PdfCell, bool> isIn) =>
        lines
            .Select(line => new PdfLine([.. line.Cells.Where(isIn)], line.Size, line.BaseLine, line.Angle, line.Page))
            .Where(line => line.Cells.Count > 0);

    // How far the lines from here on leave the same strip of the page free, and the middle of that strip.
    private static (int End, double? Gutter) Woven(IReadOnlyList<PdfLine> lines, int start)
    {
        var (left, right) = (double.MinValue, double.MaxValue);
        var end = start;
        var rows = new List<PdfLine>();
        for (; end < lines.Count && IsBelow(lines, start, end); end++)
        {
            if (!lines[start].IsRow || Narrow(lines[end], left, right) is not { } strip)
            {
                break;
            }

            (left, right) = strip;
            if (lines[end].IsRow)
            {
                rows.Add(lines[end]);
            }
        }

        var isText =
            rows.Count >= FewestLines
            && rows.Count * 2 > end - start
            && rows.Average(row => row.Cells[0].Text.Length) >= FewestLetters
            && rows.Average(row => row.Cells[1].Text.Length) >= FewestLetters;
        return (end, isText ? (left + right) / 2 : null);
    }

    private static bool IsBelow(IReadOnlyList<PdfLine> lines, int start, int end) =>
        end == start
        || (
            lines[end].Page == lines[start].Page
            && lines[end].Angle == lines[start].Angle
            && lines[end].BaseLine < lines[end - 1].BaseLine
        );

    // The strip after the first cell of a row; a line that is no row has to keep to one side of it.
    private static (double Left, double Right)? Narrow(PdfLine line, double left, double right)
    {
        if (!line.IsRow)
        {
            return line.Right <= left || line.Left >= right ? (left, right)
                : line.Right < right ? (line.Right, right)
                : line.Left > left ? (left, line.Left)
                : null;
        }

        (left, right) = (Math.Max(left, line.Cells[0].Right), Math.Min(right, line.Cells[1].Left));
        return left < right ? (left, right) : null;
    }
}
