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
            new HtmlWalk(blocks).Visit(body);
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
            new HtmlWalk(blocks).Visit(body);
        }
    }

    /// <summary>Adds the blocks of a chapter of a book: what frames a page of a site is text there.</summary>
    public static void AddChapter(string html, BlockList blocks, Source source)
    {
        if (Parser(source).ParseDocument(Xhtml.Opened(html)).Body is { } body)
        {
            new HtmlWalk(blocks, isChapter: true).Visit(body);
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
}
