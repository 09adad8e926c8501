using System.Xml;
using DocumentFormat.OpenXml.Packaging;

namespace EmbeddingFunctions.Documents.Formats.Office;

/// <summary>What docx, pptx and xlsx have in common.</summary>
internal static class OfficePackage
{
    private const long MostCharactersInPart = 32 * 1024 * 1024;

    public static OpenSettings Settings => new() { MaxCharactersInPart = MostCharactersInPart };

    /// <summary>A stream over the file, its container checked.</summary>
    public static Stream Open(Source source)
    {
        ZipContainer.Check(source);
        return new MemoryStream(source.Bytes, writable: false);
    }

    /// <summary>The document with what its package says of it.</summary>
    public static Document Document(OpenXmlPackage package, string kind, BlockList blocks, string? language)
    {
        var document = new Document
        {
            ContentType = "application/vnd.openxmlformats-officedocument." + kind,
            Language = Language.Of(blocks, language),
            Blocks = blocks,
        };
        try
        {
            var properties = package.PackageProperties;
            return document with
            {
                Title = Properties.Line(properties.Title),
                Author = Properties.Line(properties.Creator),
                Created = Utc(properties.Created),
                Modified = Utc(properties.Modified),
                Language = Language.Of(blocks, Properties.Line(properties.Language) ?? language),
            };
        }
        // Its text is no worse for a date that is none.
        catch (XmlException)
        {
            return document;
        }
    }

    private static DateTimeOffset? Utc(DateTime? moment) =>
        moment switch
        {
            null => null,
            { Kind: DateTimeKind.Unspecified } unsaid => new DateTimeOffset(unsaid, TimeSpan.Zero),
            var said => new DateTimeOffset(said.Value.ToUniversalTime()),
        };
}
