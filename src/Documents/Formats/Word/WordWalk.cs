using System.Globalization;
using System.Text;
using System.Xml.Linq;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using EmbeddingFunctions.Documents.Formats.Office;
using GraphicData = DocumentFormat.OpenXml.Drawing.GraphicData;
using MathFraction = DocumentFormat.OpenXml.Math.Fraction;
using MathText = DocumentFormat.OpenXml.Math.Text;

namespace EmbeddingFunctions.Documents.Formats.Word;

/// <summary>
/// Walks the elements of a Word document in reading order; what it does not know is walked through. Recursion is as
/// deep as the XML, which was measured before.
/// </summary>
internal sealed class WordWalk(BlockList blocks, Styles styles, Notes notes, MainDocumentPart main, Source source)
{
    private const string WordNamespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    private const int MostColumnsSpanned = 64;

    private readonly StringBuilder _line = new();

    // One for each field that is open: true until its instructions end and its result begins.
    private readonly Stack<bool> _fields = new();

    // What stands beside the text of a paragraph (a text box, a note) follows it.
    private readonly List<(OpenXmlElement Element, string Mark)> _aside = [];

    private ParagraphProperties? _paragraph;
    private bool _isHidden;

    public void Visit(OpenXmlElement parent, string mark = "")
    {
        _line.Append(mark);
        VisitChildren(parent);
        Flush();
    }

    private void VisitChildren(OpenXmlElement parent)
    {
        for (var child = parent.FirstChild; child is not null; child = child.NextSibling())
        {
            VisitElement(child);
        }
    }

    private void VisitElement(OpenXmlElement element)
    {
        switch (element)
        {
            case Paragraph paragraph:
                VisitParagraph(paragraph);
                break;
            case Table table:
                Flush();
                VisitTable(table);
                break;
            case SdtBlock contents when IsTableOfContents(contents):
            case DeletedRun or MoveFromRun or RubyContent or ParagraphProperties or SectionProperties:
                break;
            case AlternateContent alternatives:
                VisitOneOf(alternatives);
                break;
            case OpenXmlUnknownElement { NamespaceUri: WordNamespace } wrapper:
                VisitChildren(Unwrapped(wrapper));
                break;
            case MathFraction fraction:
                VisitElement(fraction.Numerator ?? new());
                VisitLeaf(new MathText("/"));
                VisitElement(fraction.Denominator ?? new());
                break;
            case TextBoxContent:
            case GraphicData graphic when DrawingWalk.HasText(graphic.Uri?.Value):
                _aside.Add((element, ""));
                break;
            case Run run:
                _isHidden = styles.IsHidden(run.RunProperties, _paragraph);
                VisitChildren(run);
                _isHidden = false;
                break;
            default:
                VisitLeaf(element);
                VisitChildren(element);
                break;
        }
    }

    private void VisitLeaf(OpenXmlElement leaf)
    {
        switch (leaf)
        {
            case FieldChar field:
                VisitField(field.FieldCharType?.Value);
                break;
            case var _ when _isHidden || _fields.Contains(true):
                break;
            case Text text:
                _line.Append(text.Text);
                break;
            case MathText text:
                _line.Append(text.Text);
                break;
            case TabChar or PositionalTab:
                _line.Append('\t');
                break;
            case Break or CarriageReturn:
                _line.Append('\n');
                break;
            case NoBreakHyphen:
                _line.Append('-');
                break;
            case FootnoteEndnoteReferenceType reference when notes.Take(reference) is var (note, number):
                var mark = string.Create(CultureInfo.InvariantCulture, $"[{number}]");
                _line.Append(mark);
                _aside.Add((note, mark + " "));
                break;
        }
    }

    private void VisitField(FieldCharValues? type)
    {
        if (type == FieldCharValues.Begin)
        {
            _fields.Push(true);
        }
        else if (_fields.TryPop(out _) && type == FieldCharValues.Separate)
        {
            _fields.Push(false);
        }
    }

    private void VisitParagraph(Paragraph paragraph)
    {
        source.CancellationToken.ThrowIfCancellationRequested();
        var outer = _paragraph;
        _paragraph = paragraph.ParagraphProperties;
        VisitChildren(paragraph);
        if (styles.IsOfContents(_paragraph))
        {
            _line.Clear();
        }

        // A paragraph whose mark was deleted goes on in the next one.
        if (_paragraph?.ParagraphMarkRunProperties?.GetFirstChild<Deleted>() is null)
        {
            Flush();
        }

        _paragraph = outer;
    }

