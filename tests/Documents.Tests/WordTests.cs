using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;

namespace EmbeddingFunctions.Documents.Tests;

public sealed class WordTests : OfficeReaderConformance
{
    protected override string Extension => ".docx";

    protected override string ContentType => "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    protected override string[] Parts => ["word/document.xml"];

    protected override byte[] Make(params string[] paragraphs) =>
        Docx(string.Concat(paragraphs.Select(p => $"<w:p><w:r><w:t xml:space=\"preserve\">{p}</w:t></w:r></w:p>")));

    private const string Namespaces =
        "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "
        + "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"";

    private static byte[] Docx(string body, string styles = "", string footnotes = "", string? title = null)
    {
        using var file = new MemoryStream();
        using (var package = WordprocessingDocument.Create(file, WordprocessingDocumentType.Document))
        {
            var main = package.AddMainDocumentPart();
            Fill(main, $"<w:document {Namespaces}><w:body>{body}</w:body></w:document>");
            Fill(main.AddNewPart<StyleDefinitionsPart>(), $"<w:styles {Namespaces}>{styles}</w:styles>");
            Fill(main.AddNewPart<FootnotesPart>(), $"<w:footnotes {Namespaces}>{footnotes}</w:footnotes>");
            package.PackageProperties.Title = title;
        }

        return file.ToArray();
    }

    private static void Fill(OpenXmlPart part, string xml)
    {
        using var stream = part.GetStream(FileMode.Create);
        stream.Write(Encoding.UTF8.GetBytes(xml));
    }

    private static string P(string text, string properties = "") =>
        $"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>";

    private static async Task<Document> ReadAsync(string body, string styles = "", string footnotes = "") =>
        await Files.ReadAsync(Docx(body, styles, footnotes), "file.docx");

    [Fact]
    public async Task Headings_show_by_outline_level_of_paragraph_or_style()
    {
        const string Styles =
            "<w:style w:type=\"paragraph\" w:styleId=\"H\"><w:name w:val=\"rubrik 2\"/><w:pPr><w:outlineLvl w:val=\"1\"/></w:pPr></w:style>"
            + "<w:style w:type=\"paragraph\" w:styleId=\"K\"><w:name w:val=\"my kind\"/><w:basedOn w:val=\"H\"/></w:style>"
            + "<w:style w:type=\"paragraph\" w:styleId=\"T\"><w:name w:val=\"Title\"/></w:style>"
            + "<w:style w:type=\"paragraph\" w:styleId=\"C\"><w:name w:val=\"toc 1\"/></w:style>"
            + "<w:style w:type=\"paragraph\" w:styleId=\"L\"><w:name w:val=\"loop\"/><w:basedOn w:val=\"L\"/></w:style>";

        var document = await ReadAsync(
            P("Book", "<w:pStyle w:val=\"T\"/>")
                + P("Contents entry", "<w:pStyle w:val=\"C\"/>")
                + P("One", "<w:outlineLvl w:val=\"0\"/>")
                + P("Two", "<w:pStyle w:val=\"H\"/>")
                + P("Three", "<w:pStyle w:val=\"K\"/>")
                + P("Body", "<w:outlineLvl w:val=\"9\"/>")
                + P("Loop", "<w:pStyle w:val=\"L\"/>")
                + P("Item", "<w:numPr><w:numId w:val=\"1\"/></w:numPr>"),
            Styles
        );

        document
            .Blocks.Select(block => (block.Kind, block.Text, block.Level))
            .ShouldBe([
                (BlockKind.Heading, "Book", 1),
                (BlockKind.Heading, "One", 1),
                (BlockKind.Heading, "Two", 2),
                (BlockKind.Heading, "Three", 2),
                (BlockKind.Paragraph, "Body", 0),
                (BlockKind.Paragraph, "Loop", 0),
                (BlockKind.ListItem, "Item", 0),
            ]);
    }

