using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace EmbeddingFunctions.Documents.Formats.OpenDocument;

/// <summary>
/// Walks text in reading order as it is shown: no deletions, comments, indexes, hidden text. What it does not know is walked through.
/// Recursion is as deep as the XML, which was measured before.
/// </summary>
internal sealed class OdfWalk(BlockList blocks, OdfContext context, int? page = null)
{
    private const int MostSpaces = 64;
    private const int DeepestHeading = 6;

    private readonly StringBuilder _line = new();

    // What stands beside the text of a paragraph (a text box, a note) follows it.
    private readonly List<(XElement Element, string Mark)> _aside = [];

    private bool _isInParagraph;
    private bool _isInList;

    public void Visit(XElement parent, string mark = "")
    {
        _line.Append(mark);
        VisitChildren(parent);
        Flush(BlockKind.Paragraph);
    }

    /// <summary>Adds a shape of a slide; its title is a heading.</summary>
    public void VisitShape(XElement shape)
    {
        if (IsTitle(shape))
        {
            blocks.Add(BlockKind.Heading, TextOf(shape), level: 1, page);
        }
        else
        {
            VisitElement(shape);
        }
    }

    public static bool IsTitle(XElement shape) => shape.Value("class") is "title";

    /// <summary>The text in one line, its paragraphs joined by spaces.</summary>
    public string TextOf(XElement parent)
    {
        var inner = new BlockList();
        new OdfWalk(inner, context).Visit(parent);
        return string.Join(' ', inner.Select(block => block.Text));
    }

    private void VisitChildren(XElement parent)
    {
        foreach (var node in parent.Nodes())
        {
            switch (node)
            {
                case XText text when _isInParagraph:
                    AppendInline(text.Value);
                    break;
                case XElement element:
                    VisitElement(element);
                    break;
            }
        }
    }

    private void VisitElement(XElement element)
    {
        switch (Odf.Name(element))
        {
            case "text:p":
                VisitParagraph(element, context.Styles.HeadingLevel(element.Value("style-name")));
                break;
            case "text:h":
                VisitParagraph(element, Math.Clamp(OutlineLevel(element), 1, DeepestHeading));
                break;
            case "text:list":
                var outer = _isInList;
                _isInList = true;
                VisitChildren(element);
                _isInList = outer;
                break;
            case "text:section" when IsHiddenSection(element):
            case "text:span" when context.Styles.IsHidden("text", element.Value("style-name")):
            case "text:hidden-text" when Xml.IsTrue(element.Value("is-hidden")):
            case var name when IsLeftOut(name, element):
                break;
            case "text:note":
                var mark = string.Create(CultureInfo.InvariantCulture, $"[{++context.Notes}]");
                _line.Append(mark);
                _aside.Add((element.Child("note-body") ?? element, mark + " "));
                break;
            case "text:s":
                _line.Append(
                    ' ',
                    Math.Clamp(
                        int.TryParse(element.Value("c"), CultureInfo.InvariantCulture, out var count) ? count : 1,
                        1,
                        MostSpaces
                    )
                );
                break;
            case "text:tab":
                _line.Append('\t');
                break;
            case "text:line-break":
                _line.Append('\n');
                break;
            case "table:table":
                Flush(BlockKind.Paragraph);
                VisitTable(element);
                break;
            case "draw:a":
                VisitChildren(element);
                break;
            case var name when _isInParagraph && name.StartsWith("draw:", StringComparison.Ordinal):
                _aside.Add((element, ""));
                break;
            default:
                VisitChildren(element);
                break;
        }
    }

    private static int OutlineLevel(XElement heading) =>
        int.TryParse(heading.Value("outline-level"), CultureInfo.InvariantCulture, out var level) ? level : 1;

    // A condition was computed when the file was saved.
    private static bool IsHiddenSection(XElement section) =>
        section.Value("display") switch
        {
            "none" => true,
            "condition" => Xml.IsTrue(section.Value("is-hidden")),
            _ => false,
        };

