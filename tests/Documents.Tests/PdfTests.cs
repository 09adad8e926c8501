using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace EmbeddingFunctions.Documents.Tests;

public sealed class PdfTests : ReaderConformance
{
    protected override string Extension => ".pdf";

    protected override string ContentType => "application/pdf";

    protected override byte[] Make(params string[] paragraphs) =>
        Pdf(
            "BT /F1 12 Tf "
                + string.Concat(paragraphs.Select((p, i) => $"1 0 0 1 72 {760 - (i * 40)} Tm ({p}) Tj "))
                + "ET"
        );

    /// <summary>A PDF with a page for each content stream. /F1 is Helvetica.</summary>
    internal static byte[] Pdf(params string[] pages) =>
        Pdf([.. pages.Select(page => ("", Encoding.Latin1.GetBytes(page)))]);

    /// <summary>A PDF with further objects; "$1" stands for the number of the first of them.</summary>
    internal static byte[] Pdf(
        (string Filter, byte[] Content)[] pages,
        string trailer = "",
        string objects = "",
        string catalog = "",
        string page = "",
        string[]? extra = null
    )
    {
        string Numbered(string text) =>
            Enumerable
                .Range(1, extra?.Length ?? 0)
                .Reverse()
                .Aggregate(
                    text,
                    (t, i) => t.Replace($"${i}", $"{3 + (2 * pages.Length) + i}", StringComparison.Ordinal)
                );

        var parts = new List<byte[]>
        {
            Ascii(Numbered($"<</Type/Catalog/Pages 2 0 R{catalog}>>")),
            Ascii(
                $"<</Type/Pages/Count {pages.Length}/Kids[{string.Join(' ', pages.Select((_, i) => $"{4 + (i * 2)} 0 R"))}]>>"
            ),
            Ascii("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"),
        };
        foreach (var (filter, content) in pages)
        {
            parts.Add(
                Ascii(
                    Numbered(
                        $"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]{page}/Resources<</Font<</F1 3 0 R{objects}>>>>/Contents {parts.Count + 2} 0 R>>"
                    )
                )
            );
            parts.Add([
                .. Ascii($"<</Length {content.Length}{filter}>>\nstream\n"),
                .. content,
                .. Ascii("\nendstream"),
            ]);
        }

        parts.AddRange((extra ?? []).Select(text => Ascii(Numbered(text))));
        using var file = new MemoryStream();
        file.Write("%PDF-1.7\n"u8);
        var offsets = new List<long>();
        foreach (var (part, number) in parts.Select((part, i) => (part, i + 1)))
        {
            offsets.Add(file.Length);
            file.Write(Ascii($"{number} 0 obj\n"));
            file.Write(part);
            file.Write("\nendobj\n"u8);
        }

        var xref = file.Length;
        file.Write(Ascii($"xref\n0 {parts.Count + 1}\n0000000000 65535 f \n"));
        offsets.ForEach(offset =>
            file.Write(Ascii(offset.ToString("D10", CultureInfo.InvariantCulture) + " 00000 n \n"))
        );
        file.Write(Ascii($"trailer\n<</Size {parts.Count + 1}/Root 1 0 R{trailer}>>\nstartxref\n{xref}\n%%EOF\n"));
        return file.ToArray();
    }

    private static byte[] Ascii(string text) => Encoding.Latin1.GetBytes(text);

    private static string Lines(params string[] lines) =>
        "BT /F1 12 Tf 72 700 Td 14 TL " + string.Concat(lines.Select(line => $"({line}) Tj T* ")) + "ET";

    private static async Task<Document> ReadAsync(params string[] pages) =>
        await Files.ReadAsync(Pdf(pages), "file.pdf");

