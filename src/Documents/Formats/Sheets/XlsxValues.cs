using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace EmbeddingFunctions.Documents.Formats.Sheets;

/// <summary>What cells refer to: shared strings, number formats, the calendar.</summary>
internal sealed class XlsxValues
{
    private readonly CellText _text = new();
    private readonly List<string> _strings = [];
    private readonly List<string?> _formats;
    private readonly bool _is1904;

    public XlsxValues(WorkbookPart workbook)
    {
        _is1904 = workbook.Workbook?.WorkbookProperties?.Date1904?.Value ?? false;
        var styles = workbook.WorkbookStylesPart?.Stylesheet;
        var custom = (styles?.NumberingFormats?.Elements<NumberingFormat>() ?? [])
            .GroupBy(format => format.NumberFormatId?.Value ?? 0)
            .ToDictionary(format => format.Key, format => format.First().FormatCode?.Value);
        _formats =
        [
            .. (styles?.CellFormats?.Elements<CellFormat>() ?? [])
                .Select(format => format.NumberFormatId?.Value ?? 0)
                .Select(id => custom.TryGetValue(id, out var code) ? code : BuiltIn(id)),
        ];
        if (workbook.SharedStringTablePart is { } strings)
        {
            using var content = strings.GetStream(FileMode.Open, FileAccess.Read);
            _strings.AddRange(Items(content));
        }
    }

    private static IEnumerable<string> Items(Stream content)
    {
        using var reader = Xml.Read(content);
        while (!reader.EOF)
        {
            if (reader is { NodeType: XmlNodeType.Element, LocalName: "si" })
            {
                yield return TextOf((XElement)XNode.ReadFrom(reader));
            }
            else
            {
                reader.Read();
            }
        }
    }

    /// <summary>What a cell shows; "" for an error.</summary>
    public string Text(string value, string? type, int style) =>
        type switch
        {
            "s" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var index) => index
            < _strings.Count
                ? _strings[index]
                : throw new InvalidDataException(),
            "str" or "inlineStr" => Unescaped(value),
            "b" => value.Trim() is "1" or "true" ? "TRUE" : "FALSE",
            "d"
                when DateTime.TryParse(
                    value,
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.RoundtripKind,
                    out var moment
                ) => CellText.Of(moment),
            null or "n" when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) =>
                _text.Of(number, style >= 0 && style < _formats.Count ? _formats[style] : null, _is1904),
            _ => "",
        };

    /// <summary>The text of a string item, joined from its runs; how it is read aloud (rPh) is no part of it.</summary>
    public static string TextOf(XElement item) =>
        Unescaped(
            string.Concat(
                item.Elements()
                    .SelectMany(part => part.Is("r") ? part.Elements() : [part])
                    .Where(part => part.Is("t"))
                    .Select(part => part.Value)
            )
        );

    // Excel writes control characters as _x000D_.
    private static string Unescaped(string text) =>
        text.Contains("_x", StringComparison.Ordinal) ? XmlConvert.DecodeName(text) : text;

    // ECMA-376 part 1, 18.8.30; those of 27 to 58 that depend on the language are dates and times all.
    private static string? BuiltIn(uint id) =>
        id switch
        {
            1 => "0",
            2 => "0.00",
            3 or 37 or 38 or 41 or 42 => "#,##0",
            4 or 39 or 40 or 43 or 44 => "#,##0.00",
            9 => "0%",
            10 => "0.00%",
            11 or 48 => "0.00E+00",
            12 or 13 => "# ??/??",
            46 => "[h]:mm:ss",
            (>= 14 and <= 22) or (>= 27 and <= 36) or 45 or 47 or (>= 50 and <= 58) => "yyyy-mm-dd",
            _ => null,
        };
}