    private static bool IsLeftOut(string name, XElement element) =>
        name switch
        {
            "text:tracked-changes" or "office:annotation" or "office:forms" or "text:ruby-text" => true,
            "text:table-of-content" or "text:alphabetical-index" or "text:illustration-index" => true,
            "text:table-index" or "text:object-index" or "text:user-index" => true,
            "text:page-number" or "presentation:notes" => true,
            "presentation:header" or "presentation:footer" or "presentation:date-time" => true,
            "svg:title" or "svg:desc" => true,
            _ when name.StartsWith("draw:", StringComparison.Ordinal) => element.Value("display") is "none"
                || element.Value("class") is "page-number" or "date-time" or "footer" or "header",
            _ => false,
        };

    private void VisitParagraph(XElement paragraph, int level)
    {
        context.Source.CancellationToken.ThrowIfCancellationRequested();
        if (
            context.Styles.IsHidden("paragraph", paragraph.Value("style-name"))
            || paragraph.Elements().Any(field => field.Is("hidden-paragraph") && Xml.IsTrue(field.Value("is-hidden")))
        )
        {
            return;
        }

        var outer = _isInParagraph;
        _isInParagraph = true;
        VisitChildren(paragraph);
        _isInParagraph = outer;
        Flush(
            level > 0 ? BlockKind.Heading
                : _isInList ? BlockKind.ListItem
                : BlockKind.Paragraph,
            level
        );
    }

    private void Flush(BlockKind kind, int level = 0)
    {
        blocks.Add(kind, _line.ToString(), level, page);
        _line.Clear();

        var aside = _aside.ToList();
        _aside.Clear();
        foreach (var (element, mark) in aside)
        {
            new OdfWalk(blocks, context, page).Visit(element, mark);
        }
    }

    // White space between words is layout; what is meant is written as text:s, text:tab, text:line-break.
    private void AppendInline(string text)
    {
        foreach (var c in text)
        {
            if (c is not (' ' or '\t' or '\n' or '\r'))
            {
                _line.Append(c);
            }
            else if (_line.Length > 0 && _line[^1] is not (' ' or '\n'))
            {
                _line.Append(' ');
            }
        }
    }

    private void VisitTable(XElement table)
    {
        var rows = OdfTable.Rows(table).Where(row => !OdfTable.IsHidden(row)).ToList();
        if (rows.TrueForAll(row => OdfTable.Cells(row).Sum(OdfTable.Repeats) <= 1))
        {
            // It frames a text.
            rows.SelectMany(OdfTable.Cells).ToList().ForEach(cell => new OdfWalk(blocks, context, page).Visit(cell));
            return;
        }

        blocks.AddTable(
            rows.SelectMany(row =>
                Repeated(row, (IReadOnlyList<string>)[.. OdfTable.Cells(row).SelectMany(Texts)], Length)
            ),
            page
        );
    }

    private IEnumerable<string> Texts(XElement cell) =>
        Repeated(cell, cell.Is("covered-table-cell") ? "" : TextOf(cell), text => text.Length);

    private static int Length(IReadOnlyList<string> row) => row.Sum(text => text.Length + " | ".Length);

    // Tables inside tables multiply.
    private IEnumerable<T> Repeated<T>(XElement element, T content, Func<T, int> length)
    {
        var repeats = Math.Min(OdfTable.Repeats(element), OdfTable.MostRepeats);
        context.Repeated.Spend(sizeof(char) * (long)repeats * length(content));
        return Enumerable.Repeat(content, repeats);
    }
}

/// <summary>What the walks through one file share.</summary>
internal sealed class OdfContext(OdfStyles styles, Source source)
{
    public OdfStyles Styles => styles;

    public Source Source => source;

    /// <summary>Bounds text that the file repeats.</summary>
    public CountingStream.Budget Repeated { get; } = new(source);

    public int Notes { get; set; }
}
