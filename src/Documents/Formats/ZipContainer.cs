using System.IO.Compression;
using System.Xml;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>Looks into a zip before any library does: what it holds, and that unfolding it is safe.</summary>
internal static class ZipContainer
{
    /// <summary>What kind of unsupported file the zip is; null for a Word document.</summary>
    public static string? KindOf(Source source)
    {
        using var zip = Open(source);
        var names = zip.Entries.Select(entry => entry.FullName.Replace('\\', '/')).ToHashSet(StringComparer.Ordinal);
        return names switch
        {
            _ when names.Contains("[Content_Types].xml") => names switch
            {
                _ when names.Any(name => name.StartsWith("word/", StringComparison.Ordinal)) => null,
                _ when names.Any(name => name.StartsWith("xl/", StringComparison.Ordinal)) =>
                    "an Excel workbook (xlsx)",
                _ when names.Any(name => name.StartsWith("ppt/", StringComparison.Ordinal)) =>
                    "a PowerPoint presentation (pptx)",
                _ => "an Office package of another kind",
            },
            _ when names.Contains("META-INF/container.xml") => "an EPUB book",
            _ when names.Contains("mimetype") && names.Contains("content.xml") =>
                "an OpenDocument file (odt, ods, odp)",
            _ when names.Contains("META-INF/MANIFEST.MF") => "a Java archive",
            _ => "a zip archive",
        };
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

    // Parts that are no XML (pictures) or XML with a DTD end the walk early: no reader takes them as a tree.
    private static void CheckDepth(Stream content, Source source)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };
        try
        {
            using var reader = XmlReader.Create(content, settings);
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

    private static ZipArchive Open(Source source)
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
