using System.Globalization;

namespace EmbeddingFunctions.Documents.Formats.Pdf;

/// <summary>What repeats at the head or foot of pages and is no part of the text: running titles, page numbers.</summary>
internal static class PdfFurniture
{
    private const int EdgeLines = 3;
    private const int FewestPages = 3;
    private const double MostPages = 0.4;
    private const double MostLines = 0.6;
    private const double SameLine = 4;

    private static readonly char[] AroundNumbers = [.. " \t-–—|/第页頁ページ"];

    /// <summary>
    /// The lines without running titles (the first one stays: it may be the only place where the title is) and without those
    /// that hold the number of their page.
    /// </summary>
    public static IReadOnlyList<PdfLine> Without(IReadOnlyList<PdfLine> lines)
    {
        var enough = Math.Max(FewestPages, MostPages * PagesOf(lines));
        var titles = EdgesOfPages(lines, EdgeLines).GroupBy(Height).SelectMany(line => Titles([.. line], enough));
        var numbers = PageNumbers(lines, enough).ToList();
        lines = Except(lines, [.. titles, .. numbers]);
        // A title may have been above or below them.
        return numbers.Count > 0 ? lines : Except(lines, PageNumbers(lines, enough));
    }

    // Lines at one height: those that are the same on many pages, or, such as the names of chapters and sections, share a
    // piece with another page's: each name is on some pages only, but together they are on many.
    private static IEnumerable<PdfLine> Titles(List<PdfLine> lines, double enough)
    {
        if (PagesOf(lines) < enough)
        {
            return [];
        }

        var pages = lines
            .SelectMany(line => line.Cells.Select(cell => (cell.Text, line.Page)).Distinct())
            .CountBy(cell => cell.Text)
            .ToDictionary(StringComparer.Ordinal);
        return lines.Count(line => line.Cells.Any(cell => pages[cell.Text] > 1)) > MostLines * lines.Count
            ? lines.Skip(1)
            : lines.GroupBy(line => line.Text).Where(same => PagesOf(same) >= enough).SelectMany(same => same.Skip(1));
    }

    // Pages are numbered one by one, from wherever: the difference to their place in the file is the same.
    private static IEnumerable<PdfLine> PageNumbers(IEnumerable<PdfLine> lines, double enough) =>
        EdgesOfPages(lines, 1)
            .SelectMany(line => Numbers(line).Select(number => (Line: line, Offset: number - line.Page)))
            .GroupBy(number => (number.Offset, Height(number.Line)), number => number.Line)
            .Where(same => PagesOf(same) >= enough)
            .SelectMany(same => same);

    private static IReadOnlyList<PdfLine> Except(IReadOnlyList<PdfLine> lines, IEnumerable<PdfLine> gone)
    {
        var set = gone.ToHashSet<object>(ReferenceEqualityComparer.Instance);
        return [.. lines.Where(line => !set.Contains(line))];
    }

    private static IEnumerable<PdfLine> EdgesOfPages(IEnumerable<PdfLine> lines, int count) =>
        lines.GroupBy(line => line.Page).SelectMany(page => Edges([.. page.Where(line => line.Angle == 0)], count));

    // The lines at so many of the highest and lowest base lines.
    private static IEnumerable<PdfLine> Edges(List<PdfLine> page, int count)
    {
        var inner = page.Select(Height).Distinct().Order().Skip(count).SkipLast(count).ToHashSet();
        return page.Where(line => !inner.Contains(Height(line)));
    }

    private static double Height(PdfLine line) => Math.Round(line.BaseLine / SameLine);

    private static int PagesOf(IEnumerable<PdfLine> lines) => lines.Select(line => line.Page).Distinct().Count();

    private static IEnumerable<int> Numbers(PdfLine line) =>
        line
            .Text.Split(AroundNumbers, StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word.Length < 6 && word.All(char.IsAsciiDigit))
            .Select(word => int.Parse(word, CultureInfo.InvariantCulture));
}
