using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;

namespace EmbeddingFunctions.Documents.Tests;

public sealed class PptxTests : OfficeReaderConformance
{
    private const string Namespaces =
        "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" "
        + "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" "
        + "xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" "
        + "xmlns:dgm=\"http://schemas.openxmlformats.org/drawingml/2006/diagram\" "
        + "xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" "
        + "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"";

    protected override string Extension => ".pptx";

    protected override string ContentType =>
        "application/vnd.openxmlformats-officedocument.presentationml.presentation";

    protected override string[] Parts => ["ppt/presentation.xml", "ppt/slides/slide1.xml"];

    protected override byte[] Make(params string[] paragraphs) =>
        Pptx(new Slide(Box(string.Concat(paragraphs.Select(P)))));

    [Fact]
    public async Task A_slide_without_a_title_is_not_under_that_of_the_slide_before()
    {
        var pptx = Pptx(
            new Slide(Box(P("Heating"), "<p:ph type=\"title\"/>") + Box(P("One"))),
            new Slide(Box(P("Two")) + Box(P("Three")), Notes: Box(P("Four")))
        );
        var alone = await Files.ReadAsync(pptx, "a.pptx");
        var inner = await Files.ReadAsync(ZipTests.Zip(("a.pptx", pptx)), "a.zip");

        Cut(alone).ShouldBe([("Heating", "Heating\n\nOne"), ("", "Two\n\nThree\n\nFour")]);
        Cut(inner).ShouldBe([("a.pptx > Heating", "a.pptx\n\nHeating\n\nOne"), ("a.pptx", "Two\n\nThree\n\nFour")]);

        static IEnumerable<(string, string)> Cut(Document document) =>
            Chunker.Chunk(document, new ChunkOptions(), Counters.Words).Select(chunk => (chunk.Heading, chunk.Text));
    }

    private sealed record Slide(
        string Shapes,
        string Notes = "",
        string Attributes = "",
        string Diagram = "",
        string Chart = ""
    );

    private static byte[] Pptx(params Slide[] slides)
    {
        using var file = new MemoryStream();
        using (var package = PresentationDocument.Create(file, PresentationDocumentType.Presentation))
        {
            package.CompressionOption = System.IO.Packaging.CompressionOption.NotCompressed;
            package.PackageProperties.Title = "Heating";
            package.PackageProperties.Creator = "Ada";
            package.PackageProperties.Created = new DateTime(2031, 7, 1, 12, 0, 0, DateTimeKind.Utc);
            var main = package.AddPresentationPart();
            foreach (var (i, slide) in slides.Index())
            {
                var part = main.AddNewPart<SlidePart>($"r{i}");
                Xml(
                    part,
                    $"<p:sld {Namespaces} {slide.Attributes}><p:cSld><p:spTree>{slide.Shapes}</p:spTree></p:cSld></p:sld>"
                );
                if (slide.Notes.Length > 0)
                {
                    Xml(
                        part.AddNewPart<NotesSlidePart>(),
                        $"<p:notes {Namespaces}><p:cSld><p:spTree>{slide.Notes}</p:spTree></p:cSld></p:notes>"
                    );
                }

                if (slide.Diagram.Length > 0)
                {
                    Xml(
                        part.AddNewPart<DiagramDataPart>("dm"),
                        $"<dgm:dataModel {Namespaces}><dgm:ptLst>{slide.Diagram}</dgm:ptLst></dgm:dataModel>"
                    );
                }

                if (slide.Chart.Length > 0)
                {
                    Xml(
                        part.AddNewPart<ChartPart>("ch"),
                        $"<c:chartSpace {Namespaces}><c:chart>{slide.Chart}</c:chart></c:chartSpace>"
                    );
                }
            }

            // Slides are shown in the order of this list, whatever their parts are called.
            var ids = slides.Select((_, i) => $"<p:sldId id=\"{256 + i}\" r:id=\"r{i}\"/>");
            Xml(main, $"<p:presentation {Namespaces}><p:sldIdLst>{string.Concat(ids)}</p:sldIdLst></p:presentation>");
        }

        return file.ToArray();
    }

    private static void Xml(OpenXmlPart part, string xml)
    {
        using var stream = part.GetStream(FileMode.Create);
        stream.Write(System.Text.Encoding.UTF8.GetBytes(xml));
    }

    private static string P(string text) => $"<a:p><a:r><a:rPr lang=\"en-GB\"/><a:t>{text}</a:t></a:r></a:p>";

    private static string Box(string paragraphs, string placeholder = "", string attributes = "") =>
        $"<p:sp><p:nvSpPr><p:cNvPr id=\"2\" name=\"n\" {attributes}/><p:cNvSpPr/><p:nvPr>{placeholder}</p:nvPr></p:nvSpPr>"
        + $"<p:txBody><a:bodyPr/>{paragraphs}</p:txBody></p:sp>";

    private static string Placeholder(string type, string text) => Box(P(text), $"<p:ph type=\"{type}\"/>");

    private static string Group(string shapes, string attributes = "") =>
        $"<p:grpSp><p:nvGrpSpPr><p:cNvPr id=\"3\" name=\"g\" {attributes}/></p:nvGrpSpPr>{shapes}</p:grpSp>";

    private static string Frame(string content, string attributes = "") =>
        $"<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id=\"4\" name=\"f\" {attributes}/></p:nvGraphicFramePr>"
        + $"<a:graphic><a:graphicData>{content}</a:graphicData></a:graphic></p:graphicFrame>";

    private static string Row(params string[] cells) =>
        $"<a:tr>{string.Concat(cells.Select(cell => $"<a:tc><a:txBody>{P(cell)}</a:txBody></a:tc>"))}</a:tr>";

