using System.Xml.Linq;
using EmbeddingFunctions.Documents.Formats.Sheets;

namespace EmbeddingFunctions.Documents.Formats.OpenDocument;

/// <summary>The sheets of an office:spreadsheet: what cells show, dates as ISO 8601; no hidden sheet, row or column.</summary>
internal sealed class OdfSheets(BlockList blocks, OdfContext context)
{
    private readonly Grid _grid = new(blocks, context.Source);
    private readonly OdfWalk _walk = new(blocks, context);

    public void Visit(XElement spreadsheet)
    {
        foreach (var table in spreadsheet.Elements().Where(table => table.Is("table")))
        {
            if (!context.Styles.IsHidden("table", table.Value("style-name")))
            {
                _grid.BeginSheet(table.Value("name") ?? "");
                VisitRows(table);
                _grid.EndSheet();
                table.Elements().Where(shapes => shapes.Is("shapes")).ToList().ForEach(shapes => _walk.Visit(shapes));
            }
        }
    }

    private void VisitRows(XElement table)
    {
        var hidden = HiddenColumns(table);
        var last = 0;
        foreach (var row in OdfTable.Rows(table))
        {
            var first = last + 1;
            last = checked(last + OdfTable.Repeats(row));
            if (OdfTable.IsHidden(row))
            {
                _grid.SkipRows(first, last);
            }
            else if (Cells(row, hidden).ToList() is { Count: > 0 } cells)
            {
                var end = Math.Min(last, first + OdfTable.MostRepeats - 1);
                for (var number = first; number <= end; number++)
                {
                    _grid.AddRow(number, cells);
                }

                _grid.SkipRows(end + 1, last);
            }
        }
    }

    private static HashSet<int> HiddenColumns(XElement table)
    {
        var hidden = new HashSet<int>();
        var last = 0;
        foreach (var column in OdfTable.Columns(table))
        {
            var first = last + 1;
            last = Math.Min(last + OdfTable.Repeats(column), Grid.MostColumns);
            if (OdfTable.IsHidden(column))
            {
                hidden.UnionWith(Enumerable.Range(first, last - first + 1));
            }
        }

        return hidden;
    }

    private IEnumerable<Cell> Cells(XElement row, HashSet<int> hidden)
    {
        var last = 0;
        foreach (var cell in OdfTable.Cells(row))
        {
            var first = last + 1;
            last = checked(last + OdfTable.Repeats(cell));
            var text = Text(cell);
            for (
                var column = first;
                text.Length > 0 && column <= last && column - first < OdfTable.MostRepeats;
                column++
            )
            {
                if (!hidden.Contains(column))
                {
                    yield return new Cell(column, text);
                }
            }
        }
    }

    // What another cell covers is not seen; an error says nothing.
    private string Text(XElement cell) =>
        cell switch
        {
            _ when cell.Is("covered-table-cell") => "",
            _ when cell.Attributes().Any(type => type is { Name.LocalName: "value-type", Value: "error" }) => "",
            _ when cell.Value("value-type") is "date" && cell.Value("date-value") is { } date => date.Replace(
                    "T00:00:00",
                    "",
                    StringComparison.Ordinal
                )
                .Replace('T', ' '),
            _ => _walk.TextOf(cell),
        };
}
