using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>What a reader of the page came for: no navigation, no page header or footer, no scripts.</summary>
internal sealed partial class HtmlReader(string html) : IFormatReader
{
    private const int MostElements = 2_000_000;

    public string Name => "HTML page";

    public bool HasText => true;

    public Document Read(Source source)
    {
        var page = Parse(html, source);
        var blocks = new BlockList();
        if (page.Body is { } body)
        {
            new Walk(blocks).Visit(body);
        }

        var title = BlockList.OneLine(page.Title ?? "");
        return new Document
        {
            ContentType = "text/html",
            Title = title.Length > 0 ? title : null,
            Author = Properties.Line(Meta(page, "author")),
            Created = Properties.Moment(Meta(page, "article:published_time", "dcterms.created", "created", "date")),
            Modified = Properties.Moment(Meta(page, "article:modified_time", "dcterms.modified", "changed")),
            Language = Language.Of(blocks, page.DocumentElement?.GetAttribute("lang")),
            Blocks = blocks,
        };
    }

    private static string? Meta(IHtmlDocument page, params string[] names) =>
        page
            .Head?.Children.FirstOrDefault(element =>
                element.LocalName is "meta"
                && names.Contains(
                    element.GetAttribute("name") ?? element.GetAttribute("property"),
                    StringComparer.OrdinalIgnoreCase
                )
            )
            ?.GetAttribute("content");

    /// <summary>Adds the blocks of a piece of HTML, such as one inside Markdown; it may begin inside a table.</summary>
    public static void AddFragment(string html, BlockList blocks, Source source)
    {
        if (Parse(PartOfTable.IsMatch(html) ? "<table>" + html : html, source).Body is { } body)
        {
            new Walk(blocks).Visit(body);
        }
    }

    /// <summary>Adds the blocks of a chapter of a book: what frames a page of a site is text there.</summary>
    public static void AddChapter(string html, BlockList blocks, Source source)
    {
        if (Parser(source).ParseDocument(Xhtml.Opened(html)).Body is { } body)
        {
            new Walk(blocks, isChapter: true).Visit(body);
        }
    }

    private static IHtmlDocument Parse(string html, Source source) =>
        Parser(source).ParseDocument(Xhtml.Is(html) ? Xhtml.Opened(html) : html);

    // Few bytes can ask for many elements, as unclosed formatting is copied into every block after it, and the parser's
    // work grows with depth: both are watched while it works. A new element has no parent yet; the one before it has.
    private static HtmlParser Parser(Source source)
    {
        var elements = 0;
        IElement? previous = null;
        return new HtmlParser(
            new HtmlParserOptions
            {
                // Formatting is cloned without a call: this bounds what the walk meets.
                MaximumDepth = source.Limits.Depth + 8,
                OnCreated = (element, _) =>
                {
                    source.CancellationToken.ThrowIfCancellationRequested();
                    RequireDepth(previous, source);
                    previous = element;
                    if (++elements > MostElements)
                    {
                        throw new DocumentException(
                            DocumentFault.TooLarge,
                            $"The HTML page has more than the {MostElements:N0} elements allowed."
                        );
                    }
                },
            }
        );
    }

    private static void RequireDepth(INode? node, Source source)
    {
        var depth = 0;
        for (; node is not null; node = node.Parent)
        {
            if (++depth > source.Limits.Depth)
            {
                throw source.TooDeep("HTML page");
            }
        }
    }