    private void Flush()
    {
        var level = styles.HeadingLevel(_paragraph);
        var kind = level switch
        {
            > 0 => BlockKind.Heading,
            _ when styles.IsListItem(_paragraph) => BlockKind.ListItem,
            _ => BlockKind.Paragraph,
        };
        blocks.Add(kind, _line.ToString(), level);
        _line.Clear();

        var aside = _aside.ToList();
        _aside.Clear();
        foreach (var (element, mark) in aside)
        {
            if (element is GraphicData)
            {
                new DrawingWalk(blocks, source).VisitGraphic(XElement.Parse(element.OuterXml), main);
            }
            else
            {
                new WordWalk(blocks, styles, notes, main, source).Visit(element, mark);
            }
        }
    }

    private void VisitOneOf(AlternateContent alternatives)
    {
        var before = (_line.Length, _aside.Count, blocks.Count);
        foreach (
            var alternative in alternatives
                .ChildElements.Where(IsUnderstood)
                .TakeWhile(_ => (_line.Length, _aside.Count, blocks.Count) == before)
        )
        {
            VisitChildren(alternative);
        }
    }

    private static bool IsUnderstood(OpenXmlElement alternative) =>
        Alternatives.AreUnderstood((alternative as AlternateContentChoice)?.Requires, alternative.LookupNamespace);

    // What is inside a wrapper that the library does not know, such as a smart tag, is unknown to it too until it is parsed
    // without the wrapper.
    private static OpenXmlCompositeElement Unwrapped(OpenXmlElement wrapper) =>
        wrapper.ChildElements.Any(child => child.LocalName is "p" or "tbl")
            ? new Body { InnerXml = wrapper.InnerXml }
            : new Paragraph { InnerXml = wrapper.InnerXml };

    private void VisitTable(Table table)
    {
        var rows = Inside<TableRow>(table)
            .Where(row => row.TableRowProperties?.GetFirstChild<Deleted>() is null)
            .Where(row => Styles.IsOn(row.TableRowProperties?.GetFirstChild<Hidden>()) is not true)
            .Select(row =>
                (
                    Before: row.TableRowProperties?.GetFirstChild<GridBefore>()?.Val?.Value ?? 0,
                    Cells: Inside<TableCell>(row)
                        .Where(cell => cell.TableCellProperties?.GetFirstChild<CellDeletion>() is null)
                        .ToList()
                )
            )
            .ToList();
        if (rows.TrueForAll(row => row.Cells.Count <= 1))
        {
            // It frames a text.
            rows.ForEach(row => row.Cells.ForEach(cell => Visit(cell)));
            return;
        }

        blocks.AddTable(
            rows.Select(row => (IReadOnlyList<string>)[.. Blank(row.Before), .. row.Cells.SelectMany(Columns)]).ToList()
        );
    }

    private static IEnumerable<string> Blank(int columns) =>
        Enumerable.Repeat("", Math.Clamp(columns, 0, MostColumnsSpanned));

    private IEnumerable<string> Columns(TableCell cell)
    {
        source.CancellationToken.ThrowIfCancellationRequested();
        var properties = cell.TableCellProperties;
        var isMerged =
            properties?.VerticalMerge is { } merge
            && (merge.Val is null || merge.Val.Value == MergedCellValues.Continue);
        yield return isMerged ? "" : TextOf(cell);
        foreach (var blank in Blank((properties?.GridSpan?.Val?.Value ?? 1) - 1))
        {
            yield return blank;
        }
    }

    private string TextOf(TableCell cell)
    {
        var inner = new BlockList();
        new WordWalk(inner, styles, notes, main, source).Visit(cell);
        return string.Join(' ', inner.Select(block => block.Text));
    }

    // Rows and cells may be wrapped, as in content controls.
    private static IEnumerable<T> Inside<T>(OpenXmlElement parent)
        where T : OpenXmlElement =>
        parent.ChildElements.SelectMany(child =>
            child switch
            {
                T found => [found],
                Table or TableRow or TableCell or Paragraph or DeletedRun => [],
                _ => Inside<T>(child),
            }
        );

    private static bool IsTableOfContents(SdtBlock contents) =>
        contents
            .SdtProperties?.GetFirstChild<SdtContentDocPartObject>()
            ?.DocPartGallery?.Val?.Value?.Contains("Table of Contents", StringComparison.OrdinalIgnoreCase)
            is true;
}
