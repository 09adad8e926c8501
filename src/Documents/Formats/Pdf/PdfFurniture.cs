using System.Globalization;

namespace EmbeddingFunctions.Documents.Formats.Pdf;

/// <summary>What repeats at the head or foot of pages and is no part of the text: running titles, page numbers.</summary>
internal static class PdfFurniture
{
    private const int EdgeLines = 3;
    private const int FewestPages = 3;
    private const double MostPages = 0.4;
    private const double MostLines = 0.6;

    /// <summary>
    /// The lines without those that repeat on many pages at the same height (the first one stays: it may be the only place
    /// where the title is), and without those that hold the number of their page.
    /// </summary>
    public static IReadOnlyList<PdfLine> Without(IReadOnlyList<PdfLine> lines)
    {
        var edges = lines.GroupBy(line => line.Page).SelectMany(Edges).ToList();
        var pages = lines.Select(line => line.Page).Distinct().Count();
        var enough = Math.Max(FewestPages, MostPages * pages);

        var gone = new HashSet<PdfLine>(ReferenceEqualityComparer.Instance);
        foreach (var level in edges.GroupBy(line => Math.Round(line.BaseLine / 4)).Select(level => level.ToList()))
        {
            if (PagesOf(level) < enough)
            {
                continue;
            }

            foreach (var same in level.GroupBy(line => line.Text, StringComparer.Ordinal))
            {
                gone.UnionWith(PagesOf(same) >= enough ? same.Skip(1) : []);
            }

            // The names of chapters and sections: each is on some pages only, but with its neighbours they are on most.
            var pagesOfCell = level
                .SelectMany(line => line.Cells.Select(cell => (cell.Text, line.Page)).Distinct())
                .CountBy(cell => cell.Text)
                .ToDictionary();
            if (level.Count(line => line.Cells.Any(cell => pagesOfCell[cell.Text] > 1)) > MostLines * level.Count)
            {
                gone.UnionWith(level.Skip(1));
            }
        }

        // Pages are numbered one by one, from wherever: the difference to their place in the file is the same.
        var numbered = edges.SelectMany(line =>
            Numbers(line)
                .Select(number => (Line: line, Offset: number - line.Page, Height: Math.Round(line.BaseLine / 4)))
        );
        foreach (var same in numbered.GroupBy(number => (number.Offset, number.Height)))
        {
            if (PagesOf(same.Select(number => number.Line)) >= enough)
            {
                gone.UnionWith(same.Select(number => number.Line));
            }
        }

        return [.. lines.Where(line => !gone.Contains(line))];
    }

    private static int PagesOf(IEnumerable<PdfLine> lines) => lines.Select(line => line.Page).Distinct().Count();

    private static IEnumerable<PdfLine> Edges(IEnumerable<PdfLine> page)
    {
        var byHeight = page.Where(line => line.Angle == 0).OrderByDescending(line => line.BaseLine).ToList();
        return byHeight.Where((_, i) => i < EdgeLines || i >= byHeight.Count - EdgeLines);
    }

    private static IEnumerable<int> Numbers(PdfLine line) =>
        line
            .Text.Split(
                [' ', '\t', '-', '–', '—', '|', '/', '第', '页', '頁', 'ペ', 'ー', 'ジ'],
                StringSplitOptions.RemoveEmptyEntries
            )
            .Where(word => word.Length < 6 && word.All(char.IsAsciiDigit))
            .Select(word => int.Parse(word, CultureInfo.InvariantCulture));
}
