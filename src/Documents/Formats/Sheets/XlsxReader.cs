using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using EmbeddingFunctions.Documents.Formats.Office;

namespace EmbeddingFunctions.Documents.Formats.Sheets;

/// <summary>
/// What a workbook shows: results of formulas, dates as dates; no hidden sheet, row or column. Cells are streamed: ExcelDataReader
/// visits every cell up to the last one, 17 billion if that is XFD1048576.
/// </summary>
internal sealed class XlsxReader : IFormatReader
{
    public string Name => "Excel workbook";

    public Document Read(Source source)
    {
        using var package = SpreadsheetDocument.Open(
            OfficePackage.Open(source),
            isEditable: false,
            OfficePackage.Settings
        );
        var main = package.WorkbookPart ?? throw new InvalidDataException();
        var workbook = main.Workbook ?? throw new InvalidDataException();

        var blocks = new BlockList();
        var grid = new Grid(blocks, source);
        var values = new XlsxValues(main);
        foreach (var sheet in workbook.Sheets?.Elements<Sheet>() ?? [])
        {
            if (sheet.State is not null && sheet.State.Value != SheetStateValues.Visible)
            {
                continue;
            }

            // A sheet may also be a single chart.
            if (sheet.Id?.Value is { } id && main.GetPartById(id) is WorksheetPart part)
            {
                grid.BeginSheet(sheet.Name?.Value ?? "");
                using (var content = part.GetStream(FileMode.Open, FileAccess.Read))
                {
                    new XlsxSheet(values, grid).Read(content);
                }

                grid.EndSheet();
                if (part.DrawingsPart is { } drawing)
                {
                    new DrawingWalk(blocks, source).Visit(drawing, DrawingWalk.Load(drawing));
                }
            }
        }

        return OfficePackage.Document(package, "spreadsheetml.sheet", blocks, language: null);
    }
}
