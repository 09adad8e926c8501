using System.Xml.Linq;

namespace EmbeddingFunctions.Documents.Formats.OpenDocument;

/// <summary>What the styles of an OpenDocument file say of paragraphs, sheets and slides, their ancestors asked too.</summary>
/// <param name="roots">The roots of content.xml and styles.xml.</param>
internal sealed class OdfStyles(params IEnumerable<XElement> roots)
{
    private const int LongestChain = 16;
    private const string Heading = "Heading_20_";

    private readonly Dictionary<(string Family, string Name), XElement> _styles = roots
        .SelectMany(root => root.Elements().Where(part => part.Name.LocalName is "automatic-styles" or "styles"))
        .SelectMany(part => part.Elements().Where(style => style.Is("style")))
        .GroupBy(style => (style.Value("family") ?? "", style.Value("name") ?? ""))
        .ToDictionary(styles => styles.Key, styles => styles.First());

    /// <summary>The language of text that states none, such as <c>de-AT</c>.</summary>
    public string? DefaultLanguage { get; } =
        roots
            .Descendants()
            .Where(style => style.Is("default-style"))
            .Select(style => style.Child("text-properties"))
            .Where(text => text.Value("language") is not (null or "none" or "zxx"))
            .Select(text =>
                text.Value("country") is { } country and not "none"
                    ? $"{text.Value("language")}-{country}"
                    : text.Value("language")
            )
            .FirstOrDefault();

    /// <summary>1 to 6 for a paragraph that is a heading by the name of its style alone, as some imports make them; else 0.</summary>
    public int HeadingLevel(string? paragraph) =>
        Chain("paragraph", paragraph)
            .SelectMany(style => (string?[])[style.Value("name"), style.Value("parent-style-name")])
            .Prepend(paragraph)
            .Select(NamedLevel)
            .FirstOrDefault(level => level > 0);

    private static int NamedLevel(string? style) =>
        style switch
        {
            "Title" => 1,
            not null
                when style.StartsWith(Heading, StringComparison.Ordinal)
                    && style[Heading.Length..] is [>= '1' and <= '9' and var level] => Math.Min(
                level - '0',
                BlockList.DeepestHeading
            ),
            _ => 0,
        };

    /// <summary>True for text, a sheet or a slide that nobody sees.</summary>
    /// <param name="family">paragraph, text, table or drawing-page.</param>
    /// <param name="name">The style's name.</param>
    public bool IsHidden(string family, string? name)
    {
        var (properties, attribute) = family switch
        {
            "table" => ("table-properties", "display"),
            "drawing-page" => ("drawing-page-properties", "visibility"),
            _ => ("text-properties", "display"),
        };
        return Chain(family, name)
            .Select(style => style.Child(properties).Value(attribute))
            .FirstOrDefault(value => value is not null)
            is "none"
                or "hidden"
                or "false";
    }

    // A chain may run in a circle in a broken file.
    private IEnumerable<XElement> Chain(string family, string? name)
    {
        for (var i = 0; i < LongestChain && name is not null && _styles.TryGetValue((family, name), out var style); i++)
        {
            yield return style;
            name = style.Value("parent-style-name");
        }
    }
}
