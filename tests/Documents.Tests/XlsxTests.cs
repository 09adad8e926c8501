namespace EmbeddingFunctions.Documents.Tests;

public sealed class XlsxTests : OfficeReaderConformance
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Types = "application/vnd.openxmlformats-officedocument.spreadsheetml.";

    // Formats 1 to 7 of the styles below.
    private const string Formats =
        "<numFmts><numFmt numFmtId=\"164\" formatCode=\"#,##0.00\\ &quot;€&quot;\"/><numFmt numFmtId=\"165\" formatCode=\";;;\"/>"
        + "<numFmt numFmtId=\"166\" formatCode=\"[h]:mm\"/><numFmt numFmtId=\"167\" formatCode=\"dd/mm/yyyy hh:mm\"/></numFmts>"
        + "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"10\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/>"
        + "<xf numFmtId=\"166\"/><xf numFmtId=\"167\"/><xf numFmtId=\"20\"/></cellXfs>";

    protected override string Extension => ".xlsx";

    protected override string ContentType => Types + "sheet";

    protected override string[] Parts => ["xl/workbook.xml", "xl/worksheets/sheet1.xml"];

    protected override string[] Expected(params string[] paragraphs) => ["Costs", .. paragraphs];

    protected override byte[] Make(params string[] paragraphs) =>
        Xlsx(string.Concat(paragraphs.Select((text, i) => $"<row r=\"{(2 * i) + 1}\">{Inline(text)}</row>")));

    private static string Inline(string text, string place = "") =>
        $"<c t=\"inlineStr\"{(place.Length > 0 ? $" r=\"{place}\"" : "")}><is><t xml:space=\"preserve\">{text}</t></is></c>";

    private static byte[] Xlsx(
        string rows,
        string columns = "",
        string strings = "",
        string properties = "",
        params (string Name, string State, string Rows)[] more
    )
    {
        (string Name, string State, string Rows)[] sheets = [("Costs", "visible", rows), .. more];
        return Zips.Of([
            (
                "[Content_Types].xml",
                "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
                    + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                    + $"<Default Extension=\"xml\" ContentType=\"{Types}worksheet+xml\"/>"
                    + $"<Override PartName=\"/xl/workbook.xml\" ContentType=\"{Types}sheet.main+xml\"/>"
                    + $"<Override PartName=\"/xl/styles.xml\" ContentType=\"{Types}styles+xml\"/>"
                    + $"<Override PartName=\"/xl/strings.xml\" ContentType=\"{Types}sharedStrings+xml\"/></Types>"
            ),
            ("_rels/.rels", Rels(("r1", "officeDocument", "xl/workbook.xml"))),
            (
                "xl/workbook.xml",
                $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Relations}\">{properties}<sheets>"
                    + string.Concat(
                        sheets.Select(
                            (sheet, i) =>
                                $"<sheet name=\"{sheet.Name}\" state=\"{sheet.State}\" sheetId=\"{i + 1}\" r:id=\"s{i + 1}\"/>"
                        )
                    )
                    + "</sheets></workbook>"
            ),
            (
                "xl/_rels/workbook.xml.rels",
                Rels([
                    ("styles", "styles", "styles.xml"),
                    ("strings", "sharedStrings", "strings.xml"),
                    .. sheets.Select((_, i) => ($"s{i + 1}", "worksheet", $"worksheets/sheet{i + 1}.xml")),
                ])
            ),
            ("xl/styles.xml", $"<styleSheet xmlns=\"{Main}\">{Formats}</styleSheet>"),
            ("xl/strings.xml", $"<sst xmlns=\"{Main}\">{strings}</sst>"),
            .. sheets.Select(
                (sheet, i) =>
                    (
                        $"xl/worksheets/sheet{i + 1}.xml",
                        $"<worksheet xmlns=\"{Main}\"><cols>{(i == 0 ? columns : "")}</cols><sheetData>{sheet.Rows}</sheetData></worksheet>"
                    )
            ),
        ]);
    }

    private static string Rels(params (string Id, string Type, string Target)[] relations) =>
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
        + string.Concat(
            relations.Select(relation =>
                $"<Relationship Id=\"{relation.Id}\" Type=\"{Relations}/{relation.Type}\" Target=\"{relation.Target}\"/>"
            )
        )
        + "</Relationships>";

    private static Task<Document> ReadAsync(byte[] file) => Files.ReadAsync(file, "file.xlsx");

    [Fact]
    public async Task Tables_are_parted_by_empty_rows_and_know_their_cells()
    {
        var document = await ReadAsync(
            Xlsx(
                $"<row r=\"1\">{Inline("Costs of 2031", "A1")}</row>"
                    + $"<row r=\"2\">{Inline("Site", "A2")}{Inline("Pumps", "C2")}</row>"
                    + $"<row r=\"3\">{Inline("Leeds", "A3")}<c r=\"C3\"><v>412</v></c></row>"
                    + $"<row r=\"4\"><c r=\"A4\" s=\"1\"/>{Inline("  ", "B4")}</row>"
                    + $"<row r=\"9\">{Inline("City", "BC9")}{Inline("Code", "BD9")}</row>"
                    + $"<row r=\"10\">{Inline("Bath", "BC10")}</row>",
                more:
                [
                    ("It's 2", "visible", $"<row r=\"5\">{Inline("alone", "B5")}</row>"),
                    ("Empty", "visible", "<row/>"),
                ]
            )
        );

        document.Blocks.ShouldBe([
            new Block(BlockKind.Heading, "Costs", 1),
            new Block(BlockKind.Paragraph, "Costs of 2031", Place: "Costs!A1"),
            new Block(BlockKind.Table, "Site | Pumps\nLeeds | 412", Place: "Costs!A2:C3"),
            new Block(BlockKind.Table, "City | Code\nBath", Place: "Costs!BC9:BD10"),
            new Block(BlockKind.Heading, "It's 2", 1),
            new Block(BlockKind.Paragraph, "alone", Place: "'It''s 2'!B5"),
        ]);
    }

    [Theory]
    [InlineData("<c s=\"1\"><v>48030</v></c>", "2031-07-01")]
    [InlineData("<c s=\"1\"><v>60</v></c>", "1900-02-28")]
    [InlineData("<c s=\"1\"><v>1</v></c>", "1900-01-01")]
    [InlineData("<c s=\"6\"><v>48030.5</v></c>", "2031-07-01 12:00:00")]
    [InlineData("<c s=\"6\"><v>48030.999999999</v></c>", "2031-07-02")]
    [InlineData("<c s=\"7\"><v>0.75</v></c>", "18:00:00")]
    [InlineData("<c s=\"5\"><v>1.5</v></c>", "36:00")]
    [InlineData("<c s=\"1\"><v>99999999</v></c>", "99999999")]
    [InlineData("<c s=\"1\"><v>-1</v></c>", "-1")]
    [InlineData("<c s=\"1\" t=\"d\"><v>2031-07-01T00:00:00</v></c>", "2031-07-01")]
    [InlineData("<c s=\"2\"><v>0.125</v></c>", "12.50%")]
    [InlineData("<c s=\"3\"><v>7315.4</v></c>", "7,315.40 €")]
    [InlineData("<c><v>4006381333931</v></c>", "4006381333931")]
    [InlineData("<c><v>0.30000000000000004</v></c>", "0.3")]
    [InlineData("<c s=\"99\"><v>5</v></c>", "5")]
    [InlineData("<c><f>SUM(A1:A9)</f><v>7</v></c>", "7")]
    [InlineData("<c t=\"str\"><f>\"a\"&amp;\"b\"</f><v>ab</v></c>", "ab")]
    [InlineData("<c t=\"b\"><v>1</v></c>", "TRUE")]
    [InlineData("<c t=\"s\"><v>0</v></c>", "東京都庁")]
    [InlineData("<c t=\"s\"><v>1</v></c>", "rich text")]
    [InlineData(
        "<c t=\"inlineStr\"><is><r><t>大阪</t></r><r><t>支店</t></r><rPh sb=\"0\" eb=\"2\"><t>オオサカ</t></rPh></is></c>",
        "大阪支店"
    )]
    [InlineData("<c t=\"str\"><v>a_x000D__x000A_b</v></c>", "a\nb")]
    public async Task A_cell_is_read_as_it_is_shown(string cell, string text)
    {
        const string Strings =
            "<si><t>東京都庁</t><rPh sb=\"0\" eb=\"3\"><t>トウキョウ</t></rPh><phoneticPr fontId=\"1\"/></si>"
            + "<si>\n <r><rPr><b/></rPr><t>rich</t></r>\n <r><t xml:space=\"preserve\"> text</t></r>\n</si>";

        (await ReadAsync(Xlsx($"<row>{cell}</row>", strings: Strings))).Lines().ShouldBe(["Costs", text]);
    }

    [Theory]
    [InlineData("<c t=\"e\"><v>#N/A</v></c>")]
    [InlineData("<c s=\"4\"><v>5</v></c>")]
    [InlineData("<c s=\"1\"/>")]
    [InlineData("<c><v/></c>")]
    public async Task A_cell_that_shows_nothing_has_no_text(string cell) =>
        (await ReadAsync(Xlsx($"<row>{Inline("x")}{cell}</row>"))).Lines().ShouldBe(["Costs", "x"]);

    [Fact]
    public async Task Days_may_be_counted_from_1904()
    {
        var document = await ReadAsync(
            Xlsx(
                "<row><c s=\"1\"><v>44743</v></c><c s=\"1\"><v>0</v></c></row>",
                properties: "<workbookPr date1904=\"1\"/>"
            )
        );

        document.Lines().ShouldBe(["Costs", "2026-07-02 | 1904-01-01"]);
    }

    [Fact]
    public async Task What_is_not_shown_is_not_read()
    {
        var document = await ReadAsync(
            Xlsx(
                $"<row r=\"1\">{Inline("a")}{Inline("HIDDEN COLUMN")}{Inline("c")}</row>"
                    + $"<row r=\"2\" hidden=\"1\">{Inline("HIDDEN ROW")}</row>"
                    + $"<row r=\"3\">{Inline("1")}{Inline("HIDDEN")}{Inline("3")}</row>",
                columns: "<col min=\"2\" max=\"2\" hidden=\"1\"/><col min=\"9\" max=\"99999999\" hidden=\"true\"/>",
                more:
                [
                    ("One", "hidden", $"<row>{Inline("HIDDEN")}</row>"),
                    ("Two", "veryHidden", $"<row>{Inline("HIDDEN")}</row>"),
                ]
            )
        );

        document.Lines().ShouldBe(["Costs", "a | c\n1 | 3"]);
    }

    [Fact]
    public async Task Cells_need_not_say_where_they_are()
    {
        var document = await ReadAsync(
            Xlsx($"<row>{Inline("a")}{Inline("b")}</row><row>{Inline("1")}<c/>{Inline("3")}</row>")
        );

        document.Blocks[1].ShouldBe(new Block(BlockKind.Table, "a | b\n1 |  | 3", Place: "Costs!A1:C2"));
    }

    [Fact]
    public async Task The_farthest_cell_costs_nothing()
    {
        var document = await Files.ReadAsync(
            Xlsx($"<row r=\"1\">{Inline("near", "A1")}</row><row r=\"1048576\">{Inline("far", "XFD1048576")}</row>"),
            "a.xlsx",
            new ReadLimits { Time = TimeSpan.FromSeconds(10) }
        );

        document.Lines().ShouldBe(["Costs", "near", "far"]);
        document.Blocks[2].Place.ShouldBe("Costs!XFD1048576");
    }

    [Fact]
    public async Task More_cells_than_anyone_reads_are_refused()
    {
        // Each of the rows is wide only because of its last cell.
        var wide = string.Concat(
            Enumerable
                .Range(1, 2000)
                .Select(i => $"<row r=\"{i}\">{Inline("x", Column(i) + i)}{Inline("y", Column(i + 2000) + i)}</row>")
        );

        (await Files.RefusalOfAsync(Xlsx(wide), "a.xlsx")).Message.ShouldContain("1,000,000 cells");

        static string Column(int column) =>
            column > 26 ? Column((column - 1) / 26) + (char)('A' + ((column - 1) % 26)) : $"{(char)('A' + column - 1)}";
    }

    [Fact]
    public async Task A_string_that_a_thousand_cells_share_is_counted_a_thousand_times()
    {
        var shared = Xlsx(
            string.Concat(Enumerable.Repeat("<row><c t=\"s\"><v>0</v></c></row>", 1000)),
            strings: $"<si><t>{new string('x', 32_000)}</t></si>"
        );

        (await Files.RefusalOfAsync(shared, "a.xlsx", new ReadLimits { UnfoldedBytes = 1024 * 1024 })).Fault.ShouldBe(
            DocumentFault.TooLarge
        );
    }

    [Theory]
    [InlineData("<row r=\"x\"/>")]
    [InlineData("<row r=\"-1\"/>")]
    [InlineData("<row r=\"99999999999\"/>")]
    [InlineData("<row><c r=\"ZZZZ1\"><v>1</v></c></row>")]
    [InlineData("<row><c r=\"1\"><v>1</v></c></row>")]
    [InlineData("<row><c t=\"s\"><v>7</v></c></row>")]
    public async Task Places_that_do_not_exist_are_corrupt(string rows)
    {
        var refusal = await Files.RefusalOfAsync(Xlsx(rows), "a.xlsx");

        refusal.Fault.ShouldBe(DocumentFault.Corrupt);
        refusal.Message.ShouldNotContain(nameof(OverflowException));
    }

    [Fact]
    public async Task Text_boxes_follow_their_sheet()
    {
        const string Drawing =
            "<d:wsDr xmlns:d=\"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">"
            + "<d:twoCellAnchor><d:sp><d:nvSpPr><d:cNvPr id=\"1\" name=\"b\"/></d:nvSpPr><d:txBody><a:p><a:r><a:t>In a box</a:t></a:r></a:p></d:txBody></d:sp></d:twoCellAnchor></d:wsDr>";
        var file = Zips.With(Make("In a cell"), "xl/drawing.xml", Drawing);
        file = Zips.With(file, "xl/worksheets/_rels/sheet1.xml.rels", Rels(("d", "drawing", "../drawing.xml")));
        file = Zips.With(
            file,
            "[Content_Types].xml",
            Zips.Text(file, "[Content_Types].xml")
                .Replace(
                    "</Types>",
                    "<Override PartName=\"/xl/drawing.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.drawing+xml\"/></Types>",
                    StringComparison.Ordinal
                )
        );

        (await ReadAsync(file)).Lines().ShouldBe(["Costs", "In a cell", "In a box"]);
    }
}
