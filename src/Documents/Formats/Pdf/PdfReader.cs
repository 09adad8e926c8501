using UglyToad.PdfPig;
using UglyToad.PdfPig.Core;
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
        var hasEnd = PdfRepair.HasEnd(source.Bytes);
        var read = hasEnd ? Try(source, source.Bytes) : null;
        if (read is not { Unread: 0 } && PdfRepair.Rebuild(source) is var (rebuilt, isPart))
        {
            var again = Try(source, rebuilt, isRebuilt: true, isPart);
            read = read is null || again?.Unread < read.Unread ? again : read;
        }

        read ??= Read(source, source.Bytes, isPart: !hasEnd);
        return read.Refusal is null ? read.Document : throw read.Refusal;
    }

    /// <summary>True for what the library throws at broken bytes.</summary>
    public static bool IsDamage(Exception e) =>
        e
            is not (
                DocumentException
                or OperationCanceledException
                or OutOfMemoryException
                or InsufficientExecutionStackException
                or PdfDocumentStackDepthException
            );

    private static Reading? Try(Source source, byte[] bytes, bool isRebuilt = false, bool isPart = false)
    {
        try
        {
            return Read(source, bytes, isRebuilt, isPart);
        }
        catch (Exception e) when (IsDamage(e))
        {
            return null;
        }
    }

    private static Reading Read(Source source, byte[] bytes, bool isRebuilt = false, bool isPart = false)
    {
        var budget = new CountingStream.Budget(source);
        using var pdf = Open(bytes, new BoundedFilters(budget));
        var resources = new PdfResources(pdf, budget);
        var pages = new PdfPages();
        for (var number = 1; number <= pdf.NumberOfPages; number++)
        {
            source.CancellationToken.ThrowIfCancellationRequested();
            try
            {
                var page = pdf.GetPage(number);
                pages.Add(page, isWhole: !isRebuilt || resources.IsWhole(page));
            }
            catch (Exception e) when (IsDamage(e))
            {
                pages.AddUnread();
            }

            // The library passes over what is thrown inside a font.
            budget.Spend(0);
        }

        var blocks = PdfLayout.Blocks(
            [.. PdfColumns.InOrder(PdfFurniture.Without(pages.Lines))],
            new PdfBookmarks(pdf)
        );
        var document = new Document
        {
            ContentType = "application/pdf",
            Title = Title(pdf.Information.Title) ?? FirstHeading(blocks),
            Author = BlockList.OneLine(pdf.Information.Author ?? "") is { Length: > 0 } author ? author : null,
            Created = pdf.Information.GetCreatedDateTimeOffset(),
            Modified = pdf.Information.GetModifiedDateTimeOffset(),
            Language = Language.Of(blocks, DeclaredLanguage(pdf)),
            Blocks = blocks,
        };
        if (blocks.Count > 0 && pages.NotRead(isPart, resources.UnknownMaps) is { } notRead)
        {
            blocks.Add(BlockKind.Paragraph, notRead);
        }

        return new Reading(document, pages.Unread, pages.Refusal(isPart, resources.UnknownMaps));
    }

    private static PdfDocument Open(byte[] bytes, BoundedFilters filters)
    {
        try
        {
            return PdfDocument.Open(
                bytes,
                new ParsingOptions
                {
                    UseLenientParsing = true,
                    SkipMissingFonts = true,
                    FilterProvider = filters,
                }
            );
        }
        catch (PdfDocumentEncryptedException)
        {
            throw new DocumentException(DocumentFault.Encrypted, "The PDF needs a password.");
        }
    }

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

    /// <param name="Document">What was read.</param>
    /// <param name="Unread">Pages that are not whole.</param>
    /// <param name="Refusal">Why what was read is no document, if so.</param>
    private sealed record Reading(Document Document, int Unread, DocumentException? Refusal);
}
