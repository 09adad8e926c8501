using System.Globalization;
using System.Xml.Linq;

namespace EmbeddingFunctions.Documents.Formats.OpenDocument;

/// <summary>Rows, columns and cells of a table:table, their groups opened. What repeats is stored once with a count.</summary>
internal static class OdfTable
{
    /// <summary>Most times that a row or cell with text is read again: a file can claim millions of them in a line.</summary>
    public const int MostRepeats = 64;

    private const int MostRows = 1_048_576;

    public static IEnumerable<XElement> Rows(XElement table) =>
        Parts(table, "table-row", "table-rows", "table-header-rows", "table-row-group");

    public static IEnumerable<XElement> Columns(XElement table) =>
        Parts(table, "table-column", "table-columns", "table-header-columns", "table-column-group");

    /// <summary>The cells, those that another one covers too.</summary>
    public static IEnumerable<XElement> Cells(XElement row) =>
        row.Elements().Where(cell => cell.Name.LocalName is "table-cell" or "covered-table-cell");

    public static bool IsHidden(XElement rowOrColumn) => rowOrColumn.Value("visibility") is "collapse" or "filter";

    /// <summary>How often a row, column or cell stands there: 1 to 1,048,576.</summary>
    public static int Repeats(XElement element) =>
        (element.Value("number-rows-repeated") ?? element.Value("number-columns-repeated")) is { } count
            ? long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var times)
                ? (int)long.Clamp(times, 1, MostRows)
                : throw new InvalidDataException()
            : 1;

    private static IEnumerable<XElement> Parts(XElement parent, string name, params string[] groups) =>
        parent
            .Elements()
            .SelectMany(child =>
                child.Is(name) ? [child]
                : groups.Contains(child.Name.LocalName, StringComparer.Ordinal) ? Parts(child, name, groups)
                : []
            );
}
