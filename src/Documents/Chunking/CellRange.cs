using System.Globalization;
using System.Text.RegularExpressions;

namespace EmbeddingFunctions.Documents.Chunking;

/// <summary>Cells of a sheet as a <see cref="Block.Place"/> names them, such as <c>Costs!A2:D40</c>.</summary>
/// <param name="Sheet">All before the cells: the sheet and its mark, maybe the path of its file before that.</param>
/// <param name="FirstColumn">In letters.</param>
/// <param name="FirstRow">From 1.</param>
/// <param name="LastColumn">In letters.</param>
/// <param name="LastRow">From 1.</param>
internal sealed partial record CellRange(string Sheet, string FirstColumn, int FirstRow, string LastColumn, int LastRow)
{
    /// <summary>Null for a place that is no cells.</summary>
    public static CellRange? Parse(string? place)
    {
        if (place is null || Cells.Match(place) is not { Success: true } match)
        {
            return null;
        }

        var (column, row) = (match.Groups["column"].Value, Number("row"));
        return match.Groups["lastRow"].Success
            ? new(match.Groups["sheet"].Value, column, row, match.Groups["lastColumn"].Value, Number("lastRow"))
            : new(match.Groups["sheet"].Value, column, row, column, row);

        int Number(string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
    }

    /// <summary>The row that a line of a table is; all rows if some are hidden, so that lines do not tell rows.</summary>
    /// <param name="line">From 0.</param>
    /// <param name="lines">Lines of the table.</param>
    public CellRange OfLine(int line, int lines) =>
        lines == LastRow - FirstRow + 1 ? this with { FirstRow = FirstRow + line, LastRow = FirstRow + line } : this;

    /// <summary>The smallest range that has both; this one if the other is of another sheet.</summary>
    public CellRange With(CellRange other) =>
        string.Equals(other.Sheet, Sheet, StringComparison.Ordinal)
            ? this with
            {
                FirstColumn = IsBefore(other.FirstColumn, FirstColumn) ? other.FirstColumn : FirstColumn,
                FirstRow = Math.Min(FirstRow, other.FirstRow),
                LastColumn = IsBefore(LastColumn, other.LastColumn) ? other.LastColumn : LastColumn,
                LastRow = Math.Max(LastRow, other.LastRow),
            }
            : this;

    public override string ToString()
    {
        var (first, last) = (
            string.Create(CultureInfo.InvariantCulture, $"{FirstColumn}{FirstRow}"),
            string.Create(CultureInfo.InvariantCulture, $"{LastColumn}{LastRow}")
        );
        return first == last ? Sheet + first : $"{Sheet}{first}:{last}";
    }

    private static bool IsBefore(string column, string other) =>
        column.Length != other.Length ? column.Length < other.Length : string.CompareOrdinal(column, other) < 0;

    [GeneratedRegex(
        "^(?<sheet>.*!)(?<column>[A-Z]{1,3})(?<row>[0-9]{1,7})(:(?<lastColumn>[A-Z]{1,3})(?<lastRow>[0-9]{1,7}))?$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.Singleline
    )]
    private static partial Regex Cells { get; }
}
