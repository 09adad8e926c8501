using System.Globalization;

namespace EmbeddingFunctions.Documents.Formats.Sheets;

/// <summary>
/// Turns the cells of sheets into blocks: a heading for a sheet, a table for each run of rows; an empty row parts two tables. Rows of
/// one cell that stand alone or above a table are paragraphs: titles and remarks.
/// </summary>
internal sealed class Grid(BlockList blocks, Source source)
{
    /// <summary>Columns of the largest sheets there are.</summary>
    public const int MostColumns = 16_384;

    // Empty cells inside rows count too. More than that is data, not something to be read.
    private const int MostCells = 1_000_000;

    private readonly CountingStream.Budget _text = new(source);
    private readonly List<(int Number, List<Cell> Cells)> _rows = [];
    private string _sheet = "";
    private bool _isNamed;
    private int _last;
    private int _cells;

    public void BeginSheet(string name)
    {
        EndTable();
        (_sheet, _isNamed, _last) = (name, false, 0);
    }

    public void EndSheet() => EndTable();

    /// <summary>Adds a row; rows come in order.</summary>
    /// <param name="number">From 1.</param>
    public void AddRow(int number, IEnumerable<Cell> cells)
    {
        source.CancellationToken.ThrowIfCancellationRequested();
        var filled = cells.Where(cell => !string.IsNullOrWhiteSpace(cell.Text)).OrderBy(cell => cell.Column).ToList();
        if (filled.Count > 0)
        {
            SkipRows(number, number);
            Count(filled.Count);
            filled.ForEach(cell => _text.Spend(sizeof(char) * (long)cell.Text.Length));
            _rows.Add((number, filled));
        }
    }

    /// <summary>Rows that nobody sees: they neither show nor part.</summary>
    public void SkipRows(int first, int last)
    {
        if (first != _last + 1)
        {
            EndTable();
        }

        _last = last;
    }

    private void EndTable()
    {
        if (_rows.Count > 0 && !_isNamed)
        {
            blocks.Add(BlockKind.Heading, _sheet, level: 1);
            _isNamed = true;
        }

        var lines = _rows.TakeWhile(row => row.Cells.Count == 1).ToList();
        foreach (var (number, cells) in lines)
        {
            blocks.Add(
                BlockKind.Paragraph,
                cells[0].Text,
                place: Place(number, cells[0].Column, number, cells[0].Column)
            );
        }

        AddTable(_rows.Skip(lines.Count).ToList());
        _rows.Clear();
    }

    private void AddTable(List<(int Number, List<Cell> Cells)> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        // Columns that are empty from top to bottom are left out.
        var columns = rows.SelectMany(row => row.Cells.Select(cell => cell.Column)).Distinct().Order().ToList();
        var places = columns.Index().ToDictionary(column => column.Item, column => column.Index);
        blocks.AddTable(
            rows.Select(row =>
            {
                var texts = new string[places[row.Cells[^1].Column] + 1];
                Array.Fill(texts, "");
                Count(texts.Length - row.Cells.Count);
                row.Cells.ForEach(cell => texts[places[cell.Column]] = cell.Text);
                return (IReadOnlyList<string>)texts;
            }),
            place: Place(rows[0].Number, columns[0], rows[^1].Number, columns[^1])
        );
    }

    private void Count(int cells)
    {
        if ((_cells += cells) > MostCells)
        {
            throw new DocumentException(
                DocumentFault.TooLarge,
                $"The sheets have more than the {MostCells:N0} cells allowed."
            );
        }
    }

    private string Place(int firstRow, int firstColumn, int lastRow, int lastColumn)
    {
        var name = _sheet.All(c => char.IsLetterOrDigit(c) || c == '_')
            ? _sheet
            : $"'{_sheet.Replace("'", "''", StringComparison.Ordinal)}'";
        var first = Letters(firstColumn) + firstRow.ToString(CultureInfo.InvariantCulture);
        var last = Letters(lastColumn) + lastRow.ToString(CultureInfo.InvariantCulture);
        return first == last ? $"{name}!{first}" : $"{name}!{first}:{last}";
    }

    private static string Letters(int column)
    {
        var letters = "";
        for (; column > 0; column = (column - 1) / 26)
        {
            letters = (char)('A' + ((column - 1) % 26)) + letters;
        }

        return letters;
    }
}

/// <summary>A cell that has a text.</summary>
/// <param name="Column">From 1.</param>
/// <param name="Text">What it shows.</param>
internal readonly record struct Cell(int Column, string Text);
