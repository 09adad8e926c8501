using DocumentFormat.OpenXml.Packaging;
using EmbeddingFunctions.Documents.Formats.Office;

namespace EmbeddingFunctions.Documents.Formats.Word;

/// <summary>The final view of a Word document: insertions in, deletions, hidden text and field codes out.</summary>
internal sealed class DocxReader : IFormatReader
{
    public string Name => "Word document";

    public Document Read(Source source)
    {
        using var package = WordprocessingDocument.Open(
            OfficePackage.Open(source),
            isEditable: false,
            OfficePackage.Settings
        );
        var main = package.MainDocumentPart ?? throw new InvalidDataException();
        var body = main.Document?.Body ?? throw new InvalidDataException();

        var styles = new Styles(main.StyleDefinitionsPart?.Styles);
        var blocks = new BlockList();
        new WordWalk(blocks, styles, new Notes(main), main, source).Visit(body);

        return OfficePackage.Document(package, "wordprocessingml.document", blocks, styles.DefaultLanguage);
    }
}
