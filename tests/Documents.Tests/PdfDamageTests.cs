using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace EmbeddingFunctions.Documents.Tests;

/// <summary>PDFs that were cut off or have lost a part.</summary>
public sealed class PdfDamageTests
{
    private static readonly string[] Texts = ["The first page.", "The second page.", "The third page."];

    private static string Page(string text) => $"BT /F1 12 Tf 72 700 Td ({text}) Tj ET";

    private static string File() => Encoding.Latin1.GetString(PdfTests.Pdf([.. Texts.Select(Page)]));

    private static async Task<string[]> ReadAsync(string pdf) =>
        (await Files.ReadAsync(Encoding.Latin1.GetBytes(pdf), "a.pdf")).Lines();

    private static string Before(string pdf, string mark) => pdf[..pdf.LastIndexOf(mark, StringComparison.Ordinal)];

    private static string Without(string pdf, string part)
    {
        pdf.ShouldContain(part);
        return pdf.Replace(part, new string(' ', part.Length), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("%%EOF")]
    [InlineData("startxref")]
    [InlineData("trailer")]
    [InlineData("00000 n")]
    [InlineData("xref\n0")]
    public async Task Nothing_is_lost_with_the_list_of_objects(string mark) =>
        (await ReadAsync(Before(File(), mark))).ShouldBe(Texts);

    [Theory]
    [InlineData("startxref\n", "startxref\n9")]
    [InlineData("0000000", "0000999")]
    [InlineData("trailer", "tr")]
    public async Task Nothing_is_lost_by_a_wrong_list_of_objects(string right, string wrong) =>
        (await ReadAsync(File().Replace(right, wrong, StringComparison.Ordinal))).ShouldBe(Texts);

    [Theory]
    [InlineData("endstream", 2)]
    [InlineData("third", 2)]
    [InlineData("8 0 obj", 2)]
    [InlineData("second", 1)]
    public async Task What_a_cut_has_left_is_read_and_what_it_took_is_told(string mark, int whole) =>
        (await ReadAsync(Before(File(), mark))).ShouldBe([
            .. Texts[..whole],
            $"Not read: {3 - whole} of 3 pages or parts of them (broken)",
        ]);

    [Theory]
    [InlineData("2 0 obj\n<</Type/Pages")]
    [InlineData("1 0 obj\n<</Type/Catalog")]
    public async Task Pages_without_their_tree_are_read_as_they_come(string lost) =>
        (await ReadAsync(Without(Before(File(), "xref\n0"), lost))).ShouldBe([
            .. Texts,
            "Not read: the end of the file (broken)",
        ]);

    [Fact]
    public async Task A_lost_font_takes_the_letters_of_its_pages_only()
    {
        var pdf = Encoding.Latin1.GetString(
            PdfTests.Pdf(
                [("", Encoding.Latin1.GetBytes("BT /F1 12 Tf 72 700 Td (Plain) Tj /F2 12 Tf 0 -50 Td (lost) Tj ET"))],
                objects: "/F2 $1 0 R",
                extra: ["<</Type/Font/Subtype/Type1/BaseFont/Courier>>"]
            )
        );

        (await ReadAsync(Before(pdf, "6 0 obj"))).ShouldBe([
            "Plain",
            "Not read: 1 of 1 pages or parts of them (broken)",
        ]);
    }

    [Fact]
    public async Task Letters_of_a_font_whose_shapes_are_lost_are_read()
    {
        var pdf = Encoding.Latin1.GetString(
            PdfTests.Pdf(
                [("", Encoding.Latin1.GetBytes("BT /F2 12 Tf 72 700 Td (Letters without shapes.) Tj ET"))],
                objects: "/F2 $1 0 R",
                extra:
                [
                    $"<</Type/Font/Subtype/Type1/BaseFont/AAAAAA+Times-Roman/FontDescriptor $2 0 R/FirstChar 32/LastChar 126/Widths[{string.Join(' ', Enumerable.Repeat(500, 95))}]/Encoding/WinAnsiEncoding>>",
                    "<</Type/FontDescriptor/FontName/AAAAAA+Times-Roman/Flags 32/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 900/Descent -200/CapHeight 700/StemV 80/FontFile3 $3 0 R>>",
                    "<</Subtype/Type1C/Length 4>>\nstream\n1234\nendstream",
                ]
            )
        );

        (await ReadAsync(Before(pdf, "endstream"))).ShouldBe([
            "Letters without shapes.",
            "Not read: 1 of 1 pages or parts of them (broken)",
        ]);
    }

    [Theory]
    [InlineData("/Filter/FlateDecode", "no deflated bytes")]
    [InlineData("/Filter/FlateDecode", "x\u009cno deflated bytes")]
    [InlineData("/Filter/NoSuchFilter", "BT (x) Tj ET")]
    public async Task A_broken_page_takes_no_other_with_it(string filter, string content)
    {
        var pdf = Encoding.Latin1.GetString(
            PdfTests.Pdf([
                ("", Encoding.Latin1.GetBytes(Page(Texts[0]))),
                (filter, Encoding.Latin1.GetBytes(content)),
                ("", Encoding.Latin1.GetBytes(Page(Texts[2]))),
            ])
        );

        (await ReadAsync(pdf)).ShouldBe([Texts[0], Texts[2], "Not read: 1 of 3 pages or parts of them (broken)"]);
    }

    [Fact]
    public async Task The_last_version_of_an_object_counts()
    {
        var pdf = Before(File(), "xref\n0");
        var page = Page("The new page.");

        pdf += $"5 0 obj\n<</Length {page.Length}>>\nstream\n{page}\nendstream\nendobj\n";

        (await ReadAsync(pdf)).ShouldBe(["The new page.", .. Texts[1..]]);
    }

    [Fact]
    public async Task A_cut_in_what_was_put_behind_the_end_is_told()
    {
        (await ReadAsync(File() + "5 0 obj\n<</Length 99>>\nstream\nBT")).ShouldBe([
            .. Texts,
            "Not read: the end of the file (broken)",
        ]);
        (await ReadAsync(File() + "<html>An advertisement behind the end.</html>")).ShouldBe(Texts);
    }

    [Fact]
    public async Task Wherever_a_file_is_cut_what_is_missing_is_told()
    {
        var pdf = File();
        for (var length = 0; length < pdf.Length; length += 5)
        {
            try
            {
                var lines = await ReadAsync(pdf[..length]);

                lines
                    .Take(3)
                    .ShouldAllBe(line =>
                        Texts.Contains(line) || line.StartsWith("Not read: ", StringComparison.Ordinal)
                    );
                (
                    lines.Intersect(Texts).Count() == 3 || lines[^1].StartsWith("Not read: ", StringComparison.Ordinal)
                ).ShouldBeTrue($"cut at {length}: {string.Join('|', lines)}");
            }
            catch (DocumentException e)
            {
                (e.Fault is DocumentFault.Corrupt || length < 10).ShouldBeTrue($"cut at {length}: {e.Message}");
                length.ShouldBeLessThan(pdf.IndexOf("6 0 obj", StringComparison.Ordinal), e.Message);
            }
        }
    }

    // As a reader that goes from one list of objects to the one before it never ends.
    [Fact]
    public async Task A_list_that_says_it_follows_itself_ends()
    {
        var pdf = File();
        var list = pdf.IndexOf("\nxref", StringComparison.Ordinal) + 1;
        pdf = pdf.Replace("/Root", $"/Prev {list}/Root", StringComparison.Ordinal);

        (await ReadAsync(pdf)).ShouldBe(Texts);
        (await ReadAsync(Before(pdf, "startxref"))).ShouldBe(Texts);
    }

    [Fact]
    public async Task A_scan_that_is_cut_is_broken_and_not_empty()
    {
        var pdf = Encoding.Latin1.GetString(PdfTests.Pdf("10 10 m 100 100 l S", "10 10 m 50 50 l S"));

        (await RefusalAsync(Before(pdf, "trailer"))).ShouldBe(DocumentFault.NoTextLayer);
        (await RefusalAsync(Before(pdf, "endstream"))).ShouldBe(DocumentFault.Corrupt);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Objects_in_streams_are_found(bool isDeflated)
    {
        string[] objects =
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Count 1/Kids[3 0 R]>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R>>",
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ];
        var offsets = objects.Select((_, i) => objects.Take(i).Sum(o => o.Length + 1));
        var head = string.Join(' ', offsets.Select((offset, i) => $"{i + 1} {offset}")) + "\n";
        var inner = head + string.Join('\n', objects);
        var content = isDeflated ? Deflated(inner) : inner;
        var page = Page(Texts[0]);

        var pdf = string.Create(
            CultureInfo.InvariantCulture,
            $"%PDF-1.7\n5 0 obj\n<</Length {page.Length}>>\nstream\n{page}\nendstream\nendobj\n"
                + $"6 0 obj\n<</Type/ObjStm/N 4/First {head.Length}{(isDeflated ? "/Filter/FlateDecode" : "")}/Length {content.Length}>>\nstream\n{content}\nendstream\nendobj\n"
        );

        (await ReadAsync(pdf + "7 0 obj\n<</Type/XRef/Size 8/W[1 2 1]/Ro")).ShouldBe([Texts[0]]);
        (await RefusalAsync(Before(pdf, "endstream"))).ShouldBe(DocumentFault.Corrupt);
    }

    [Theory]
    [InlineData("/Resources")]
    [InlineData("5 0 obj")]
    [InlineData("3 0 obj")]
    [InlineData("1 0 obj")]
    public async Task A_file_without_a_whole_page_is_broken(string mark) =>
        (await RefusalAsync(File().Split(mark)[0])).ShouldBe(DocumentFault.Corrupt);

    [Fact]
    public async Task A_cut_file_that_is_encrypted_is_broken()
    {
        var pdf = await System.IO.File.ReadAllBytesAsync(
            Path.Combine(Cases.SourceFolder(), "fixtures", "restricted.pdf"),
            TestContext.Current.CancellationToken
        );

        (await RefusalAsync(Before(Encoding.Latin1.GetString(pdf), "/Encrypt"))).ShouldBe(DocumentFault.Corrupt);
    }

    [Fact]
    public async Task Streams_of_objects_unfold_within_the_limit()
    {
        var content = Deflated("1 0 " + new string(' ', 4 * 1024 * 1024));
        var pdf =
            Before(File(), "xref\n0")
            + $"99 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode>>\nstream\n{content}\nendstream\nendobj\n";

        var refusal = await Files.RefusalOfAsync(
            Encoding.Latin1.GetBytes(pdf),
            "a.pdf",
            new ReadLimits { UnfoldedBytes = 1024 * 1024 }
        );

        refusal.Fault.ShouldBe(DocumentFault.TooLarge);
    }

    private static async Task<DocumentFault> RefusalAsync(string pdf) =>
        (await Files.RefusalOfAsync(Encoding.Latin1.GetBytes(pdf), "a.pdf")).Fault;

    private static string Deflated(string text)
    {
        using var deflated = new MemoryStream();
        using (var deflate = new ZLibStream(deflated, CompressionLevel.Optimal))
        {
            deflate.Write(Encoding.Latin1.GetBytes(text));
        }

        return Encoding.Latin1.GetString(deflated.ToArray());
    }
}
