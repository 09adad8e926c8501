using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>Which elements of HTML are seen as text, and which begin a line.</summary>
internal static partial class HtmlElements
{
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

    [GeneratedRegex(
        @"(^|;)\s*(display\s*:\s*none|visibility\s*:\s*hidden)\b",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex HiddenStyle { get; }

    /// <summary>True for what a reader of the page does not see, or did not come for.</summary>
    public static bool IsLeftOut(IElement element, bool isChapter) =>
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
}
