using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Presentation;

namespace EmbeddingFunctions.Documents.Formats.Office;

/// <summary>The slides of a presentation in the order they are shown, each with its speaker's notes behind it.</summary>
internal sealed class PptxReader : IFormatReader
{
    public string Name => "PowerPoint presentation";

    public Document Read(Source source)
    {
        using var package = PresentationDocument.Open(
            OfficePackage.Open(source),
            isEditable: false,
            OfficePackage.Settings
        );
        var main = package.PresentationPart ?? throw new InvalidDataException();
        var presentation = main.Presentation ?? throw new InvalidDataException();

        var blocks = new BlockList();
        string? language = null;
        foreach (var (index, id) in (presentation.SlideIdList?.Elements<SlideId>() ?? []).Index())
        {
            if (id.RelationshipId?.Value is not { } relation || main.GetPartById(relation) is not SlidePart slide)
            {
                throw new InvalidDataException();
            }

            // A number counts hidden slides too, as PowerPoint does.
            var walk = new DrawingWalk(blocks, source, page: index + 1);
            var first = blocks.Count;
            var root = DrawingWalk.Load(slide);
            if (root.Value("show") is not ("0" or "false"))
            {
                walk.Visit(slide, root);
                if (slide.NotesSlidePart is { } notes)
                {
                    walk.Visit(notes, DrawingWalk.Load(notes));
                }
            }

            blocks.BeginSection(first);
            language ??= walk.Language;
        }

        return OfficePackage.Document(package, "presentationml.presentation", blocks, language);
    }
}
