using System.Text;

namespace EmbeddingFunctions.Documents.Tests;

public sealed class RtfTests : ReaderConformance
{
    protected override string Extension => ".rtf";

    protected override string ContentType => "application/rtf";

    protected override byte[] Make(params string[] paragraphs) =>
        Encoding.ASCII.GetBytes(@"{\rtf1\ansi " + string.Join(@"\par ", paragraphs) + "}");

    private static Task<Document> ReadAsync(string body) =>
        Files.ReadAsync(Encoding.Latin1.GetBytes(@"{\rtf1\ansi\ansicpg1252\deff0 " + body + "}"), "a.rtf");

    [Theory]
    [InlineData(@"{\fonttbl{\f0 Arial;}{\f1\fcharset204 Arial Cyr;}}caf\'e9 {\f1 \'cf\'ee} \'80", "café По €")]
    [InlineData(@"{\fonttbl{\f0\fcharset128 MS;}}\f0 \'83A\'83\'5c", "アソ")]
    [InlineData(@"\u8364?5 \uc0\u8364 6 {\uc2\u8364 ??7}\u8364 8", "€5 €6 €7€8")]
    [InlineData(@"\u8364\'80x \u-10179?\u-8704? \uc1\u26816 {\b a}", "€x 😀 检a")]
    [InlineData("a\\'e9b\r\nc \u00e9", "aébc é")]
    [InlineData(@"1\~2\_3\-4 \{x\\\} \ldblquote q\rdblquote\emdash\tab z", "1 2-34 {x\\} “q”—\tz")]
    [InlineData(@"a{\upr{ansi}{\*\ud{\u8364 ?}}}b", "a€b")]
    [InlineData("a\\bin5 {{{}}b", "ab")]
    public async Task Letters_are_by_code_page_and_number(string rtf, string text) =>
        (await ReadAsync(rtf)).Text.ShouldBe(text);

    [Fact]
    public async Task What_is_not_on_the_page_is_left_out() =>
        (
            await ReadAsync(
                @"{\colortbl;\red0;}{\header HEAD}{\footer FOOT}{\*\unknown{\b UNKNOWN}}{\pict 0102}a{\v HIDDEN}{\deleted GONE}"
                    + @"{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}{\*\bkmkstart B}{\object{\*\objdata 00}{\result shown}}{\xe INDEX}b"
            )
        ).Text.ShouldBe("alinkshownb");

    [Fact]
    public async Task Headings_lists_and_tables_are_typed()
    {
        var document = await ReadAsync(
            @"{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 Top;}{\s2 heading 2;}}\pard\s1 Pumps\par\pard\s2 Seals\par\pard\outlinelevel2 Rings\par\pard Text\line below\par"
                + @"{\listtext 1.\tab}\ls1 One\par\pard Two\par\trowd\pard\intbl Part\cell Hours\cell\row\trowd\pard\intbl Seal\par ring\cell 400\cell\row\pard After\par"
        );

        document
            .Blocks.Select(block => (block.Kind, block.Text, block.Level))
            .ShouldBe([
                (BlockKind.Heading, "Pumps", 1),
                (BlockKind.Heading, "Seals", 2),
                (BlockKind.Heading, "Rings", 3),
                (BlockKind.Paragraph, "Text\nbelow", 0),
                (BlockKind.ListItem, "One", 0),
                (BlockKind.Paragraph, "Two", 0),
                (BlockKind.Table, "Part | Hours\nSeal ring | 400", 0),
                (BlockKind.Paragraph, "After", 0),
            ]);
    }

    [Fact]
    public async Task Notes_and_text_boxes_stand_behind_their_paragraph() =>
        (
            await ReadAsync(
                @"A seal{\super\chftn{\*\footnote\pard\plain\chftn Viton.\par}} leaks{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt\pard In a box\par}}}.\par Next\par"
            )
        )
            .Lines()
            .ShouldBe(["A seal[1] leaks.", "[1] Viton.", "In a box", "Next"]);

    [Fact]
    public async Task Title_and_author_are_known()
    {
        var document = await ReadAsync(
            @"{\info{\title{\upr{Pumps}{\*\ud{P\u252?mps}}}}{\author Kim}{\operator OP}{\author Un-named}}Text"
        );

        (document.Title, document.Author, document.Text).ShouldBe(("Pümps", "Kim", "Text"));
    }

    /// <summary>The fixture is samples/sourdough-bread.docx as LibreOffice 7.4 saved it.</summary>
    [Fact]
    public async Task A_file_of_libreoffice_reads_as_the_word_document_that_it_was()
    {
        var rtf = await Files.ReadAsync(Path.Combine(Cases.SourceFolder(), "fixtures/sourdough-bread.rtf"));
        var docx = await Files.ReadAsync(Path.Combine(Files.Samples, "sourdough-bread.docx"));

        rtf.Title.ShouldBe(docx.Title);
        rtf.Blocks.Select(block => (block.Kind, block.Text, block.Level))
            .ShouldBe(docx.Blocks.Select(block => (block.Kind, block.Text, block.Level)));
    }

    [Fact]
    public async Task A_file_cut_short_gives_what_it_has() =>
        (await Files.ReadAsync(@"{\rtf1\ansi {\b Begun\par and cut", "a.rtf")).Lines().ShouldBe(["Begun", "and cut"]);
}
