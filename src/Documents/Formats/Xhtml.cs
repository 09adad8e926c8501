using System.Text.RegularExpressions;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>Pages in XML for a parser of HTML, which takes <c>&lt;title/&gt;</c> and <c>&lt;div/&gt;</c> as openings.</summary>
internal static partial class Xhtml
{
    private const string Namespace = "http://www.w3.org/1999/xhtml";
    private const int HeadChars = 2048;

    /// <summary>Whether a page says so in its root element.</summary>
    public static bool Is(string page) =>
        page.AsSpan(0, Math.Min(page.Length, HeadChars)).Contains(Namespace, StringComparison.Ordinal);

    /// <summary>The page with an end tag for each empty element.</summary>
    public static string Opened(string xhtml) =>
        SelfClosed.Replace(
            xhtml,
            match =>
                match.Groups["name"].Value is var name && VoidElements.Contains(name)
                    ? match.Value
                    : $"<{name}{match.Groups["attributes"].Value}></{name}>"
        );

    private static readonly HashSet<string> VoidElements = new(StringComparer.OrdinalIgnoreCase)
    {
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    };

    [GeneratedRegex(
        @"<(?<name>[A-Za-z][\w:.-]*)(?<attributes>(?:\s[^<>]*)?)/>",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex SelfClosed { get; }
}
