namespace EmbeddingFunctions.Documents.Tests;

public sealed class OdtTests : ZipReaderConformance
{
    protected override string Extension => ".odt";

    protected override string ContentType => "application/vnd.oasis.opendocument.text";

    protected override string[] Parts => ["content.xml"];

    protected override byte[] Make(params string[] paragraphs) => Odf.Text(string.Concat(paragraphs.Select(P)));

    private static string P(string text) => $"<text:p>{text}</text:p>";

    private static async Task<Document> ReadAsync(string body, string styles = "") =>
        await Files.ReadAsync(Odf.Text(body, styles), "file.odt");

    [Fact]
    public async Task Blocks_are_typed()
    {
        var document = await ReadAsync(
            """
            <text:p text:style-name="P1">Manual</text:p>
            <text:h text:outline-level="2">Pump<text:span>s</text:span></text:h>
            <text:h text:outline-level="9">Deep</text:h>
            <text:p>Two
               words<text:s text:c="3"/>apart<text:tab/>tab<text:line-break/>below <text:a>link</text:a></text:p>
            <text:list><text:list-item><text:p>one</text:p><text:list><text:list-item><text:p>inner</text:p></text:list-item></text:list></text:list-item>
            <text:list-item><text:h text:outline-level="3">numbered</text:h></text:list-item></text:list>
            <text:section text:name="s"><text:p>after</text:p></text:section>
            """,
            "<style:style style:name=\"P1\" style:family=\"paragraph\" style:parent-style-name=\"Title\"/>"
        );

        document
            .Blocks.Select(block => (block.Kind, block.Text, block.Level))
            .ShouldBe([
                (BlockKind.Heading, "Manual", 1),
                (BlockKind.Heading, "Pumps", 2),
                (BlockKind.Heading, "Deep", 6),
                (BlockKind.Paragraph, "Two words   apart\ttab\nbelow link", 0),
                (BlockKind.ListItem, "one", 0),
                (BlockKind.ListItem, "inner", 0),
                (BlockKind.Heading, "numbered", 3),
                (BlockKind.Paragraph, "after", 0),
            ]);
    }

    [Fact]
    public async Task What_is_not_shown_is_not_read()
    {
        var document = await ReadAsync(
            """
            <text:tracked-changes><text:changed-region><text:deletion><text:p>DELETED</text:p></text:deletion></text:changed-region></text:tracked-changes>
            <text:table-of-content><text:index-body><text:p>CONTENTS</text:p></text:index-body></text:table-of-content>
            <text:p>Seen<text:change text:change-id="c"/> <office:annotation><dc:creator>COMMENTER</dc:creator><text:p>COMMENT</text:p></office:annotation>text<text:span text:style-name="T1">HIDDEN</text:span><text:hidden-text text:is-hidden="true">HIDDEN</text:hidden-text></text:p>
            <text:p text:style-name="P2">HIDDEN</text:p>
            <text:p><text:hidden-paragraph text:is-hidden="true"/>HIDDEN</text:p>
            <text:section text:display="none"><text:p>HIDDEN</text:p></text:section>
            <text:section text:display="condition" text:is-hidden="true"><text:p>HIDDEN</text:p></text:section>
            <text:section text:display="condition"><text:p>shown</text:p></text:section>
            <text:p><text:ruby><text:ruby-base>漢字</text:ruby-base><text:ruby-text>かんじ</text:ruby-text></text:ruby></text:p>
            """,
            "<style:style style:name=\"T1\" style:family=\"text\"><style:text-properties text:display=\"none\"/></style:style>"
                + "<style:style style:name=\"P2\" style:family=\"paragraph\" style:parent-style-name=\"P3\"/>"
                + "<style:style style:name=\"P3\" style:family=\"paragraph\"><style:text-properties text:display=\"none\"/></style:style>"
                + "<style:style style:name=\"L\" style:family=\"paragraph\" style:parent-style-name=\"L\"/>"
        );

        document.Lines().ShouldBe(["Seen text", "shown", "漢字"]);
    }

    [Fact]
    public async Task Notes_and_boxes_follow_their_paragraph_once()
    {
        var document = await ReadAsync(
            """
            <text:p>Water<text:note><text:note-citation>*</text:note-citation><text:note-body><text:p>At sea level.</text:p><text:p>Pure.</text:p></text:note-body></text:note> boils<draw:frame><draw:text-box><text:p>In a box<text:note><text:note-body><text:p>Inner.</text:p></text:note-body></text:note></text:p></draw:text-box><svg:title>TITLE</svg:title><svg:desc>DESCRIPTION</svg:desc></draw:frame>.</text:p>
            <text:p>Next.</text:p>
            """
        );

        document
            .Lines()
            .ShouldBe(["Water[1] boils.", "[1] At sea level.", "Pure.", "In a box[2]", "[2] Inner.", "Next."]);
    }