    /// <summary>The charset that a meta element among the first bytes names; null if none does.</summary>
    public static string? DeclaredCharset(ReadOnlySpan<byte> bytes) =>
        MetaCharset.Match(Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 2048)])) is { Success: true } match
            ? match.Groups["name"].Value
            : null;

    [GeneratedRegex(
        """<(?:meta\b[^>]*charset|\?xml\b[^>]*encoding)\s*=\s*["']?(?<name>[\w.:-]+)""",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex MetaCharset { get; }

    [GeneratedRegex(
        @"^\s*</?(caption|t(body|d|foot|h|head|r))\b",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex PartOfTable { get; }

    [GeneratedRegex(
        @"(^|;)\s*(display\s*:\s*none|visibility\s*:\s*hidden)\b",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex HiddenStyle { get; }

    private sealed class Walk(BlockList blocks, bool isChapter = false)
    {
        private readonly StringBuilder _line = new();
        private BlockKind _kind = BlockKind.Paragraph;
        private int _level;

        public void Visit(IElement body)
        {
            VisitChildren(body);
            Flush();
        }

        private void VisitChildren(INode parent)
        {
            // NextSibling would look for its place among all siblings.
            foreach (var node in parent.ChildNodes)
            {
                switch (node)
                {
                    case IText text:
                        AppendInline(text.Data);
                        break;
                    case IElement element when !IsLeftOut(element, isChapter):
                        VisitElement(element);
                        break;
                }
            }
        }

        private void VisitElement(IElement element)
        {
            switch (element.LocalName)
            {
                case "br":
                    _line.Append('\n');
                    break;
                case "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                    Enclose(element, BlockKind.Heading, element.LocalName[1] - '0');
                    break;
                case "pre":
                    Flush();
                    AddCode(element);
                    break;
                case "table" when element is IHtmlTableElement table && IsOfData(table):
                    Flush();
                    AddTable(table);
                    break;
                case "li":
                    Enclose(element, BlockKind.ListItem);
                    break;
                case var name when Breaking.Contains(name):
                    Enclose(element, _kind is BlockKind.Heading ? BlockKind.Paragraph : _kind);
                    break;
                default:
                    VisitChildren(element);
                    break;
            }
        }

        private void Enclose(IElement element, BlockKind kind, int level = 0)
        {
            Flush();
            var outer = (_kind, _level);
            (_kind, _level) = (kind, level);
            VisitChildren(element);
            Flush();
            (_kind, _level) = outer;
        }

        private void Flush()
        {
            blocks.Add(_kind, _line.ToString(), _level);
            _line.Clear();
        }

        private void AppendInline(string data)
        {
            foreach (var c in data)
            {
                if (c is not (' ' or '\t' or '\n' or '\r' or '\f'))
                {
                    _line.Append(c);
                }
                else if (_line.Length > 0 && _line[^1] is not (' ' or '\n'))
                {
                    _line.Append(' ');
                }
            }
        }

        private void AddCode(IElement pre)
        {
            var code = new StringBuilder();
            AppendCode(pre, code);
            if (!IsLineNumbers(pre, code))
            {
                blocks.Add(BlockKind.Code, code.ToString());
            }
        }

        private void AppendCode(INode parent, StringBuilder code)
        {
            foreach (var node in parent.ChildNodes)
            {
                switch (node)
                {
                    case IText text:
                        code.Append(text.Data);
                        break;
                    case IElement { LocalName: "br" }:
                        code.Append('\n');
                        break;
                    case IElement element when !IsLeftOut(element, isChapter):
                        var isLine = element.LocalName is "li" || Breaking.Contains(element.LocalName);
                        BreakLine(code, isLine);
                        AppendCode(element, code);
                        BreakLine(code, isLine);
                        break;
                }
            }
        }

        private static void BreakLine(StringBuilder code, bool isLine) =>
            code.Append(isLine && code.Length > 0 && code[^1] != '\n' ? "\n" : "");

        // Programs that colour code put the numbers of its lines into the cell before it.
        private static bool IsLineNumbers(IElement pre, StringBuilder code) =>
            pre.Closest("table") is IHtmlTableElement table
            && !IsOfData(table)
            && code.ToString().All(c => char.IsAsciiDigit(c) || char.IsWhiteSpace(c));

        private void AddTable(IHtmlTableElement table)
        {
            if (table.Caption is { } caption)
            {
                blocks.Add(BlockKind.Paragraph, CellText(caption));
            }

            blocks.AddTable(
                table
                    .Rows.Where(row => !IsLeftOut(row, isChapter) && !IsLeftOut(row.ParentElement!, isChapter))
                    .Select(row =>
                        (IReadOnlyList<string>)
                            [.. row.Cells.Where(cell => !IsLeftOut(cell, isChapter)).Select(CellText)]
                    )
            );
        }

        private string CellText(IElement cell)
        {
            var inner = new BlockList();
            new Walk(inner, isChapter).Visit(cell);
            return string.Join(' ', inner.Select(block => block.Text));
        }

        // A table of one column, around other tables, or of one row with code lays out a page.
        private static bool IsOfData(IHtmlTableElement table) =>
            table.GetAttribute("role") is not ("presentation" or "none")
            && table.QuerySelector("table") is null
            && table.Rows.Any(row => row.Cells.Length > 1)
            && (table.Rows.Length > 1 || table.QuerySelector("pre") is null);
    }

    private static bool IsLeftOut(IElement element, bool isChapter) =>
        IsHidden(element.GetAttribute("hidden"))
        || HiddenStyle.IsMatch(element.GetAttribute("style") ?? "")
        || Landmark(element) switch
        {
            "aside" => !isChapter,
            "nav" or "script" or "style" or "noscript" or "template" => true,
            // How the characters before it are read aloud.
            "rt" or "rp" => true,
            "annotation" or "annotation-xml" => element.Closest("math") is not null,
            "dialog" => !element.HasAttribute("open"),
            // The sign beside a heading that links to itself, or behind a note that links back; some draw it by a style upon a space without width.
            "a" => element.GetAttribute("href") is ['#', ..]
                && element.TextContent.Trim()
                    is "¶"
                        or "#"
                        or "§"
                        or "🔗"
                        or "\u200B"
                        or "\uF0C1"
                        or "↩"
                        or "↩︎"
                        or "↑"
                        or "^",
            // KaTeX says a formula twice; MediaWiki offers to edit each section.
            "span" => element.ClassName is "katex-html" && element.PreviousElementSibling is not null
                || element.ClassName is "mw-editsection",
            // A heading that opens what is below it is a heading.
            "button" => element.Closest("h1, h2, h3, h4, h5, h6, dt, summary") is null,
            "svg" or "iframe" or "object" or "select" or "textarea" or "head" => true,
            // The header of an article holds its title; the header of a page holds the site's.
            "header" or "footer" => !isChapter && element.Closest("article, main, section, [role=main]") is null,
            _ => false,
        };

    // What is found by searching the page is not hidden from a search (HTML, section 6.1).
    private static bool IsHidden(string? attribute) =>
        attribute is not null && !attribute.Equals("until-found", StringComparison.OrdinalIgnoreCase);

    // Roles say what elements of no meaning are (ARIA in HTML, section 4).
    private static string Landmark(IElement element) =>
        element.GetAttribute("role") switch
        {
            "navigation" => "nav",
            "complementary" => "aside",
            "banner" => "header",
            "contentinfo" => "footer",
            _ => element.LocalName,
        };

    /// <summary>Elements that begin and end a line.</summary>
    public static readonly HashSet<string> Breaking = new(StringComparer.Ordinal)
    {
        "address",
        "article",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hgroup",
        "hr",
        "legend",
        "main",
        "ol",
        "p",
        "search",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    };
}