    private static Task<Document> ReadAsync(params Slide[] slides) => Files.ReadAsync(Pptx(slides), "file.pptx");

    [Fact]
    public async Task Blocks_are_typed_and_know_their_slide()
    {
        var document = await ReadAsync(
            new Slide(
                Box(P("Loose text")) + Placeholder("ctrTitle", "Heating plan") + Placeholder("subTitle", "For 2031")
            ),
            new Slide(
                Placeholder("title", "Valves")
                    + Box(
                        P("One") + "<a:p><a:pPr><a:buNone/></a:pPr><a:r><a:t>Plain</a:t></a:r></a:p>",
                        "<p:ph idx=\"1\"/>"
                    )
                    + Box("<a:p><a:pPr><a:buChar char=\"-\"/></a:pPr><a:r><a:t>Bullet</a:t></a:r></a:p>")
                    + Frame($"<a:tbl>{Row("Zone", "Target")}{Row("East wing", "19.5 C")}</a:tbl>"),
                Notes: Placeholder("sldImg", "") + Placeholder("body", "Budget line 4410") + Placeholder("sldNum", "2")
            )
        );

        document.Blocks.ShouldBe([
            new Block(BlockKind.Heading, "Heating plan", 1, 1),
            new Block(BlockKind.Paragraph, "Loose text", 0, 1),
            new Block(BlockKind.Paragraph, "For 2031", 0, 1),
            new Block(BlockKind.Heading, "Valves", 1, 2),
            new Block(BlockKind.ListItem, "One", 0, 2),
            new Block(BlockKind.Paragraph, "Plain", 0, 2),
            new Block(BlockKind.ListItem, "Bullet", 0, 2),
            new Block(BlockKind.Table, "Zone | Target\nEast wing | 19.5 C", 0, 2),
            new Block(BlockKind.Paragraph, "Budget line 4410", 0, 2),
        ]);
        (document.Title, document.Author, document.Language).ShouldBe(("Heating", "Ada", "en-GB"));
        document.Created.ShouldBe(new DateTimeOffset(2031, 7, 1, 12, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Text_is_found_wherever_it_is_drawn_and_once()
    {
        var document = await ReadAsync(
            new Slide(
                Group(
                    Box(P("in a group"))
                        + Group(Group(Box(P("three groups down")) + Frame($"<a:tbl>{Row("framed")}</a:tbl>")))
                )
                    + $"<mc:AlternateContent><mc:Choice xmlns:p14=\"http://schemas.microsoft.com/office/powerpoint/2010/main\" Requires=\"p14\">{Box(P("newer form"))}</mc:Choice>"
                    + $"<mc:Fallback>{Box(P("OLDER FORM"))}</mc:Fallback></mc:AlternateContent>"
                    + "<mc:AlternateContent xmlns:f=\"http://example.com/future\"><mc:Choice Requires=\"f\">"
                    + $"{Box(P("FUTURE"))}</mc:Choice><mc:Fallback>{Box(P("form of today"))}</mc:Fallback></mc:AlternateContent>"
                    + Frame("<dgm:relIds r:dm=\"dm\"/>")
                    + Frame("<c:chart r:id=\"ch\"/>")
                    + Frame("<dgm:relIds r:dm=\"nowhere\"/>"),
                Diagram: $"<dgm:pt><dgm:t>{P("a diagram's node")}</dgm:t></dgm:pt><dgm:pt type=\"pres\"><dgm:prSet/></dgm:pt>",
                Chart: $"<c:title><c:tx><c:rich>{P("a chart's title")}</c:rich></c:tx></c:title>"
            )
        );

        document
            .Lines()
            .ShouldBe([
                "in a group",
                "three groups down",
                "framed",
                "newer form",
                "form of today",
                "a diagram's node",
                "a chart's title",
            ]);
    }

    [Fact]
    public async Task What_is_not_shown_is_not_read()
    {
        var document = await ReadAsync(
            new Slide(Box(P("HIDDEN SLIDE")), Attributes: "show=\"0\"", Notes: Box(P("HIDDEN NOTES"))),
            new Slide(
                Box(P("shown"))
                    + Box(P("HIDDEN BOX"), attributes: "hidden=\"1\"")
                    + Group(Box(P("HIDDEN GROUP")), "hidden=\"true\"")
                    + Frame($"<a:tbl>{Row("HIDDEN", "TABLE")}</a:tbl>", "hidden=\"1\"")
                    + Placeholder("sldNum", "2")
                    + Placeholder("dt", "1 July")
                    + Placeholder("ftr", "FOOTER")
                    + Box("<a:p><a:r><a:t>page</a:t></a:r><a:fld type=\"slidenum\"><a:t>77</a:t></a:fld></a:p>")
            )
        );

        document.Lines().ShouldBe(["shown", "page"]);
        document.Blocks[0].Page.ShouldBe(2);
    }

    [Fact]
    public async Task Runs_join_and_boxes_do_not() =>
        (
            await ReadAsync(
                new Slide(
                    Box(
                        "<a:p><a:r><a:t>Boi</a:t></a:r><a:r><a:t>ler</a:t></a:r><a:br/><a:r><a:t>room</a:t></a:r></a:p>"
                    ) + Box(P("Valve"))
                )
            )
        ).Text.ShouldBe("Boiler\nroom\n\nValve");

    [Fact]
    public async Task A_slide_that_is_not_there_is_corrupt() =>
        (
            await Files.RefusalOfAsync(
                Zips.With(
                    Make("Text."),
                    "ppt/presentation.xml",
                    $"<p:presentation {Namespaces}><p:sldIdLst><p:sldId id=\"256\" r:id=\"none\"/></p:sldIdLst></p:presentation>"
                ),
                "a.pptx"
            )
        ).Fault.ShouldBe(DocumentFault.Corrupt);
}