    [Fact]
    public async Task What_is_not_seen_is_not_read()
    {
        var document = await ReadAsync(
            """
            <w:p>
              <w:r><w:t xml:space="preserve">Seen </w:t></w:r>
              <w:del><w:r><w:delText>DELETED</w:delText><w:tab/></w:r></w:del>
              <w:ins><w:r><w:t xml:space="preserve">inserted </w:t></w:r></w:ins>
              <w:moveFrom><w:r><w:t>MOVED</w:t></w:r></w:moveFrom>
              <w:r><w:rPr><w:vanish/></w:rPr><w:t>HIDDEN</w:t></w:r>
              <w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t xml:space="preserve">shown </w:t></w:r>
              <w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DATE</w:instrText></w:r><w:r><w:t>CODE</w:t></w:r>
              <w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>today</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>
              <w:r><w:t xml:space="preserve"> left</w:t><w:tab/><w:t>right</w:t><w:noBreakHyphen/><w:t>hand</w:t><w:br/><w:t>below</w:t></w:r>
              <w:r><w:ruby><w:rt><w:r><w:t>READING</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢字</w:t></w:r></w:rubyBase></w:ruby></w:r>
            </w:p>
            """
        );

        document.Text.ShouldBe("Seen inserted shown today left\tright-hand\nbelow漢字");
    }

    [Fact]
    public async Task Text_hidden_by_its_style_is_not_read()
    {
        const string Styles =
            "<w:style w:type=\"character\" w:styleId=\"S\"><w:name w:val=\"s\"/><w:rPr><w:vanish/></w:rPr></w:style>"
            + "<w:style w:type=\"paragraph\" w:styleId=\"Q\"><w:name w:val=\"q\"/><w:rPr><w:vanish/></w:rPr></w:style>";

        var document = await ReadAsync(
            "<w:p><w:r><w:t>Seen</w:t></w:r><w:r><w:rPr><w:rStyle w:val=\"S\"/></w:rPr><w:t>HIDDEN</w:t></w:r></w:p>"
                + P("HIDDEN", "<w:pStyle w:val=\"Q\"/>"),
            Styles
        );

        document.Lines().ShouldBe(["Seen"]);
    }

    [Fact]
    public async Task A_deleted_paragraph_mark_joins_two_paragraphs() =>
        (
            await ReadAsync(
                "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t xml:space=\"preserve\">one </w:t></w:r></w:p>"
                    + P("two")
            )
        )
            .Lines()
            .ShouldBe(["one two"]);

    [Fact]
    public async Task Notes_follow_their_paragraph()
    {
        var document = await ReadAsync(
            "<w:p><w:r><w:t>Water</w:t><w:footnoteReference w:id=\"2\"/><w:t xml:space=\"preserve\"> boils.</w:t></w:r></w:p>"
                + P("Next."),
            footnotes: "<w:footnote w:id=\"2\">" + P("At sea level.") + "</w:footnote>"
        );

        document.Lines().ShouldBe(["Water[1] boils.", "[1] At sea level.", "Next."]);
    }

