namespace EmbeddingFunctions.Documents.Tests;

public sealed class OdsTests : ZipReaderConformance
{
    protected override string Extension => ".ods";

    protected override string ContentType => "application/vnd.oasis.opendocument.spreadsheet";

    protected override string[] Parts => ["content.xml"];

    protected override string[] Expected(params string[] paragraphs) => ["Costs", .. paragraphs];

    protected override byte[] Make(params string[] paragraphs) =>
        Ods(string.Concat(paragraphs.Select(text => Row(Cell(text)) + "<table:table-row/>")));

    private static byte[] Ods(string rows, string more = "", string styles = "") =>
        Odf.File("spreadsheet", $"<table:table table:name=\"Costs\">{rows}</table:table>{more}", styles);

    private static string Row(string cells, string attributes = "") =>
        $"<table:table-row {attributes}>{cells}</table:table-row>";

    private static string Cell(string text, string attributes = "") =>
        $"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>";

    private static Task<Document> ReadAsync(string rows, string more = "", string styles = "") =>
        Files.ReadAsync(Ods(rows, more, styles), "file.ods");

    [Fact]
    public async Task Tables_are_parted_by_empty_rows_and_know_their_cells()
    {
        var document = await ReadAsync(
            Row(Cell("Costs of 2031"))
                + "<table:table-header-rows>"
                + Row(Cell("Site") + "<table:table-cell table:number-columns-repeated=\"2\"/>" + Cell("Pumps"))
                + "</table:table-header-rows><table:table-row-group>"
                + Row(Cell("Leeds") + "<table:table-cell table:number-columns-repeated=\"2\"/>" + Cell("412"))
                + "</table:table-row-group>"
                + Row("<table:table-cell/>", "table:number-rows-repeated=\"1000\"")
                + Row("<table:table-cell table:number-columns-repeated=\"54\"/>" + Cell("far") + Cell("cell")),
            "<table:table table:name=\"Empty\"/><table:table table:name=\"Two words\">"
                + Row(Cell("x"))
                + "</table:table>"
        );

        document.Blocks.ShouldBe([
            new Block(BlockKind.Heading, "Costs", 1),
            new Block(BlockKind.Paragraph, "Costs of 2031", Place: "Costs!A1"),
            new Block(BlockKind.Table, "Site | Pumps\nLeeds | 412", Place: "Costs!A2:D3"),
            new Block(BlockKind.Table, "far | cell", Place: "Costs!BC1004:BD1004"),
            new Block(BlockKind.Heading, "Two words", 1),
            new Block(BlockKind.Paragraph, "x", Place: "'Two words'!A1"),
        ]);
    }

    [Theory]
    [InlineData("office:value-type=\"date\" office:date-value=\"2031-07-01\"", "7/1/31", "2031-07-01")]
    [InlineData(
        "office:value-type=\"date\" office:date-value=\"2031-07-01T12:30:00\"",
        "7/1/31",
        "2031-07-01 12:30:00"
    )]
    [InlineData("office:value-type=\"date\" office:date-value=\"2031-07-01T00:00:00\"", "7/1/31", "2031-07-01")]
    [InlineData("office:value-type=\"percentage\" office:value=\"0.125\"", "12.50%", "12.50%")]
    [InlineData(
        "office:value-type=\"currency\" office:value=\"7\" table:formula=\"of:=SUM([.A1])\"",
        "€ 7.00",
        "€ 7.00"
    )]
    public async Task A_cell_is_read_as_it_is_shown(string attributes, string shown, string text) =>
        (await ReadAsync(Row(Cell(shown, attributes)))).Lines().ShouldBe(["Costs", text]);

    [Fact]
    public async Task What_is_not_shown_is_not_read()
    {
        var document = await ReadAsync(
            "<table:table-column/><table:table-column table:visibility=\"collapse\"/><table:table-column table:number-columns-repeated=\"16382\"/>"
                + Row(
                    "<table:table-cell><office:annotation><text:p>COMMENT</text:p></office:annotation><text:p>a</text:p></table:table-cell>"
                        + Cell("HIDDEN COLUMN")
                        + Cell("c")
                        + Cell("#N/A", "office:value-type=\"string\" calcext:value-type=\"error\"")
                )
                + Row(Cell("HIDDEN"), "table:visibility=\"collapse\"")
                + Row(Cell("FILTERED"), "table:visibility=\"filter\" table:number-rows-repeated=\"100000\"")
                + Row(
                    Cell("1")
                        + "<table:covered-table-cell><text:p>COVERED</text:p></table:covered-table-cell>"
                        + Cell("3")
                ),
            "<table:table table:name=\"Secret\" table:style-name=\"H\">" + Row(Cell("HIDDEN")) + "</table:table>",
            "<style:style style:name=\"H\" style:family=\"table\"><style:table-properties table:display=\"false\"/></style:style>"
        );

        document.Lines().ShouldBe(["Costs", "a | c\n1 | 3"]);
        document.Blocks[1].Place.ShouldBe("Costs!A1:C100003");
    }

    [Fact]
    public async Task What_repeats_is_bounded()
    {
        static string Empty(int rows) =>
            string.Concat(
                Enumerable.Repeat(Row("<table:table-cell/>", "table:number-rows-repeated=\"1048576\""), rows)
            );
        var many = Row(
            Cell("x", "table:number-columns-repeated=\"999999999999\""),
            "table:number-rows-repeated=\"1000000\""
        );

        var document = await ReadAsync(many + Empty(30) + Row(Cell("end")));

        document.Text.Length.ShouldBeLessThan(64 * 64 * 4 + 100);
        document.Lines()[^1].ShouldBe("end");
        (await Files.RefusalOfAsync(Ods(Empty(3000)), "a.ods")).Fault.ShouldBe(DocumentFault.Corrupt);
    }

    [Fact]
    public async Task Text_boxes_follow_their_sheet() =>
        (
            await ReadAsync(
                "<table:shapes><draw:frame><draw:text-box><text:p>In a box</text:p></draw:text-box></draw:frame></table:shapes>"
                    + Row(Cell("In a cell"))
            )
        )
            .Lines()
            .ShouldBe(["Costs", "In a cell", "In a box"]);
}
