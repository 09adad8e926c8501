using System.IO.Compression;
using System.Xml.Linq;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>The chapters of a book in the order they are read, its table of contents left out.</summary>
internal sealed class EpubReader : IFormatReader
{
    private const string FontsOnly = "http://www.idpf.org/2008/embedding";

    public string Name => "EPUB book";

    public Document Read(Source source)
    {
        ZipContainer.Check(source);
        using var zip = ZipContainer.Open(source);
        RequireReadable(zip);
        var path =
            Part(zip, "META-INF/container.xml")
                ?.Descendants()
                .FirstOrDefault(file => file.Is("rootfile"))
                .Value("full-path")
            ?? throw new InvalidDataException();
        var package = Part(zip, path) ?? throw new InvalidDataException();

        var blocks = new BlockList();
        var unread = new List<(string Chapter, string Reason)>();
        foreach (var chapter in Chapters(package, path))
        {
            source.CancellationToken.ThrowIfCancellationRequested();
            if (Find(zip, chapter) is not { } entry)
            {
                unread.Add((chapter, "missing"));
            }
            else if (Text(entry) is { } text)
            {
                HtmlReader.AddChapter(text, blocks, source);
            }
            else
            {
                unread.Add((chapter, "no text of any charset"));
            }
        }

        // A book of which nothing could be read is refused as empty.
        if (blocks.Count > 0)
        {
            blocks.AddUnread(unread);
        }

        var about = package.Child("metadata");
        return new Document
        {
            ContentType = "application/epub+zip",
            Title = Properties.Line(about.Child("title")?.Value),
            Author = Properties.Line(
                string.Join(
                    "; ",
                    about?.Elements().Where(child => child.Is("creator")).Select(child => child.Value) ?? []
                )
            ),
            Created = Properties.Moment(about.Child("date")?.Value),
            Modified = Properties.Moment(
                about?.Elements().FirstOrDefault(meta => meta.Value("property") is "dcterms:modified")?.Value
            ),
            Language = Language.Of(blocks, about.Child("language")?.Value),
            Blocks = blocks,
        };
    }

    // A bookseller's lock encrypts the chapters; fonts may be scrambled in a book that anyone can read.
    private static void RequireReadable(ZipArchive zip)
    {
        var isLocked = Part(zip, "META-INF/encryption.xml")
            ?.Descendants()
            .Any(method =>
                method.Is("EncryptionMethod")
                && method.Parent!.Is("EncryptedData")
                && method.Value("Algorithm") is not (FontsOnly or "http://ns.adobe.com/pdf/enc#RC")
            );
        if (isLocked is true)
        {
            throw new DocumentException(DocumentFault.Encrypted, "The EPUB book is locked (DRM).");
        }
    }

    // The spine is the order; parts that are read beside it (linear="no") are text too. A chapter stands in it once. One that
    // the manifest does not know is missing under its id.
    private static IEnumerable<string> Chapters(XElement package, string path)
    {
        var folder = path.Contains('/', StringComparison.Ordinal) ? path[..(path.LastIndexOf('/') + 1)] : "";
        var contents = (package.Child("guide")?.Elements() ?? [])
            .Where(reference => reference.Value("type") is "toc")
            .Select(reference => Resolve(folder, reference.Value("href") ?? ""));
        var items = (package.Child("manifest")?.Elements() ?? [])
            .GroupBy(item => item.Value("id") ?? "", StringComparer.Ordinal)
            .ToDictionary(item => item.Key, item => item.First(), StringComparer.Ordinal);
        return (package.Child("spine")?.Elements() ?? [])
            .Select(reference => reference.Value("idref") ?? "")
            .Select(id =>
                !items.TryGetValue(id, out var item) ? id
                : IsChapter(item) ? Resolve(folder, item.Value("href") ?? "")
                : ""
            )
            .Where(chapter => chapter.Length > 0)
            .Except(contents, StringComparer.Ordinal);
    }

    private static bool IsChapter(XElement item) =>
        item.Value("properties")?.Split(' ').Contains("nav", StringComparer.Ordinal) is not true
        && item.Value("media-type")?.Contains("html", StringComparison.OrdinalIgnoreCase) is true;

    private static string Resolve(string folder, string href)
    {
        var parts = new List<string>();
        foreach (var part in (folder + Uri.UnescapeDataString(href.Split('#')[0])).Split('/'))
        {
            switch (part)
            {
                case "." or "":
                    break;
                case "..":
                    parts.RemoveRange(Math.Max(0, parts.Count - 1), Math.Min(1, parts.Count));
                    break;
                default:
                    parts.Add(part);
                    break;
            }
        }

        return string.Join('/', parts);
    }

    private static string? Text(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        var chapter = bytes.ToArray();
        return Charset.Decode(chapter, HtmlReader.DeclaredCharset(chapter));
    }

    private static XElement? Part(ZipArchive zip, string path)
    {
        if (Find(zip, path) is not { } entry)
        {
            return null;
        }

        using var content = entry.Open();
        return Xml.Load(content);
    }

    private static ZipArchiveEntry? Find(ZipArchive zip, string path) =>
        zip.GetEntry(path)
        ?? zip.Entries.FirstOrDefault(entry => string.Equals(entry.FullName, path, StringComparison.OrdinalIgnoreCase));
}
