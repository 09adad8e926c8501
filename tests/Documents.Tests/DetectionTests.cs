using System.IO.Compression;
using System.Text;

namespace EmbeddingFunctions.Documents.Tests;

public sealed class DetectionTests
{
    [Theory]
    [InlineData("1F8B08000000000000", "gzip")]
    [InlineData("377ABCAF271C0004", "7-Zip")]
    [InlineData("526172211A0700", "RAR")]
    [InlineData("7F454C4602010100", "ELF")]
    [InlineData("4D5A90000300000004", "Windows program")]
    [InlineData("53514C69746520666F726D6174203300", "SQLite")]
    [InlineData("0000001C667479706D703432", "MP4")]
    [InlineData("D0CF11E0A1B11AE10000", "old Office file")]
    [InlineData("52494646244000005741564566", "RIFF")]
    public async Task Known_kinds_are_named_whatever_the_file_is_called(string hex, string kind)
    {
        foreach (var name in (string[])["file.txt", "file.pdf", "file"])
        {
            var refusal = await Files.RefusalOfAsync(Convert.FromHexString(hex), name);

            refusal.Fault.ShouldBe(DocumentFault.Unsupported);
            refusal.Message.ShouldContain(kind);
            refusal.Message.ShouldContain("supported are");
        }
    }

    [Theory]
    [InlineData("word/document.xml", "Word")]
    [InlineData("xl/workbook.xml", "Excel")]
    [InlineData("xl/workbook.bin", "xlsb")]
    [InlineData("ppt/presentation.xml", "PowerPoint")]
    [InlineData("visio/document.xml", "Office package")]
    public async Task Office_packages_are_told_apart_by_their_parts(string part, string kind) =>
        (await Files.RefusalOfAsync(Zip("[Content_Types].xml", part), "file.docx")).Message.ShouldContain(kind);

    [Fact]
    public async Task Other_zips_are_named()
    {
        (await Files.RefusalOfAsync(Zip("mimetype", "content.xml"), "a.odt")).Message.ShouldContain("OpenDocument");
        (await Files.RefusalOfAsync(Zip("META-INF/container.xml"), "a")).Message.ShouldContain("EPUB");
    }

    [Fact]
    public async Task Office_files_with_a_password_are_encrypted()
    {
        byte[] file =
        [
            .. Convert.FromHexString("D0CF11E0A1B11AE1"),
            .. new byte[600],
            .. Encoding.Unicode.GetBytes("EncryptedPackage"),
        ];

        (await Files.RefusalOfAsync(file, "file.docx")).Fault.ShouldBe(DocumentFault.Encrypted);
    }

    [Theory]
    [InlineData("file.txt", "text/plain")]
    [InlineData("notes", "text/plain")]
    [InlineData("Program.cs", "text/plain")]
    [InlineData("README.MD", "text/markdown")]
    [InlineData("page.HTM", "text/html")]
    public async Task Text_is_told_apart_by_name(string name, string contentType) =>
        (await Files.ReadAsync("Hello there", name)).ContentType.ShouldBe(contentType);

    [Theory]
    [InlineData("<!DOCTYPE html><p>Hello")]
    [InlineData("\n <html><body>Hello</body></html>")]
    [InlineData("<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC ''><html><body>Hello</body></html>")]
    public async Task Html_shows_by_itself(string html) =>
        (await Files.ReadAsync(html, "file.txt")).ContentType.ShouldBe("text/html");

    [Fact]
    public async Task A_pdf_named_txt_is_a_pdf()
    {
        var pdf = PdfTests.Pdf("BT /F1 12 Tf 72 700 Td (Hello) Tj ET");

        (await Files.ReadAsync(pdf, "file.txt")).ContentType.ShouldBe("application/pdf");
        (await Files.ReadAsync([.. "junk\n"u8, .. pdf], "file")).ContentType.ShouldBe("application/pdf");
    }

    /// <summary>Every pair of content and name: the content decides.</summary>
    [Theory]
    [InlineData("<!doctype html><p>Hello", "text/html")]
    [InlineData("<?xml version='1.0'?><a>Hello</a>", "application/xml")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'><text>Hello</text></svg>", "image/svg+xml")]
    [InlineData("[{\"a\":\"Hello\"}]", "application/json")]
    [InlineData("{\\rtf1 Hello}", "application/rtf")]
    [InlineData("From: a@x\nTo: b@x\nSubject: c\n\nHello", "message/rfc822")]
    public async Task Text_that_shows_what_it_is_may_be_called_anything(string text, string contentType)
    {
        foreach (
            var name in (string[])
                ["a.txt", "a.csv", "a.json", "a.xml", "a.eml", "a.log", "a.rtf", "a.zip", "a.png", "a"]
        )
        {
            (await Files.ReadAsync(text, name)).ContentType.ShouldBe(contentType, name);
        }
    }

    [Theory]
    [InlineData("a.json")]
    [InlineData("a.xml")]
    [InlineData("a.eml")]
    [InlineData("a.rtf")]
    [InlineData("a.log")]
    [InlineData("a.unknown")]
    public async Task Text_that_is_not_what_its_name_says_is_plain_text(string name) =>
        (await Files.ReadAsync("Hello there: all is well", name)).ContentType.ShouldBe("text/plain");

    [Fact]
    public async Task A_text_about_pdf_is_a_text() =>
        (await Files.ReadAsync("A file begins with %PDF-1.7 and a newline.", "a.txt")).ContentType.ShouldBe(
            "text/plain"
        );

    [Theory]
    [InlineData("file.pdf")]
    [InlineData("file.docx")]
    [InlineData("file.epub")]
    public async Task Text_under_a_name_of_another_format_is_corrupt(string name)
    {
        (await Files.RefusalOfAsync("<error>not found</error>", name)).Fault.ShouldBe(DocumentFault.Corrupt);
        (await Files.RefusalOfAsync("<?xml version='1.0'?><error>x</error>", name)).Fault.ShouldBe(
            DocumentFault.Corrupt
        );
        (await Files.RefusalOfAsync(Zip("readme.txt"), name)).Message.ShouldContain("a zip of other files");
    }

    private static byte[] Zip(params string[] entries)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create))
        {
            foreach (var entry in entries)
            {
                using var content = zip.CreateEntry(entry).Open();
                content.Write("x"u8);
            }
        }

        return file.ToArray();
    }
}
