using UglyToad.PdfPig;
using UglyToad.PdfPig.Exceptions;
using UglyToad.PdfPig.Tokens;

namespace EmbeddingFunctions.Documents.Formats.Pdf;

/// <summary>The text layer of a PDF, page by page in the order in which it was drawn, columns one after the other.</summary>
internal sealed class PdfReader : IFormatReader
{
    private const int LongestTitle = 200;

    public string Name => "PDF";

    public Document Read(Source source)
    {
        using var pdf = Open(source);
        var lines = new List<PdfLine>();
        var (hasPictures, hasUnread) = (false, false);
        foreach (var page in pdf.GetPages())
        {
            source.CancellationToken.ThrowIfCancellationRequested();
            lines.AddRange(PdfLine.LinesOf(page));
            hasPictures |= page.NumberOfImages > 0 || page.Paths.Count > 0;
            hasUnread |= page.Letters.Count == 0 && page.Operations.Any(draw => draw.Operator is "Tj" or "TJ" or "'");
        }

        RequireText(lines, hasPictures, hasUnread);
        var blocks = PdfLayout.Blocks([.. PdfColumns.InOrder(PdfFurniture.Without(lines))], new PdfBookmarks(pdf));
        return new Document
        {
            ContentType = "application/pdf",
            Title = Title(pdf.Information.Title) ?? FirstHeading(blocks),
            Author = BlockList.OneLine(pdf.Information.Author ?? "") is { Length: > 0 } author ? author : null,
            Created = pdf.Information.GetCreatedDateTimeOffset(),
            Modified = pdf.Information.GetModifiedDateTimeOffset(),
            Language = Language.Of(blocks, DeclaredLanguage(pdf)),
            Blocks = blocks,
        };
    }

    private static PdfDocument Open(Source source)
    {
        try
        {
            return PdfDocument.Open(
                source.Bytes,
                new ParsingOptions
                {
                    UseLenientParsing = true,
                    SkipMissingFonts = true,
                    FilterProvider = new BoundedFilters(source),
                }
            );
        }
        catch (PdfDocumentEncryptedException)
        {
            throw new DocumentException(DocumentFault.Encrypted, "The PDF needs a password.");
        }
    }

    // A font without a map to Unicode gives replacement characters: as good as no text.
    private static void RequireText(List<PdfLine> lines, bool hasPictures, bool hasUnread)
    {
        var letters = lines.Sum(line => line.Text.Count(c => !char.IsWhiteSpace(c)));
        var unknown = lines.Sum(line => line.Text.Count(c => c == '\uFFFD' || char.IsControl(c)));
        if (letters > 0 ? unknown * 2 > letters : hasUnread)
        {
            throw NoTextLayer("its fonts do not say which characters its letters are");
        }

        if (letters == 0 && hasPictures)
        {
            throw NoTextLayer("its pages are pictures, such as scans");
        }
    }

    private static DocumentException NoTextLayer(string why) =>
        new(DocumentFault.NoTextLayer, $"The PDF has no text layer: {why}. Text recognition (OCR) is needed.");

    private static string? Title(string? title)
    {
        const string Word = "Microsoft Word - ";
        title = BlockList.OneLine((title ?? "").Replace("\0", "", StringComparison.Ordinal));
        title = title.StartsWith(Word, StringComparison.Ordinal) ? title[Word.Length..] : title;
        // Programs write the name of their own file here.
        var isFileName =
            Path.GetExtension(title) is { Length: > 2 and < 6 } ending
            && !ending.Contains(' ', StringComparison.Ordinal);
        return
            title.Length is 0 or > LongestTitle
            || isFileName
            || title.StartsWith("untitled", StringComparison.OrdinalIgnoreCase)
            ? null
            : title;
    }

    private static string? FirstHeading(BlockList blocks) =>
        blocks.FirstOrDefault(block => block is { Kind: BlockKind.Heading, Level: 1, Page: 1 })?.Text;

    private static string? DeclaredLanguage(PdfDocument pdf) =>
        pdf.Structure.Catalog.CatalogDictionary.TryGet(NameToken.Create("Lang"), out var token)
            ? token switch
            {
                StringToken text => text.Data,
                HexToken text => text.Data,
                _ => null,
            }
            : null;
}
