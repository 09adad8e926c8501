using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Wordprocessing;

namespace EmbeddingFunctions.Documents.Formats.Word;

/// <summary>What a paragraph's or run's style says, its ancestors asked too.</summary>
internal sealed class Styles(DocumentFormat.OpenXml.Wordprocessing.Styles? styles)
{
    private const int LongestChain = 16;
    private const int DeepestHeading = 6;

    private readonly Dictionary<string, Style> _styles =
        styles
            ?.Elements<Style>()
            .Where(style => style.StyleId?.Value is not null)
            .GroupBy(style => style.StyleId!.Value!, StringComparer.Ordinal)
            .ToDictionary(style => style.Key, style => style.First(), StringComparer.Ordinal)
        ?? new Dictionary<string, Style>(StringComparer.Ordinal);

    /// <summary>The language of text that states none, such as <c>en-US</c>.</summary>
    public string? DefaultLanguage { get; } =
        styles?.DocDefaults?.RunPropertiesDefault?.RunPropertiesBaseStyle?.Languages?.Val?.Value;

    /// <summary>1 to 6 for a heading, else 0. Outline levels count from 0, and 9 means body text.</summary>
    public int HeadingLevel(ParagraphProperties? properties)
    {
        var outline =
            properties?.OutlineLevel?.Val?.Value
            ?? Chain(properties?.ParagraphStyleId?.Val?.Value)
                .Select(style => style.StyleParagraphProperties?.OutlineLevel?.Val?.Value)
                .FirstOrDefault(level => level is not null);
        return outline switch
        {
            >= 0 and < 9 => Math.Min(outline.Value + 1, DeepestHeading),
            null => Chain(properties?.ParagraphStyleId?.Val?.Value)
                .Select(style => NamedLevel(style.StyleName?.Val?.Value ?? ""))
                .FirstOrDefault(level => level > 0),
            _ => 0,
        };
    }

    // Word knows its own headings by their names: Google Docs and LibreOffice leave their levels out.
    private static int NamedLevel(string style) =>
        style.ToUpperInvariant() switch
        {
            "TITLE" => 1,
            ['H', 'E', 'A', 'D', 'I', 'N', 'G', ' ', >= '1' and <= '9' and var level] => Math.Min(
                level - '0',
                DeepestHeading
            ),
            _ => 0,
        };

    /// <summary>True for an entry of a table of contents, which repeats the headings.</summary>
    public bool IsOfContents(ParagraphProperties? properties) =>
        Chain(properties?.ParagraphStyleId?.Val?.Value)
            .Any(style => style.StyleName?.Val?.Value?.StartsWith("toc ", StringComparison.OrdinalIgnoreCase) is true);

    public bool IsListItem(ParagraphProperties? properties) =>
        (
            properties?.NumberingProperties
            ?? Chain(properties?.ParagraphStyleId?.Val?.Value)
                .Select(style => style.StyleParagraphProperties?.NumberingProperties)
                .FirstOrDefault(numbering => numbering is not null)
        )
            ?.NumberingId
            ?.Val
            ?.Value
            is > 0;

    /// <summary>True if a run is hidden by itself, by its own style or by its paragraph's.</summary>
    public bool IsHidden(RunProperties? run, ParagraphProperties? paragraph) =>
        IsOn(run?.Vanish)
        ?? Hides(run?.RunStyle?.Val?.Value)
        ?? Hides(paragraph?.ParagraphStyleId?.Val?.Value)
        ?? false;

    public static bool? IsOn(OnOffType? toggle) => toggle is null ? null : toggle.Val?.Value ?? true;

    private bool? Hides(string? styleId) =>
        Chain(styleId)
            .Select(style => IsOn(style.StyleRunProperties?.Vanish))
            .FirstOrDefault(isHidden => isHidden is not null);

    // A chain may run in a circle in a broken file.
    private IEnumerable<Style> Chain(string? styleId)
    {
        for (var i = 0; i < LongestChain && styleId is not null && _styles.TryGetValue(styleId, out var style); i++)
        {
            yield return style;
            styleId = style.BasedOn?.Val?.Value;
        }
    }
}