    [Fact]
    public async Task Tables_keep_their_columns()
    {
        string Cell(string text, string properties = "") => $"<w:tc><w:tcPr>{properties}</w:tcPr>{P(text)}</w:tc>";

        var document = await ReadAsync(
            "<w:tbl>"
                + $"<w:tr>{Cell("a")}{Cell("b")}{Cell("c")}</w:tr>"
                + $"<w:tr>{Cell("wide", "<w:gridSpan w:val=\"2\"/>")}{Cell("3")}</w:tr>"
                + $"<w:tr>{Cell("gone", "<w:vMerge/>")}{Cell("2")}<w:tc>{P("two")}{P("lines")}</w:tc></w:tr>"
                + $"<w:tr><w:trPr><w:del/></w:trPr>{Cell("DELETED")}</w:tr>"
                + $"<w:tr><w:trPr><w:hidden/></w:trPr>{Cell("HIDDEN")}{Cell("ROW")}</w:tr>"
                + $"<w:tr><w:trPr><w:hidden w:val=\"0\"/></w:trPr>{Cell("x")}{Cell("DELETED", "<w:cellDel/>")}{Cell("y")}</w:tr>"
                + "</w:tbl>"
                + P("After.")
        );

        document.Blocks[0].ShouldBe(new Block(BlockKind.Table, "a | b | c\nwide |  | 3\n | 2 | two lines\nx | y"));
        document.Blocks[1].Text.ShouldBe("After.");
    }

    [Fact]
    public async Task Diagrams_and_titles_of_charts_follow_their_paragraph()
    {
        const string Drawing =
            "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" "
            + "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" "
            + "xmlns:dgm=\"http://schemas.openxmlformats.org/drawingml/2006/diagram\" "
            + "xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\"";
        static string Graphic(string kind, string content) =>
            "<w:drawing><wp:inline xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\">"
            + $"<a:graphic {Drawing}><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/{kind}\">{content}"
            + "</a:graphicData></a:graphic></wp:inline></w:drawing>";
        using var file = new MemoryStream();
        file.Write(
            Docx(
                $"<w:p><w:r><w:t>Before</w:t>{Graphic("diagram", "<dgm:relIds r:dm=\"dm\"/>")}{Graphic("chart", "<c:chart r:id=\"ch\"/>")}<w:t xml:space=\"preserve\"> after</w:t></w:r></w:p>"
            )
        );
        using (var package = WordprocessingDocument.Open(file, isEditable: true))
        {
            var main = package.MainDocumentPart!;
            Fill(
                main.AddNewPart<DiagramDataPart>("dm"),
                $"<dgm:dataModel {Drawing}><dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>A node</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>"
            );
            Fill(
                main.AddNewPart<ChartPart>("ch"),
                $"<c:chartSpace {Drawing}><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>A title</a:t></a:r></a:p></c:rich></c:tx></c:title></c:chart></c:chartSpace>"
            );
        }

        (await Files.ReadAsync(file.ToArray(), "a.docx")).Lines().ShouldBe(["Before after", "A node", "A title"]);
    }

    [Fact]
    public async Task The_title_is_the_files()
    {
        (await Files.ReadAsync(Docx(P("Text"), title: "Manual"), "a.docx")).Title.ShouldBe("Manual");
        (await Files.ReadAsync(Docx(P("Text")), "a.docx")).Title.ShouldBeNull();
    }

    [Theory]
    [InlineData("<w:smartTag w:element=\"City\"><w:r><w:t>Leeds</w:t></w:r></w:smartTag>")]
    [InlineData("<w:customXml w:element=\"City\"><w:r><w:t>Leeds</w:t></w:r></w:customXml>")]
    [InlineData("<w:bdo w:val=\"rtl\"><w:r><w:t>Leeds</w:t></w:r></w:bdo>")]
    [InlineData("<w:ins w:id=\"1\"><w:hyperlink><w:r><w:t>Leeds</w:t></w:r></w:hyperlink></w:ins>")]
    [InlineData(
        "<w:smartTag><w:smartTag><w:r><w:t>Leeds</w:t></w:r><w:del w:id=\"1\"><w:r><w:delText>GONE</w:delText></w:r></w:del>"
            + "<w:r><w:rPr><w:vanish/></w:rPr><w:t>HIDDEN</w:t></w:r></w:smartTag></w:smartTag>"
    )]
    public async Task A_wrapper_around_words_changes_nothing(string wrapped) =>
        (await ReadAsync($"<w:p><w:r><w:t xml:space=\"preserve\">To </w:t></w:r>{wrapped}</w:p>"))
            .Lines()
            .ShouldBe(["To Leeds"]);

    [Fact]
    public async Task A_form_that_needs_what_no_one_knows_gives_way_to_the_other_one()
    {
        const string Future = "xmlns:f=\"http://example.com/future\"";
        static string OneOf(string first, string second) =>
            $"<mc:AlternateContent><mc:Choice {Future} Requires=\"f\">{first}</mc:Choice>"
            + $"<mc:Fallback>{second}</mc:Fallback></mc:AlternateContent>";

        (
            await ReadAsync(
                $"<w:p><w:r>{OneOf("<w:t>FUTURE</w:t>", "<w:t>now</w:t>")}</w:r></w:p>"
                    + OneOf(P("FUTURE"), P("a paragraph"))
                    + OneOf(P("FUTURE"), P("another"))
                        .Replace(Future, "xmlns:f=\"http://schemas.microsoft.com/f\"", StringComparison.Ordinal)
            )
        )
            .Lines()
            .ShouldBe(["now", "a paragraph", "FUTURE"]);
    }

    [Fact]
    public async Task A_row_that_begins_late_keeps_its_columns() =>
        (
            await ReadAsync(
                $"<w:tbl><w:tr><w:tc>{P("H1")}</w:tc><w:tc>{P("H2")}</w:tc></w:tr>"
                    + $"<w:tr><w:trPr><w:gridBefore w:val=\"1\"/></w:trPr><w:tc>{P("below H2")}</w:tc></w:tr></w:tbl>"
            )
        ).Text.ShouldBe("H1 | H2\n | below H2");

    [Fact]
    public async Task A_fraction_is_no_number() =>
        (
            await ReadAsync(
                "<w:p xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\"><m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num>"
                    + "<m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath></w:p>"
            )
        ).Text.ShouldBe("1/2");

    [Fact]
    public async Task Author_and_dates_are_the_files()
    {
        const string Core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties";
        static string Said(string created) =>
            $"<cp:coreProperties xmlns:cp=\"{Core}\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
            + "xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
            + "<dc:creator>Ada</dc:creator>"
            + $"<dcterms:created xsi:type=\"dcterms:W3CDTF\">{created}</dcterms:created></cp:coreProperties>";
        var file = Docx(P("Text"), title: "Manual");
        var part = "docProps/core.xml";
        await using (var zip = new System.IO.Compression.ZipArchive(new MemoryStream(file)))
        {
            part = zip.Entries.Single(entry => entry.FullName.EndsWith(".psmdcp", StringComparison.Ordinal)).FullName;
        }

        var document = await Files.ReadAsync(Zips.With(file, part, Said("2031-07-01T12:00:00Z")), "a.docx");
        document.Author.ShouldBe("Ada");
        document.Created.ShouldBe(new DateTimeOffset(2031, 7, 1, 12, 0, 0, TimeSpan.Zero));
        document.Modified.ShouldBeNull();

        // A date that is none does not make the text worse.
        (await Files.ReadAsync(Zips.With(file, part, Said("yesterday")), "a.docx")).Text.ShouldBe("Text");
    }

    /// <summary>Google Docs and LibreOffice leave the levels of Word's own styles out.</summary>
    [Fact]
    public async Task Headings_are_known_by_the_names_of_their_styles()
    {
        static string Style(string id, string name, string more = "") =>
            $"<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/>{more}</w:style>";
        static string Styled(string id) => P(id, $"<w:pStyle w:val=\"{id}\"/>");

        var document = await ReadAsync(
            string.Concat(((string[])["A", "B", "C", "D", "E"]).Select(Styled)),
            Style("A", "heading 1")
                + Style("B", "Heading 9")
                + Style("C", "my own", "<w:basedOn w:val=\"A\"/>")
                + Style("D", "heading 1", "<w:pPr><w:outlineLvl w:val=\"9\"/></w:pPr>")
                + Style("E", "heading 1 of tables")
        );

        document
            .Blocks.Select(block => (block.Text, block.Level))
            .ShouldBe([("A", 1), ("B", 6), ("C", 1), ("D", 0), ("E", 0)]);
    }
}
