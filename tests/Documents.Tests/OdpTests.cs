namespace EmbeddingFunctions.Documents.Tests;

public sealed class OdpTests : ZipReaderConformance
{
    protected override string Extension => ".odp";

    protected override string ContentType => "application/vnd.oasis.opendocument.presentation";

    protected override string[] Parts => ["content.xml"];

    protected override byte[] Make(params string[] paragraphs) =>
        Odf.File("presentation", Page(Frame(string.Concat(paragraphs.Select(text => $"<text:p>{text}</text:p>")))));

    private static string Page(string shapes, string attributes = "") =>
        $"<draw:page {attributes}>{shapes}</draw:page>";

    private static string Frame(string paragraphs, string attributes = "") =>
        $"<draw:frame {attributes}><draw:text-box>{paragraphs}</draw:text-box></draw:frame>";

    private static string Class(string name, string text) =>
        Frame($"<text:p>{text}</text:p>", $"presentation:class=\"{name}\"");

    [Fact]
    public async Task Blocks_are_typed_and_know_their_slide()
    {
        const string Hidden =
            "<style:style style:name=\"H\" style:family=\"drawing-page\"><style:drawing-page-properties presentation:visibility=\"hidden\"/></style:style>";
        var document = await Files.ReadAsync(
            Odf.File(
                "presentation",
                Page(Frame("<text:p>HIDDEN SLIDE</text:p>"), "draw:style-name=\"H\"")
                    + Page(
                        Frame("<text:p>Loose</text:p>")
                            + Class("title", "Heating</text:p><text:p>plan")
                            + Frame(
                                "<text:list><text:list-item><text:p>One</text:p></text:list-item></text:list>",
                                "presentation:class=\"outline\""
                            )
                            + "<draw:g><draw:g><draw:custom-shape><text:p>In groups</text:p></draw:custom-shape></draw:g></draw:g>"
                            + "<draw:frame><table:table>"
                            + "<table:table-row><table:table-cell><text:p>Zone</text:p></table:table-cell><table:table-cell><text:p>Target</text:p></table:table-cell></table:table-row>"
                            + "</table:table><draw:image/></draw:frame>"
                            + Class("page-number", "2")
                            + Class("date-time", "1 July")
                            + Class("footer", "FOOTER")
                            + "<draw:frame draw:display=\"none\"><draw:text-box><text:p>HIDDEN</text:p></draw:text-box></draw:frame>"
                            + $"<presentation:notes>{Class("page", "")}{Class("notes", "Budget line 4410")}{Class("header", "HEADER")}</presentation:notes>"
                    ),
                Hidden
            ),
            "file.odp"
        );

        document.Blocks.ShouldBe([
            new Block(BlockKind.Heading, "Heating plan", 1, 2),
            new Block(BlockKind.Paragraph, "Loose", 0, 2),
            new Block(BlockKind.ListItem, "One", 0, 2),
            new Block(BlockKind.Paragraph, "In groups", 0, 2),
            new Block(BlockKind.Table, "Zone | Target", 0, 2),
            new Block(BlockKind.Paragraph, "Budget line 4410", 0, 2),
        ]);
    }

    [Fact]
    public async Task A_slide_without_a_title_is_not_under_that_of_the_slide_before()
    {
        var document = await Files.ReadAsync(
            Odf.File(
                "presentation",
                Page(Class("title", "Heating") + Frame("<text:p>One</text:p>"))
                    + Page(Frame("<text:p>Two</text:p><text:p>Three</text:p>"))
            ),
            "file.odp"
        );

        Chunker
            .Chunk(document, new ChunkOptions(), Counters.Words)
            .Select(chunk => (chunk.Heading, chunk.Text, chunk.Page))
            .ShouldBe([("Heating", "Heating\n\nOne", 1), ("", "Two\n\nThree", 2)]);
    }

    [Fact]
    public async Task Drawings_are_read_as_slides()
    {
        var document = await Files.ReadAsync(Odf.File("drawing", Page(Frame("<text:p>Plan</text:p>"))), "a.odg");

        document.ContentType.ShouldBe("application/vnd.oasis.opendocument.graphics");
        document.Blocks.ShouldBe([new Block(BlockKind.Paragraph, "Plan", 1, 1)]);
    }
}
