using System.Text;
using ExcelDataReader;
using ExcelDataReader.Exceptions;

namespace EmbeddingFunctions.Documents.Formats.Sheets;

/// <summary>What a workbook of Excel 97 to 2003 or before shows; no hidden sheet, row or column.</summary>
internal sealed class XlsReader : IFormatReader
{
    // The library visits every cell up to the last one: 256 columns of 65,536 rows unless the file lies.
    private const long MostPositions = 256 * 65_536;

    static XlsReader() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public string Name => "Excel workbook";

    public Document Read(Source source)
    {
        using var reader = Open(source);
        var blocks = new BlockList();
        var grid = new Grid(blocks, source);
        var text = new CellText();
        do
        {
            if (reader.VisibleState is null or "visible")
            {
                grid.BeginSheet(reader.Name ?? "");
                ReadSheet(reader, grid, text);
                grid.EndSheet();
            }
        } while (reader.NextResult());

        return new Document
        {
            ContentType = "application/vnd.ms-excel",
            Language = Language.Of(blocks),
            Blocks = blocks,
        };
    }

    private static IExcelDataReader Open(Source source)
    {
        try
        {
            return ExcelReaderFactory.CreateReader(new MemoryStream(source.Bytes, writable: false));
        }
        catch (InvalidPasswordException)
        {
            throw new DocumentException(DocumentFault.Encrypted, "The Excel workbook needs a password.");
        }
    }

    private static void ReadSheet(IExcelDataReader reader, Grid grid, CellText text)
    {
        if ((long)reader.RowCount * reader.FieldCount > MostPositions)
        {
            throw new DocumentException(
                DocumentFault.TooLarge,
                $"A sheet spans {reader.RowCount:N0} rows and {reader.FieldCount:N0} columns; {MostPositions:N0} cells are allowed."
            );
        }

        var columns = Enumerable
            .Range(0, reader.FieldCount)
            .Where(column => reader.GetColumnWidth(column) > 0)
            .ToList();
        for (var row = 1; reader.Read(); row++)
        {
            if (reader.RowHeight == 0)
            {
                grid.SkipRows(row, row);
            }
            else
            {
                grid.AddRow(row, columns.Select(column => new Cell(column + 1, Text(reader, column, text))));
            }
        }
    }

    private static string Text(IExcelDataReader reader, int column, CellText text) =>
        reader.GetValue(column) switch
        {
            string words => words,
            DateTime moment => CellText.Of(moment),
            TimeSpan span => text.Of(span.TotalDays, "[h]:mm:ss"),
            bool truth => truth ? "TRUE" : "FALSE",
            double number => text.Of(number, reader.GetNumberFormatString(column)),
            int number => text.Of(number, reader.GetNumberFormatString(column)),
            _ => "",
        };
}
