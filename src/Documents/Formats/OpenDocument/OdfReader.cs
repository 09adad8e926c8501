using System.IO.Compression;
using System.Xml.Linq;

namespace EmbeddingFunctions.Documents.Formats.OpenDocument;

/// <summary>Texts, sheets, slides and drawings of OpenDocument (odt, ods, odp, odg), told apart by their content.</summary>
internal sealed class OdfReader : IFormatReader
{
    public string Name => "OpenDocument file";

    public Document Read(Source source)
    {
        ZipContainer.Check(source);
        using var zip = ZipContainer.Open(source);
        if (IsEncrypted(zip))
        {
            throw new DocumentException(DocumentFault.Encrypted, "The OpenDocument file needs a password.");
        }

        var root = Part(zip, "content.xml") ?? throw new InvalidDataException();
        var content = root.Child("body")?.Elements().FirstOrDefault() ?? throw new InvalidDataException();
        var styles = new OdfStyles(Part(zip, "styles.xml") is { } more ? [root, more] : [root]);
        var meta = Part(zip, "meta.xml").Child("meta");

        var blocks = new BlockList();
        var kind = Visit(content, blocks, new OdfContext(styles, source));
        return new Document
        {
            ContentType = "application/vnd.oasis.opendocument." + kind,
            Title = Properties.Line(meta.Child("title")?.Value),
            Author = Properties.Line(meta.Child("initial-creator")?.Value ?? meta.Child("creator")?.Value),
            Created = Properties.Moment(meta.Child("creation-date")?.Value),
            Modified = Properties.Moment(meta.Child("date")?.Value),
            Language = Language.Of(blocks, meta.Child("language")?.Value ?? styles.DefaultLanguage),
            Blocks = blocks,
        };
    }

    private static string Visit(XElement content, BlockList blocks, OdfContext context)
    {
        switch (Odf.Name(content))
        {
            case "office:text":
                new OdfWalk(blocks, context).Visit(content);
                return "text";
            case "office:spreadsheet":
                new OdfSheets(blocks, context).Visit(content);
                return "spreadsheet";
            case "office:presentation":
                VisitPages(content, blocks, context);
                return "presentation";
            case "office:drawing":
                VisitPages(content, blocks, context);
                return "graphics";
            default:
                throw Format.Unsupported("an OpenDocument file of another kind than text, sheets, slides and drawings");
        }
    }

    // A number counts hidden slides too.
    private static void VisitPages(XElement content, BlockList blocks, OdfContext context)
    {
        foreach (var (index, page) in content.Elements().Where(page => page.Is("page")).Index())
        {
            if (!context.Styles.IsHidden("drawing-page", page.Value("style-name")))
            {
                var first = blocks.Count;
                var walk = new OdfWalk(blocks, context, index + 1);
                foreach (var shape in page.Elements().OrderBy(shape => OdfWalk.IsTitle(shape) ? 0 : 1))
                {
                    walk.VisitShape(shape);
                }

                foreach (var shape in page.Child("notes")?.Elements() ?? [])
                {
                    walk.VisitShape(shape);
                }

                blocks.BeginSection(first);
            }
        }
    }

    // Searched as text: old manifests leave it to a DTD to say what their prefix means.
    private static bool IsEncrypted(ZipArchive zip)
    {
        if (zip.GetEntry("META-INF/manifest.xml") is not { } manifest)
        {
            return false;
        }

        using var text = new StreamReader(manifest.Open());
        return text.ReadToEnd().Contains(":encryption-data", StringComparison.Ordinal);
    }

    private static XElement? Part(ZipArchive zip, string name)
    {
        if (zip.GetEntry(name) is not { } entry)
        {
            return null;
        }

        using var content = entry.Open();
        return Xml.Load(content);
    }
}
