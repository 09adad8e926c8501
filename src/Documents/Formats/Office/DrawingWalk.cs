using System.Text;
using System.Xml.Linq;
using DocumentFormat.OpenXml.Packaging;

namespace EmbeddingFunctions.Documents.Formats.Office;

/// <summary>
/// The text of shapes as Office programs draw them: boxes, placeholders, tables, diagrams and titles of charts, in groups of
/// any depth. Recursion is as deep as the XML, which was measured before.
/// </summary>
internal sealed class DrawingWalk(BlockList blocks, Source source, int? page = null)
{
    /// <summary>The language of the first run that states one.</summary>
    public string? Language { get; private set; }

    /// <summary>Adds what a slide, its notes or a sheet's drawing shows, a title first.</summary>
    public void Visit(OpenXmlPart part, XElement root)
    {
        foreach (var shape in Shapes(root).OrderBy(shape => IsTitle(Placeholder(shape)) ? 0 : 1))
        {
            source.CancellationToken.ThrowIfCancellationRequested();
            if (shape.Is("graphicFrame"))
            {
                VisitGraphic(shape.Child("graphic").Child("graphicData"), part);
            }
            else
            {
                VisitBox(shape, Placeholder(shape), isOnSlide: root.Is("sld"));
            }
        }

        Language ??= root.Descendants()
            .FirstOrDefault(run => run.Is("rPr") && run.Value("lang") is not null)
            .Value("lang");
    }

    /// <summary>True for a diagram or a chart by the URI of its graphic, transitional or strict.</summary>
    public static bool HasText(string? graphic) =>
        graphic is not null
        && (
            graphic.EndsWith("/diagram", StringComparison.Ordinal)
            || graphic.EndsWith("/chart", StringComparison.Ordinal)
        );

    public static XElement Load(OpenXmlPart part)
    {
        using var content = part.GetStream(FileMode.Open, FileAccess.Read);
        return Xml.Load(content);
    }

    private static List<XElement> Shapes(XElement parent)
    {
        var shapes = new List<XElement>();
        foreach (var child in parent.Elements().Where(child => !IsHidden(child)))
        {
            switch (child.Name.LocalName)
            {
                case "sp" or "graphicFrame":
                    shapes.Add(child);
                    break;
                case "AlternateContent":
                    shapes.AddRange(Understood(child).Select(Shapes).FirstOrDefault(found => found.Count > 0) ?? []);
                    break;
                default:
                    shapes.AddRange(Shapes(child));
                    break;
            }
        }

        return shapes;
    }

    private static IEnumerable<XElement> Understood(XElement alternatives) =>
        alternatives
            .Elements()
            .Where(alternative =>
                Alternatives.AreUnderstood(
                    alternative.Value("Requires"),
                    prefix => alternative.GetNamespaceOfPrefix(prefix)?.NamespaceName
                )
            );

    // A shape's first child says what it is besides its looks: nvSpPr, nvGrpSpPr, nvGraphicFramePr.
    private static bool IsHidden(XElement shape) =>
        Xml.IsTrue(shape.Elements().FirstOrDefault().Child("cNvPr").Value("hidden"));

    private static string? Placeholder(XElement shape) =>
        shape.Elements().FirstOrDefault().Child("nvPr").Child("ph") is { } placeholder
            ? placeholder.Value("type") ?? "obj"
            : null;

    private static bool IsTitle(string? placeholder) => placeholder is "title" or "ctrTitle";

    private void VisitBox(XElement box, string? placeholder, bool isOnSlide)
    {
        var text = box.Child("txBody");
        switch (placeholder)
        {
            case "sldNum" or "dt" or "ftr" or "hdr" or "sldImg":
                break;
            case "title" or "ctrTitle":
                blocks.Add(BlockKind.Heading, TextOf(text), level: 1, page);
                break;
            default:
                AddParagraphs(text, isList: isOnSlide && placeholder is "body" or "obj");
                break;
        }
    }

    /// <summary>Adds what a graphicData of the part shows: a table, a diagram or the titles of a chart.</summary>
    public void VisitGraphic(XElement? graphic, OpenXmlPart part)
    {
        foreach (var content in graphic?.Elements() ?? [])
        {
            switch (content.Name.LocalName)
            {
                case "tbl":
                    VisitTable(content);
                    break;
                case "relIds" when Related(part, content.Value("dm")) is DiagramDataPart diagram:
                    Load(diagram)
                        .Descendants()
                        .Where(text => text.Is("t") && text.Parent!.Is("pt"))
                        .ToList()
                        .ForEach(Add);
                    break;
                case "chart" when Related(part, content.Value("id")) is ChartPart chart:
                    Load(chart).Descendants().Where(title => title.Is("rich")).ToList().ForEach(Add);
                    break;
            }
        }

        void Add(XElement text) => AddParagraphs(text, isList: false);
    }

    private static OpenXmlPart? Related(OpenXmlPart part, string? id) =>
        id is not null && part.TryGetPartById(id, out var related) ? related : null;

    private void VisitTable(XElement table)
    {
        var rows = Children(table, "tr")
            .Select(row => Children(row, "tc").Select(cell => cell.Child("txBody")).ToList())
            .ToList();
        if (rows.TrueForAll(row => row.Count <= 1))
        {
            // It frames a text.
            rows.ForEach(row => row.ForEach(cell => AddParagraphs(cell, isList: false)));
            return;
        }

        blocks.AddTable(rows.Select(row => (IReadOnlyList<string>)[.. row.Select(TextOf)]), page);
    }

    private void AddParagraphs(XElement? text, bool isList)
    {
        foreach (var paragraph in Children(text, "p"))
        {
            var properties = paragraph.Child("pPr");
            var isItem = properties switch
            {
                _ when properties.Child("buNone") is not null => false,
                _ when properties.Child("buChar") is not null || properties.Child("buAutoNum") is not null => true,
                _ => isList,
            };
            blocks.Add(isItem ? BlockKind.ListItem : BlockKind.Paragraph, Line(paragraph), page: page);
        }
    }

    private static IEnumerable<XElement> Children(XElement? parent, string name) =>
        parent?.Elements().Where(child => child.Is(name)) ?? [];

    private static string TextOf(XElement? text) => string.Join(' ', Children(text, "p").Select(Line));

    private static string Line(XElement paragraph)
    {
        var line = new StringBuilder();
        Append(paragraph, line);
        return line.ToString();
    }

    private static void Append(XElement parent, StringBuilder line)
    {
        foreach (var child in parent.Elements())
        {
            switch (child.Name.LocalName)
            {
                case "t":
                    line.Append(child.Value);
                    break;
                case "br":
                    line.Append('\n');
                    break;
                case "fld"
                    when child.Value("type") is "slidenum"
                        || child.Value("type")?.StartsWith("datetime", StringComparison.Ordinal) is true:
                case "pPr" or "rPr" or "endParaRPr":
                    break;
                case "AlternateContent":
                    var before = line.Length;
                    foreach (var alternative in Understood(child).TakeWhile(_ => line.Length == before))
                    {
                        Append(alternative, line);
                    }

                    break;
                default:
                    Append(child, line);
                    break;
            }
        }
    }
}
