using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace EmbeddingFunctions.Documents.Formats.Sheets;

/// <summary>The cells of one sheet as they stream by. Rows and cells need not say where they are: then they follow the one before.</summary>
internal sealed class XlsxSheet(XlsxValues values, Grid grid)
{
    private readonly HashSet<int> _hiddenColumns = [];
    private readonly List<Cell> _cells = [];
    private int _row;
    private int _column;
    private bool _isRowHidden;

    public void Read(Stream content)
    {
        using var reader = Xml.Read(content);
        while (!reader.EOF)
        {
            switch (reader.NodeType, reader.LocalName)
            {
                case (XmlNodeType.Element, "col"):
                    HideColumns(reader);
                    break;
                case (XmlNodeType.Element, "row"):
                    EndRow();
                    BeginRow(reader);
                    break;
                case (XmlNodeType.Element, "c"):
                    AddCell((XElement)XNode.ReadFrom(reader));
                    continue;
                case (XmlNodeType.EndElement, "sheetData"):
                    EndRow();
                    return;
            }

            reader.Read();
        }
    }

    private void HideColumns(XmlReader column)
    {
        if (Xml.IsTrue(column.GetAttribute("hidden")))
        {
            var first = Number(column.GetAttribute("min")) ?? 1;
            var last = Math.Min(Number(column.GetAttribute("max")) ?? first, Grid.MostColumns);
            _hiddenColumns.UnionWith(Enumerable.Range(first, Math.Max(0, last - first + 1)));
        }
    }

    private void BeginRow(XmlReader row)
    {
        _row = Number(row.GetAttribute("r")) ?? (_row + 1);
        _column = 0;
        _isRowHidden = Xml.IsTrue(row.GetAttribute("hidden"));
    }

    private void EndRow()
    {
        if (_isRowHidden)
        {
            grid.SkipRows(_row, _row);
        }
        else
        {
            grid.AddRow(_row, _cells);
        }

        _cells.Clear();
        _isRowHidden = false;
    }

    private void AddCell(XElement cell)
    {
        _column = cell.Value("r") is { } place ? ColumnOf(place) : _column + 1;
        if (_column is < 1 or > Grid.MostColumns || _cells.Count == Grid.MostColumns)
        {
            throw new InvalidDataException();
        }

        if (_isRowHidden || _hiddenColumns.Contains(_column))
        {
            return;
        }

        var text = cell.Child("is") is { } item
            ? XlsxValues.TextOf(item)
            : values.Text(cell.Child("v")?.Value ?? "", cell.Value("t"), Number(cell.Value("s")) ?? 0);
        if (text.Length > 0)
        {
            _cells.Add(new Cell(_column, text));
        }
    }

    private static int? Number(string? text) =>
        text is null ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new InvalidDataException();

    // "BC12" is in column 55.
    private static int ColumnOf(string place) =>
        place
            .TakeWhile(char.IsAsciiLetter)
            .Take(4)
            .Aggregate(0, (column, letter) => (column * 26) + (char.ToUpperInvariant(letter) - 'A' + 1));
}
