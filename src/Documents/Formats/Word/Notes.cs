using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;

namespace EmbeddingFunctions.Documents.Formats.Word;

/// <summary>Footnotes and endnotes, numbered as the text refers to them.</summary>
internal sealed class Notes(MainDocumentPart main)
{
    private readonly Dictionary<long, OpenXmlElement> _footnotes = ById(main.FootnotesPart?.Footnotes);
    private readonly Dictionary<long, OpenXmlElement> _endnotes = ById(main.EndnotesPart?.Endnotes);
    private int _count;

    /// <summary>The note that a reference means and its number; null if it has none, or was given before.</summary>
    public (OpenXmlElement Note, int Number)? Take(FootnoteEndnoteReferenceType reference)
    {
        var notes = reference is FootnoteReference ? _footnotes : _endnotes;
        return reference.Id?.Value is { } id && notes.Remove(id, out var note) ? (note, ++_count) : null;
    }

    private static Dictionary<long, OpenXmlElement> ById(OpenXmlElement? notes) =>
        (notes?.Elements<FootnoteEndnoteType>() ?? [])
            .Where(note => note.Id?.Value is not null)
            .GroupBy(note => note.Id!.Value)
            .ToDictionary(note => note.Key, OpenXmlElement (note) => note.First());
}
