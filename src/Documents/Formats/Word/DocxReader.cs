using DocumentFormat.OpenXml.Packaging;

namespace EmbeddingFunctions.Documents.Formats.Word;

/// <summary>The final view of a Word document: insertions in, deletions, hidden text and field codes out.</summary>
internal sealed class DocxReader : IFormatReader
{
    private const long MostCharactersInPart = 32 * 1024 * 1024;

    public string Name => "Word document";

    public Document Read(Source source)
    {
        ZipContainer.Check(source);
        using var package = WordprocessingDocument.Open(
            new MemoryStream(source.Bytes, writable: false),
            isEditable: false,
            new OpenSettings { MaxCharactersInPart = MostCharactersInPart }
        );
        var main = package.MainDocumentPart ?? throw new InvalidDataException();
        var body = main.Document?.Body ?? throw new InvalidDataException();

        var styles = new Styles(main.StyleDefinitionsPart?.Styles);
        var blocks = new BlockList();
        new WordWalk(blocks, styles, new Notes(main), source).Visit(body);

        var title = BlockList.OneLine(package.PackageProperties.Title ?? "");
        return new Document
        {
            ContentType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Title = title.Length > 0 ? title : null,
            Language = Language.Of(blocks, package.PackageProperties.Language ?? styles.DefaultLanguage),
            Blocks = blocks,
        };
    }
}
