using System.Xml.Linq;

namespace EmbeddingFunctions.Documents.Formats.OpenDocument;

/// <summary>What the styles of an OpenDocument file say of paragraphs, sheets and slides, their ancestors asked too.</summary>
/// <param name="roots">The roots of content.xml and styles.xml.</param>
internal sealed class OdfStyles(params IEnumerable<XElement> roots)
{
    private const int LongestChain = 16;

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

    public bool IsTitle(string? paragraph) =>
        paragraph is "Title"
        || Chain("paragraph", paragraph)
            .Any(style => style.Value("name") is "Title" || style.Value("parent-style-name") is "Title");

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
