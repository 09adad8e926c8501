using System.Globalization;

namespace EmbeddingFunctions.Documents.Formats.Pdf;

/// <summary>What repeats at the head or foot of pages and is no part of the text: running titles, page numbers.</summary>
internal static class PdfFurniture
{
    private const int EdgeLines = 3;
    private const int FewestPages = 3;
    private const double MostPages = 0.4;

    /// <summary>
    /// The lines without those that repeat on many pages at the same height (the first one stays: it may be the only place
    /// where the title is), and without those that hold the number of their page.
    /// </summary>
    public static IReadOnlyList<PdfLine> Without(IReadOnlyList<PdfLine> lines)
    {
        var edges = lines.GroupBy(line => line.Page).SelectMany(Edges).ToList();
        var pages = lines.Select(line => line.Page).Distinct().Count();
        var enough = Math.Max(FewestPages, MostPages * pages);

        var left = new HashSet<PdfLine>(ReferenceEqualityComparer.Instance);
        foreach (var same in edges.GroupBy(line => (line.Text, Math.Round(line.BaseLine / 4))))
        {
            if (same.Select(line => line.Page).Distinct().Count() >= enough)
            {
                left.UnionWith(same.Skip(1));
            }
        }

        // Pages are numbered one by one, from wherever: the difference to their place in the file is the same.
        var numbered = edges.SelectMany(line =>
            Numbers(line).Select(number => (Line: line, Offset: number - line.Page))
        );
        foreach (var same in numbered.GroupBy(number => number.Offset))
        {
            if (same.Select(number => number.Line.Page).Distinct().Count() >= enough)
            {
                left.UnionWith(same.Select(number => number.Line));
            }
        }

        return [.. lines.Where(line => !left.Contains(line))];
    }

    private static IEnumerable<PdfLine> Edges(IEnumerable<PdfLine> page)
    {
        var byHeight = page.Where(line => line.Angle == 0).OrderByDescending(line => line.BaseLine).ToList();
        return byHeight.Where((_, i) => i < EdgeLines || i >= byHeight.Count - EdgeLines);
    }

    // A number alone, or before or after a running title.
    private static IEnumerable<int> Numbers(PdfLine line)
    {
        var words = line.Text.Split([' ', '\t', '-', '–', '—', '|', '/'], StringSplitOptions.RemoveEmptyEntries);
        return words is [] ? []
            : words is [.., _, "of" or "von" or "de" or "из", _] ? [.. Number(words[^3]), .. Number(words[^1])]
            : [.. Number(words[0]), .. Number(words[^1])];
    }

    private static IEnumerable<int> Number(string word) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 100_000
            ? [number]
            : [];
}
