using System.IO.Compression;
using System.Xml;
using EmbeddingFunctions.Documents.Formats.Office;
using EmbeddingFunctions.Documents.Formats.OpenDocument;
using EmbeddingFunctions.Documents.Formats.Sheets;
using EmbeddingFunctions.Documents.Formats.Word;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>Looks into a zip before any library does: what it holds, and that unfolding it is safe.</summary>
internal static class ZipContainer
{
    /// <summary>The reader of what the zip's parts show it to be.</summary>
    /// <exception cref="DocumentException">No reader reads it; the message says what it is.</exception>
    public static IFormatReader ReaderOf(Source source)
    {
        using var zip = Open(source);
        var names = zip.Entries.Select(entry => entry.FullName.Replace('\\', '/')).ToHashSet(StringComparer.Ordinal);
        return names switch
        {
            _ when names.Contains("[Content_Types].xml") => OfficeReader(names),
            _ when names.Contains("META-INF/container.xml") => new EpubReader(),
            _ when names.Contains("mimetype") && names.Contains("content.xml") => new OdfReader(),
            _ when names.Contains("META-INF/MANIFEST.MF") => throw Format.Unsupported("a Java archive"),
            _ when Format.IsDocument(source.Extension) => throw Format.Misnamed(source, "a zip of other files"),
            _ => new ZipReader(),
        };
    }

    private static IFormatReader OfficeReader(HashSet<string> names)
    {
        return names switch
        {
            _ when Holds("word/") => new DocxReader(),
            _ when Holds("xl/workbook.bin") => throw Format.Unsupported("a binary Excel workbook (xlsb)"),
            _ when Holds("xl/") => new XlsxReader(),
            _ when Holds("ppt/") => new PptxReader(),
            _ => throw Format.Unsupported("an Office package of another kind"),
        };

        bool Holds(string folder) => names.Any(name => name.StartsWith(folder, StringComparison.Ordinal));
    }

    /// <summary>Unfolds every entry once, counting, and walks its XML: sizes in zip headers are only claims.</summary>
    /// <exception cref="DocumentException">Too many entries, too large or too deep.</exception>
    public static void Check(Source source)
    {
        using var zip = Open(source);
        if (zip.Entries.Count > source.Limits.ZipEntries)
        {
            throw TooLarge($"has {zip.Entries.Count:N0} entries; {source.Limits.ZipEntries:N0} are allowed");
        }

        var unfolded = new CountingStream.Budget(source);
        foreach (var entry in zip.Entries)
        {
            using var content = new CountingStream(entry.Open(), unfolded);
            CheckDepth(content, source);
            content.CopyTo(Stream.Null);
        }
    }

    // Parts that are no XML (pictures, chapters with entities) end the walk early: no reader takes them as a tree of XML.
    private static void CheckDepth(Stream content, Source source)
    {
        try
        {
            using var reader = Xml.Read(content);
            while (reader.Read())
            {
                if (reader.Depth > source.Limits.Depth)
                {
                    throw TooLarge($"nests its XML deeper than the {source.Limits.Depth} levels allowed");
                }
            }
        }
        catch (XmlException) { }
    }

    /// <exception cref="DocumentException">It is no zip.</exception>
    public static ZipArchive Open(Source source)
    {
        try
        {
            return new ZipArchive(new MemoryStream(source.Bytes, writable: false), ZipArchiveMode.Read);
        }
        catch (InvalidDataException)
        {
            throw new DocumentException(DocumentFault.Corrupt, "The zip container (docx, xlsx, zip ...) is broken.");
        }
    }

    private static DocumentException TooLarge(string what) => new(DocumentFault.TooLarge, $"The zip container {what}.");
}