    [Fact]
    public async Task Blocks_know_their_page()
    {
        var document = await ReadAsync(Lines("First page."), Lines("Second page."), Lines("Third page."));

        document.Blocks.Select(block => block.Page).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Full_lines_are_joined_and_short_ones_end()
    {
        var document = await ReadAsync(
            Lines(
                "A line that goes all the way to the edge of the",
                "paragraph and is continued on the next one here",
                "and ends.",
                "Short."
            )
        );

        document.Text.ShouldBe(
            "A line that goes all the way to the edge of the paragraph and is continued on the next one here and ends.\nShort."
        );
    }

    [Fact]
    public async Task Words_cut_at_the_end_of_a_line_are_whole_again() =>
        (await ReadAsync(Lines("The temperature of the bear-", "ings is measured by night."))).Text.ShouldBe(
            "The temperature of the bearings is measured by night."
        );

    [Fact]
    public async Task Larger_type_is_a_heading_and_the_largest_the_outermost()
    {
        var document = await ReadAsync(
            "BT /F1 20 Tf 72 760 Td (Manual) Tj /F1 15 Tf 0 -40 Td (Safety) Tj /F1 11 Tf 0 -30 Td (Wear gloves when you open the pump.) Tj ET"
        );

        document
            .Blocks.Select(block => (block.Kind, block.Level))
            .ShouldBe([(BlockKind.Heading, 1), (BlockKind.Heading, 2), (BlockKind.Paragraph, 0)]);
        document.Title.ShouldBe("Manual");
    }

    [Fact]
    public async Task Columns_far_apart_are_a_table()
    {
        string Row(int y, string a, string b) => $"1 0 0 1 72 {y} Tm ({a}) Tj 1 0 0 1 300 {y} Tm ({b}) Tj ";

        var document = await ReadAsync(
            "BT /F1 12 Tf " + Row(700, "Part", "Days") + Row(680, "Pump", "30") + Row(660, "Valve", "90") + "ET"
        );

        document
            .Blocks.ShouldHaveSingleItem()
            .ShouldBe(new Block(BlockKind.Table, "Part | Days\nPump | 30\nValve | 90", Page: 1));
    }

    [Fact]
    public async Task Letters_drawn_again_for_bold_are_read_once() =>
        (
            await ReadAsync("BT /F1 18 Tf 72 760 Td (Notice) Tj 0.25 0 Td (Notice) Tj 0.25 0 Td (Notice) Tj ET")
        ).Text.ShouldBe("Notice");

    [Fact]
    public async Task Double_letters_stay_double() =>
        (await ReadAsync(Lines("will all keep illiterate 1111 mm"))).Text.ShouldBe("will all keep illiterate 1111 mm");

    [Theory]
    [InlineData("ﬁle ﬂow ﬀ", "file flow ff")]
    [InlineData("⼀⼆⾏", "一二行")]
    [InlineData("e\u0301", "é")]
    [InlineData("x² ① ：", "x² ① ：")]
    [InlineData("\uD835\uDC00", "A")]
    [InlineData("ﻢ", "م")]
    public void Forms_of_fonts_become_plain_letters_and_others_stay(string drawn, string read) =>
        Formats.Pdf.PdfLetters.Plain(drawn).ShouldBe(read);

    [Fact]
    public async Task A_password_is_asked_for_only_where_one_is_needed()
    {
        var folder = Path.Combine(Cases.SourceFolder(), "fixtures");

        var locked = await Should.ThrowAsync<DocumentException>(() =>
            Files.ReadAsync(Path.Combine(folder, "locked.pdf"))
        );
        locked.Fault.ShouldBe(DocumentFault.Encrypted);
        (await Files.ReadAsync(Path.Combine(folder, "restricted.pdf"))).Text.ShouldBe(
            "A page that may be read but not printed."
        );
    }

    [Fact]
    public async Task A_page_of_lines_without_letters_has_no_text_layer()
    {
        var refusal = await Files.RefusalOfAsync(Pdf("10 10 m 100 100 l S"), "file.pdf");

        refusal.Fault.ShouldBe(DocumentFault.NoTextLayer);
        refusal.Message.ShouldContain("no text layer");
    }

    [Fact]
    public async Task The_title_of_the_file_is_taken_unless_it_is_a_file_name()
    {
        byte[] With(string title) => Pdf([("", Ascii(Lines("Text.")))], $"/Info<</Title({title})>>");

        (await Files.ReadAsync(With("Pump manual"), "a.pdf")).Title.ShouldBe("Pump manual");
        (await Files.ReadAsync(With("Microsoft Word - Pump manual"), "a.pdf")).Title.ShouldBe("Pump manual");
        (await Files.ReadAsync(With("pump_v3.docx"), "a.pdf")).Title.ShouldBeNull();
        (await Files.ReadAsync(With("untitled"), "a.pdf")).Title.ShouldBeNull();
    }

    [Fact]
    public async Task Pages_that_unfold_without_end_are_refused_before_they_do()
    {
        var bomb = Pdf([("/Filter/FlateDecode", Deflated(new byte[64 * 1024 * 1024]))]);

        var refusal = await Files.RefusalOfAsync(bomb, "a.pdf", new ReadLimits { UnfoldedBytes = 1024 * 1024 });

        bomb.Length.ShouldBeLessThan(100_000);
        refusal.Fault.ShouldBe(DocumentFault.TooLarge);
    }

    [Theory]
    [InlineData("<00000000> <FFFFFFFF> <0041>")]
    [InlineData("<0000> <FFFF> <0041> <0000> <FFFF> <0041>")]
    public async Task A_map_of_more_characters_than_there_are_is_too_large(string ranges)
    {
        var map =
            $"begincmap 1 begincodespacerange <00000000> <FFFFFFFF> endcodespacerange 2 beginbfrange {ranges} endbfrange endcmap";
        var pdf = Pdf(
            [("", Ascii("BT /F2 12 Tf 72 700 Td <00000041> Tj ET"))],
            objects: "/F2 $1 0 R",
            extra:
            [
                "<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>]/ToUnicode $2 0 R>>",
                $"<</Length {map.Length}>>\nstream\n{map}\nendstream",
            ]
        );

        var refusal = await Files.RefusalOfAsync(pdf, "a.pdf", new ReadLimits { UnfoldedBytes = 6 << 20 });

        refusal.Fault.ShouldBe(DocumentFault.TooLarge);
    }

    [Fact]
    public async Task A_page_tree_that_holds_itself_ends()
    {
        var pdf = Encoding
            .Latin1.GetString(Pdf(Lines("Text.")))
            .Replace("/Kids[4 0 R]", "/Kids[2 0 R]", StringComparison.Ordinal);

        await Files.RefusalOfAsync(Encoding.Latin1.GetBytes(pdf), "a.pdf");
    }

    [Fact]
    public async Task Deep_arrays_are_refused()
    {
        var deep = Pdf([("", Ascii(Lines("Text.")))], "/X" + new string('[', 50_000) + new string(']', 50_000));

        (await Files.RefusalOfAsync(deep, "a.pdf")).Fault.ShouldBe(DocumentFault.Corrupt);
    }

    [Fact]
    public async Task Reading_ends_when_its_time_is_over()
    {
        var slow = Pdf([.. Enumerable.Repeat(Lines([.. Enumerable.Repeat("many words", 2000)]), 50)]);

        var refusal = await Files.RefusalOfAsync(
            slow,
            "a.pdf",
            new ReadLimits { Time = TimeSpan.FromMilliseconds(30) }
        );

        refusal.Fault.ShouldBe(DocumentFault.Exhausted);
        refusal.Message.ShouldContain("0.03 seconds");
    }

    private static byte[] Deflated(byte[] bytes)
    {
        using var deflated = new MemoryStream();
        using (var deflate = new ZLibStream(deflated, CompressionLevel.SmallestSize))
        {
            deflate.Write(bytes);
        }

        return deflated.ToArray();
    }
}
