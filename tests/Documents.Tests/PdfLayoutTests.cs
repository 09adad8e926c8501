using System.Globalization;
using System.Text;

namespace EmbeddingFunctions.Documents.Tests;

/// <summary>Where the letters of a PDF stand, and what text that is.</summary>
public sealed class PdfLayoutTests
{
    private static Task<Document> ReadAsync(params string[] pages) => Files.ReadAsync(PdfTests.Pdf(pages), "file.pdf");

    private static string At(double x, double y, string text, int size = 10) =>
        string.Create(CultureInfo.InvariantCulture, $"BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET ");

    [Fact]
    public async Task Running_titles_stay_once_and_page_numbers_go()
    {
        var document = await ReadAsync([
            .. Enumerable
                .Range(1, 6)
                .Select(page =>
                    At(72, 800, "Pump manual")
                    + At(72, 700, $"What page {page * page} says about pumps.")
                    + At(72, 400, $"Figure {page}")
                    + At(290, 40, $"{page + 4}")
                ),
        ]);

        document
            .Lines()
            .ShouldBe([
                "Pump manual",
                .. Enumerable
                    .Range(1, 6)
                    .SelectMany(page => new[] { $"What page {page * page} says about pumps.", $"Figure {page}" }),
            ]);
    }

    [Fact]
    public async Task Titles_of_chapters_go_with_the_numbers_beside_them()
    {
        string[] chapters = ["Setting up", "Setting up", "Daily care", "Daily care", "Repairs", "Repairs"];

        var document = await ReadAsync([
            .. chapters.Select(
                (chapter, i) =>
                    At(72, 800, chapter) + At(400, 800, $"Page {i + 1} of 6") + At(72, 700, $"Text number {i * i}.")
            ),
        ]);

        document.Lines().ShouldBe([.. Enumerable.Range(0, 6).Select(i => $"Text number {i * i}.")]);
    }

    [Fact]
    public async Task Numbers_that_do_not_count_pages_stay()
    {
        int[] years = [1991, 2004, 1987, 2020];

        var document = await ReadAsync([.. years.Select(year => At(72, 800, $"{year}") + At(72, 700, "A good year."))]);

        document.Text.ShouldContain("1991");
        document.Text.ShouldContain("1987");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Columns_drawn_line_by_line_are_read_one_after_the_other(int columns)
    {
        string Line(int column, int row) => $"column {(char)('a' + column)} and its line {row} ends";
        var page = new StringBuilder(At(72, 800, "One title above all the columns of the page", 16));
        for (var row = 0; row < 8; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                page.Append(At(40 + (column * 175), 760 - (row * 12), Line(column, row)));
            }
        }

        var text = (await ReadAsync(page.ToString())).Text.Replace('\n', ' ');

        text.ShouldBe(
            "One title above all the columns of the page  "
                + string.Join(
                    ' ',
                    Enumerable
                        .Range(0, columns)
                        .Select(column => string.Join(' ', Enumerable.Range(0, 8).Select(row => Line(column, row))))
                )
        );
    }

