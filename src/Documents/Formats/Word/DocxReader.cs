namespace EmbeddingFunctions.Documents.Formats.Word;

internal sealed class DocxReader : IFormatReader
{
    public string Name => "Word document";

    public Document Read(Source source) => throw new InvalidDataException();
}