    [Fact]
    public async Task Tables_keep_their_columns()
    {
        var document = await ReadAsync(
            """
            <table:table>
              <table:table-header-rows><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell table:number-columns-repeated="2"><text:p>b</text:p></table:table-cell></table:table-row></table:table-header-rows>
              <table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-spanned="2"><text:p>wide</text:p></table:table-cell><table:covered-table-cell/><table:table-cell><text:p>two</text:p><text:p>lines</text:p></table:table-cell></table:table-row>
              <table:table-row table:visibility="collapse"><table:table-cell><text:p>HIDDEN</text:p></table:table-cell><table:table-cell/></table:table-row>
            </table:table>
            <table:table><table:table-row><table:table-cell><text:p>framed</text:p><text:p>text</text:p></table:table-cell></table:table-row></table:table>
            """
        );

        document.Lines().ShouldBe(["a | b | b\nwide |  | two lines\nwide |  | two lines", "framed", "text"]);
    }

    [Fact]
    public async Task What_repeats_is_bounded()
    {
        const string Row =
            "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell table:number-columns-repeated=\"1000000\">";
        var table = $"<table:table>{Row}<text:p>x</text:p></table:table-cell></table:table-row></table:table>";

        (await ReadAsync(table)).Text.Length.ShouldBeLessThan(64 * 64 * 4);

        // Sixteen of them inside each other would be 64 to the power of 32.
        var nested =
            string.Concat(Enumerable.Repeat("<table:table>" + Row, 16))
            + "<text:p>x</text:p>"
            + string.Concat(Enumerable.Repeat("</table:table-cell></table:table-row></table:table>", 16));
        (await Files.RefusalOfAsync(Odf.Text(nested), "a.odt")).Fault.ShouldBe(DocumentFault.TooLarge);
        (await ReadAsync("<text:p>a<text:s text:c=\"2000000000\"/>b</text:p>")).Text.Length.ShouldBeLessThan(100);
    }

    [Fact]
    public async Task The_file_says_who_wrote_it_and_when()
    {
        var document = await ReadAsync(P("Text"));

        (document.Title, document.Author, document.Language).ShouldBe(("The title", "Ada", "de-AT"));
        document.Created.ShouldBe(new DateTimeOffset(2031, 7, 1, 12, 0, 0, TimeSpan.Zero));
        document.Modified.ShouldBe(new DateTimeOffset(2031, 7, 2, 12, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_password_is_a_fault_of_its_own()
    {
        var locked = Zips.With(
            Zips.With(Make("x"), "content.xml", "\u0001garbage"),
            "META-INF/manifest.xml",
            "<m:manifest xmlns:m=\"m\"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>"
        );

        (await Files.RefusalOfAsync(locked, "a.odt")).Fault.ShouldBe(DocumentFault.Encrypted);
    }

    [Fact]
    public async Task A_manifest_need_not_say_what_its_prefix_means() =>
        (
            await Files.ReadAsync(
                Zips.With(
                    Make("Text."),
                    "META-INF/manifest.xml",
                    "<!DOCTYPE manifest:manifest PUBLIC \"-//OpenOffice.org//DTD Manifest 1.0//EN\" \"Manifest.dtd\"><manifest:manifest/>"
                ),
                "a.odt"
            )
        ).Text.ShouldBe("Text.");

    [Fact]
    public async Task Other_kinds_are_named() =>
        (await Files.RefusalOfAsync(Odf.File("chart", ""), "a.odc")).Message.ShouldContain("another kind");

    /// <summary>Pandoc names the style and does not define it.</summary>
    [Fact]
    public async Task A_title_needs_no_style_of_its_own() =>
        (await ReadAsync("<text:p text:style-name=\"Title\">Manual</text:p><text:p>Text</text:p>")).Blocks.ShouldBe([
            new Block(BlockKind.Heading, "Manual", 1),
            new Block(BlockKind.Paragraph, "Text"),
        ]);

    /// <summary>LibreOffice makes such of imported pages.</summary>
    [Fact]
    public async Task A_heading_may_be_one_by_its_style_alone() =>
        (
            await ReadAsync(
                "<text:p text:style-name=\"P7\">Pumps</text:p><text:p text:style-name=\"Heading_20_3\">Seals</text:p>"
                    + "<text:p text:style-name=\"Heading_20_10\">Text</text:p>",
                "<style:style style:name=\"P7\" style:family=\"paragraph\" style:parent-style-name=\"Heading_20_1\"/>"
            )
        )
            .Blocks.Select(block => (block.Text, block.Level))
            .ShouldBe([("Pumps", 1), ("Seals", 3), ("Text", 0)]);
}