    [Fact]
    public async Task Columns_drawn_one_after_the_other_stay_so()
    {
        string Column(int x, string name) =>
            string.Concat(
                Enumerable.Range(0, 6).Select(i => At(x, 760 - (i * 12), $"{name} column, line number {i} of it."))
            );

        var text = (await ReadAsync(Column(72, "The left") + Column(320, "The right"))).Text;

        text.IndexOf("left column, line number 5", StringComparison.Ordinal)
            .ShouldBeLessThan(text.IndexOf("right column, line number 0", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1 0 0 1 100 700", "")]
    [InlineData("0 1 -1 0 300 100", "")]
    [InlineData("-1 0 0 -1 500 700", "")]
    [InlineData("0 -1 1 0 300 700", "")]
    [InlineData(".866 .5 -.5 .866 100 100", "")]
    [InlineData("0 1 -1 0 300 100", "/Rotate 90")]
    [InlineData("1 0 0 1 300 700", "/Rotate 270")]
    public async Task Turned_text_and_turned_pages_are_lines(string matrix, string rotate)
    {
        var content = $"BT /F1 12 Tf {matrix} Tm 14 TL (The first line and) Tj T* (the second one.) Tj ET";

        var pdf = PdfTests.Pdf([("", Encoding.Latin1.GetBytes(content))], page: rotate);

        (await Files.ReadAsync(pdf, "a.pdf")).Text.ShouldBe("The first line and the second one.");
    }

    [Fact]
    public async Task Words_of_tight_lines_stay_apart_and_letters_of_wide_titles_together()
    {
        // Tj moves by thousandths of the size to the left.
        var document = await ReadAsync(
            "BT /F1 10 Tf 72 700 Td [(Some)-160(corner)-160(cases)-160(are)60(n)-30(ot)] TJ 0 -50 Td "
                + "[(P)-300(U)-300(M)-300(P)-900(C)-300(A)-300(R)-300(E)] TJ ET"
        );

        document.Lines().ShouldBe(["Some corner cases arenot", "PUMP CARE"]);
    }

    [Fact]
    public async Task Words_beside_a_row_of_dots_or_between_lone_letters_stay_apart()
    {
        // A title and its page number, dots a good deal apart between them; a command.
        var document = await ReadAsync(
            "BT /F1 10 Tf 72 700 Td [(Daily)-250(pump)-250(care)-900"
                + string.Concat(Enumerable.Repeat("(.)-300", 30))
                + "(7)] TJ 0 -50 Td [($)-600(cd)-600(..)] TJ ET"
        );

        document.Lines().ShouldBe(["Daily pump care 7", "$ cd .."]);
    }

    [Fact]
    public async Task Marks_of_footnotes_are_no_part_of_words()
    {
        var document = await ReadAsync(
            "BT /F1 10 Tf 72 700 Td (Close the valve.) Tj /F1 7 Tf 4 Ts (12) Tj /F1 10 Tf 0 Ts ( Open it) Tj /F1 7 Tf 4 Ts (3) Tj /F1 10 Tf 0 Ts (.) Tj ET "
                + "BT /F1 10 Tf 72 650 Td (Two m) Tj /F1 7 Tf 4 Ts (2) Tj /F1 10 Tf 0 Ts (, H) Tj /F1 7 Tf -2 Ts (2) Tj /F1 10 Tf 0 Ts (O, ) Tj /F1 7 Tf 4 Ts (1) Tj /F1 10 Tf 0 Ts (/) Tj /F1 7 Tf (2) Tj ET "
                + "BT /F1 6 Tf 72 600 Td 3 Ts (12) Tj /F1 8 Tf 0 Ts (Only by hand.) Tj ET"
        );

        document.Lines().ShouldBe(["Close the valve.¹² Open it³.", "Two m², H2O, 1/2", "¹² Only by hand."]);
    }

    [Fact]
    public async Task A_term_and_what_is_beside_it_are_two_paragraphs()
    {
        var document = await ReadAsync(
            At(200, 700, "Brief help for most")
                + At(200, 688, "commands.")
                + At(72, 676, "help, -h")
                + At(200, 666, "All about it.")
        );

        document.Lines().ShouldBe(["Brief help for most commands.", "help, -h", "All about it."]);
    }

    [Fact]
    public async Task A_sentence_goes_on_over_the_edge_of_a_page()
    {
        var document = await ReadAsync(
            At(72, 700, "The valve is closed before the pump is star-"),
            At(72, 760, "ted, and opened after it.") + At(72, 700, "It ends here."),
            At(72, 760, "Another sentence.")
        );

        document.Blocks.ShouldBe([
            new Block(
                BlockKind.Paragraph,
                "The valve is closed before the pump is started, and opened after it.",
                Page: 1
            ),
            new Block(BlockKind.Paragraph, "It ends here.", Page: 2),
            new Block(BlockKind.Paragraph, "Another sentence.", Page: 3),
        ]);
    }

    [Fact]
    public async Task The_outline_says_what_is_a_heading()
    {
        var pdf = PdfTests.Pdf(
            [
                (
                    "",
                    Encoding.Latin1.GetBytes(
                        At(72, 700, "2.1 Daily care") + At(72, 688, "Wipe the pump every day, and oil it.")
                    )
                ),
            ],
            catalog: "/Outlines $1 0 R",
            extra:
            [
                "<</Type/Outlines/First $2 0 R/Last $2 0 R/Count 1>>",
                "<</Title(Care)/Parent $1 0 R/Dest[4 0 R/Fit]/First $3 0 R/Last $3 0 R/Count 1>>",
                "<</Title(Daily care)/Parent $2 0 R/Dest[4 0 R/Fit]>>",
            ]
        );

        (await Files.ReadAsync(pdf, "a.pdf")).Blocks.ShouldBe([
            new Block(BlockKind.Heading, "2.1 Daily care", 2, 1),
            new Block(BlockKind.Paragraph, "Wipe the pump every day, and oil it.", Page: 1),
        ]);
    }

    [Fact]
    public async Task A_document_of_scans_and_text_gives_its_text()
    {
        var document = await ReadAsync("10 10 m 100 100 l S", At(72, 700, "The second page has text."));

        document.Blocks.ShouldBe([new Block(BlockKind.Paragraph, "The second page has text.", Page: 2)]);
    }

    [Fact]
    public async Task The_file_tells_its_author_and_dates()
    {
        var document = await Files.ReadAsync(
            PdfTests.Pdf(
                [("", Encoding.Latin1.GetBytes(At(72, 700, "Text.")))],
                "/Info<</Author(Ada  L.)/CreationDate(D:20310318093000+01'00')/ModDate(D:20310401120000Z)>>"
            ),
            "a.pdf"
        );

        document.Author.ShouldBe("Ada L.");
        document.Created.ShouldBe(new DateTimeOffset(2031, 3, 18, 9, 30, 0, TimeSpan.FromHours(1)));
        document.Modified.ShouldBe(new DateTimeOffset(2031, 4, 1, 12, 0, 0, TimeSpan.Zero));
    }

    private const string Chinese = "电子发票，北京。ABC";
    private const string Taiwanese = "繁體中文測試，臺北。ABC";
    private const string Japanese = "日本語テスト、東京。ABC";
    private const string Korean = "한국어시험ABC";

    [Theory]
    [InlineData("UniGB-UCS2", "GB1", Chinese, "utf-16BE")]
    [InlineData("UniGB-UTF16", "GB1", Chinese, "utf-16BE")]
    [InlineData("GBK-EUC", "GB1", Chinese, "gb18030")]
    [InlineData("GBK2K", "GB1", Chinese, "gb18030")]
    [InlineData("GB-EUC", "GB1", Chinese, "gb18030")]
    [InlineData("UniCNS-UCS2", "CNS1", Taiwanese, "utf-16BE")]
    [InlineData("UniCNS-UTF16", "CNS1", Taiwanese, "utf-16BE")]
    [InlineData("ETen-B5", "CNS1", Taiwanese, "big5")]
    [InlineData("UniJIS-UCS2", "Japan1", Japanese, "utf-16BE")]
    [InlineData("UniJIS-UTF16", "Japan1", Japanese, "utf-16BE")]
    [InlineData("90ms-RKSJ", "Japan1", Japanese, "shift_jis")]
    [InlineData("EUC", "Japan1", Japanese, "euc-jp")]
    [InlineData("UniKS-UCS2", "Korea1", Korean, "utf-16BE")]
    [InlineData("UniKS-UTF16", "Korea1", Korean, "utf-16BE")]
    [InlineData("KSCms-UHC", "Korea1", Korean, "ks_c_5601-1987")]
    public async Task Fonts_that_are_not_in_the_file_are_decoded_across_and_down(
        string map,
        string ordering,
        string text,
        string charset
    )
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        foreach (var direction in "HV")
        {
            var pdf = WithFont($"{map}-{direction}", ordering, Encoding.GetEncoding(charset).GetBytes(text));

            (await Files.ReadAsync(pdf, "a.pdf")).Text.ShouldBe(text, direction.ToString());
        }
    }

    [Theory]
    [InlineData("UniJIS2004-UTF16", "Japan1", Japanese + "𠮷", "utf-16BE")]
    [InlineData("UniJISX0213-UTF32", "Japan1", Japanese + "𠮷", "utf-32BE")]
    [InlineData("UniJIS-UTF8", "Japan1", Japanese + "𠮷é", "utf-8")]
    [InlineData("UniGB-UTF8", "GB1", Chinese, "utf-8")]
    [InlineData("UniCNS-UTF32", "CNS1", Taiwanese, "utf-32BE")]
    [InlineData("UniKS-UTF8", "Korea1", Korean, "utf-8")]
    public async Task Codes_that_are_Unicode_need_no_map(string map, string ordering, string text, string charset)
    {
        foreach (var direction in "HV")
        {
            var pdf = WithFont($"{map}-{direction}", ordering, Encoding.GetEncoding(charset).GetBytes(text));

            (await Files.ReadAsync(pdf, "a.pdf")).Text.ShouldBe(text, direction.ToString());
        }
    }

    [Fact]
    public async Task Letters_of_an_unknown_map_beside_others_are_told()
    {
        var pdf = WithFont("Hojo-H", "Japan2", [], "BT /F1 12 Tf 72 700 Td (Plain) Tj /F2 12 Tf 0 -50 Td <3021> Tj ET");

        (await Files.ReadAsync(pdf, "a.pdf"))
            .Lines()
            .ShouldBe(["Plain", "Not read: letters in the character map Hojo-H (not supported)"]);
    }

    [Fact]
    public async Task Vertical_columns_are_lines_from_right_to_left()
    {
        static string Hex(string text) => Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text));
        var content =
            $"BT /F2 12 Tf 1 0 0 1 300 700 Tm <{Hex("春眠不覺曉處處聞")}> Tj 1 0 0 1 280 700 Tm <{Hex("啼鳥夜來風雨聲")}> Tj ET";

        var pdf = WithFont("UniCNS-UCS2-V", "CNS1", [], content);

        (await Files.ReadAsync(pdf, "a.pdf")).Text.ShouldBe("春眠不覺曉處處聞啼鳥夜來風雨聲");
    }

    [Fact]
    public async Task Letters_that_no_font_explains_are_no_text_layer()
    {
        var refusal = await Files.RefusalOfAsync(WithFont("NoSuchMap-H", "GB1", [1, 2, 3, 4]), "a.pdf");

        refusal.Fault.ShouldBe(DocumentFault.NoTextLayer);
        refusal.Message.ShouldContain("fonts need the character map NoSuchMap-H");
    }

    private static byte[] WithFont(string map, string ordering, byte[] codes, string? content = null) =>
        PdfTests.Pdf(
            [("", Encoding.Latin1.GetBytes(content ?? $"BT /F2 12 Tf 72 700 Td <{Convert.ToHexString(codes)}> Tj ET"))],
            objects: "/F2 $1 0 R",
            extra:
            [
                $"<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/{map}/DescendantFonts[$2 0 R]>>",
                $"<</Type/Font/Subtype/CIDFontType0/BaseFont/Song/CIDSystemInfo<</Registry(Adobe)/Ordering({ordering})/Supplement 4>>/FontDescriptor $3 0 R/DW 1000>>",
                "<</Type/FontDescriptor/FontName/Song/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 900/Descent -200/CapHeight 700/StemV 80>>",
            ]
        );
}
