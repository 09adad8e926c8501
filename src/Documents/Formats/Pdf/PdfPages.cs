using UglyToad.PdfPig.Content;

namespace EmbeddingFunctions.Documents.Formats.Pdf;

/// <summary>The lines of the pages, and what of them could not be read.</summary>
internal sealed class PdfPages
{
    private readonly List<PdfLine> _lines = [];
    private int _count;
    private bool _hasPictures;
    private bool _hasUnreadLetters;

    public IReadOnlyList<PdfLine> Lines => _lines;

    /// <summary>How many pages are not whole.</summary>
    public int Unread { get; private set; }

    public void Add(Page page, bool isWhole)
    {
        _lines.AddRange(PdfLine.LinesOf(page));
        _hasPictures |= page.NumberOfImages > 0 || page.Paths.Count > 0;
        _hasUnreadLetters |=
            page.Letters.Count == 0 && page.Operations.Any(draw => draw.Operator is "Tj" or "TJ" or "'");
        _count++;
        Unread += isWhole ? 0 : 1;
    }

    public void AddUnread()
    {
        _count++;
        Unread++;
    }

    /// <summary>A line that says what is missing; null if nothing is.</summary>
    public string? NotRead(bool isPart, IReadOnlyCollection<string> unknownMaps)
    {
        List<string> missing =
        [
            .. Unread > 0 ? [$"{Unread:N0} of {_count:N0} pages or parts of them (broken)"] : (string[])[],
            .. isPart ? ["the end of the file (broken)"] : (string[])[],
            .. unknownMaps.Order(StringComparer.Ordinal).Select(map => $"letters in {Named(map)} (not supported)"),
        ];
        return missing.Count > 0 ? $"Not read: {string.Join(", ", missing)}" : null;
    }

    /// <summary>Why the pages are no text; null if they are.</summary>
    public DocumentException? Refusal(bool isPart, IReadOnlyCollection<string> unknownMaps)
    {
        var letters = _lines.Sum(line => line.Text.Count(c => !char.IsWhiteSpace(c)));
        // A font without a map to Unicode gives replacement characters: as good as no text.
        var unknown = _lines.Sum(line => line.Text.Count(c => c == '\uFFFD' || char.IsControl(c)));
        return (letters, unknown * 2 > letters || (letters == 0 && _hasUnreadLetters)) switch
        {
            (> 0, false) => null,
            _ when Unread > 0 || isPart => new(
                DocumentFault.Corrupt,
                $"The PDF is broken: no text is whole on its {_count:N0} pages."
            ),
            (_, true) when unknownMaps.Count > 0 => NoTextLayer(
                $"its fonts need {Named(unknownMaps.First())}, which is not known"
            ),
            (_, true) => NoTextLayer("its fonts do not say which characters its letters are"),
            _ when _hasPictures => NoTextLayer("its pages are pictures, such as scans"),
            _ => null,
        };
    }

    // Names of maps are given by the industry; what is no such name may be anything.
    private static string Named(string map) =>
        map.Length <= 30 && map.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? $"the character map {map}"
            : "an unknown character map";

    private static DocumentException NoTextLayer(string why) =>
        new(DocumentFault.NoTextLayer, $"The PDF has no text layer: {why}. Text recognition (OCR) is needed.");
}
