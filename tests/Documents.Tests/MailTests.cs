using System.Text;

namespace EmbeddingFunctions.Documents.Tests;

public sealed class MailTests : ReaderConformance
{
    static MailTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    protected override string Extension => ".eml";

    protected override string ContentType => "message/rfc822";

    protected override byte[] Make(params string[] paragraphs) =>
        Encoding.UTF8.GetBytes(
            "MIME-Version: 1.0\r\nMessage-ID: <1@x>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
                + string.Join("\r\n\r\n", paragraphs)
        );

    private const string Head =
        "From: \"Kim, A.\" <kim@x.example>\nTo: b@x.example, C <c@x.example>\nCc: d@x.example\nSubject: =?utf-8?B?5rC05rO1?= seals\n"
        + "Date: Tue, 4 Mar 2031 09:30:00 +0100\nMIME-Version: 1.0\n";

    private static Task<Document> ReadAsync(string body) => Files.ReadAsync(Head + body, "a.eml");

    private static string Multipart(string kind, params string[] parts) =>
        $"Content-Type: multipart/{kind}; boundary=\"b{kind}\"\n\n"
        + string.Concat(parts.Select(part => $"--b{kind}\n{part}\n"))
        + $"--b{kind}--\n";

    private static string Attachment(string name, byte[] bytes, string type = "application/octet-stream") =>
        $"Content-Type: {type}\nContent-Disposition: attachment; filename=\"{name}\"\nContent-Transfer-Encoding: base64\n\n"
        + Convert.ToBase64String(bytes);

    [Fact]
    public async Task Who_wrote_what_to_whom_and_when_is_known()
    {
        var mail = await ReadAsync("Content-Type: text/plain\n\nPlease replace them.\n");

        mail.Title.ShouldBe("水泵 seals");
        mail.Author.ShouldBe("Kim, A.");
        mail.Created.ShouldBe(new DateTimeOffset(2031, 3, 4, 9, 30, 0, TimeSpan.FromHours(1)));
        mail.Blocks[0].ShouldBe(new Block(BlockKind.Heading, "水泵 seals", 1));
        mail.Lines()[1]
            .ShouldBe(
                "From: \"Kim, A.\" <kim@x.example>\nTo: b@x.example, \"C\" <c@x.example>\nCc: d@x.example\nDate: 2031-03-04 09:30 +01:00"
            );
        mail.Lines()[2].ShouldBe("Please replace them.");
    }

    [Fact]
    public async Task The_plain_form_is_read_and_the_page_where_there_is_none()
    {
        const string Page = "Content-Type: text/html\n\n<style>.x{}</style><p>The page</p>";

        (await ReadAsync(Multipart("alternative", "Content-Type: text/plain\n\nThe text", Page)))
            .Lines()[2..]
            .ShouldBe(["The text"]);
        (await ReadAsync(Multipart("alternative", "Content-Type: text/plain\n\n \n", Page)))
            .Lines()[2..]
            .ShouldBe(["The page"]);
        (await ReadAsync(Multipart("related", Page, "Content-Type: image/png\nContent-ID: <1>\n\nx")))
            .Lines()[2..]
            .ShouldBe(["The page"]);
        (await ReadAsync(Multipart("alternative", "Content-Type: text/plain\n\n", Multipart("related", Page))))
            .Lines()[2..]
            .ShouldBe(["The page"]);
    }

    [Fact]
    public async Task Attachments_and_inner_messages_are_read_where_they_stand()
    {
        var inner = "Content-Type: message/rfc822\n\nSubject: Old one\nFrom: z@x.example\n\nInner text";
        var mail = await ReadAsync(
            Multipart(
                "mixed",
                "Content-Type: text/plain\n\nSee the files.",
                Attachment("costs.csv", [.. "a,b\n1,2"u8], "text/csv"),
                Attachment("run.exe", [.. "MZ\0\0"u8]),
                Attachment("docs.zip", ZipTests.Zip(("x.txt", [.. "Deep text"u8]))),
                inner,
                "Content-Type: text/plain\n\nThe end.",
                Attachment("smime.p7s", [1, 2], "application/pkcs7-signature")
            )
        );

        mail.Blocks.Skip(2)
            .Select(block => (block.Text, block.Place))
            .ShouldBe([
                ("See the files.", null),
                ("costs.csv", "costs.csv"),
                ("a | b\n1 | 2", "costs.csv"),
                ("docs.zip", "docs.zip"),
                ("x.txt", "docs.zip/x.txt"),
                ("Deep text", "docs.zip/x.txt"),
                ("Old one.eml", "Old one.eml"),
                ("Old one", "Old one.eml"),
                ("From: z@x.example", "Old one.eml"),
                ("Inner text", "Old one.eml"),
                ("The end.", null),
                ("Not read: run.exe (not supported)", null),
            ]);
    }

    [Theory]
    [InlineData("gb2312", "请在六点以前关闭水泵。")]
    [InlineData("ks_c_5601-1987", "펌프를 여섯 시 전에 끄십시오.")]
    [InlineData("iso-2022-jp", "六時までにポンプを止めてください。")]
    [InlineData("koi8-r", "Выключите насос до шести часов.")]
    public async Task Parts_are_in_the_charset_that_they_declare(string charset, string text)
    {
        byte[] bytes = Encoding.GetEncoding(charset).GetBytes(text);
        var mail = await ReadAsync(
            Multipart(
                "mixed",
                $"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: base64\n\n"
                    + Convert.ToBase64String(bytes),
                Attachment("a.txt", bytes, $"text/plain; charset={charset}")
            )
        );

        mail.Lines()[2..].ShouldBe([text, "a.txt", text]);
    }

    [Fact]
    public async Task A_charset_that_is_not_the_declared_one_is_found() =>
        (
            await Files.ReadAsync(
                Encoding.UTF8.GetBytes(Head + "Content-Type: text/plain; charset=us-ascii\n\nSäge für 5 €"),
                "a.eml"
            )
        )
            .Lines()[^1]
            .ShouldBe("Säge für 5 €");

    [Fact]
    public async Task Flowed_lines_are_one() =>
        (await ReadAsync("Content-Type: text/plain; format=flowed\n\nThe pump \nruns. \nIt stops.\nNew line"))
            .Lines()[^1]
            .ShouldBe("The pump runs. It stops.\nNew line");

    [Fact]
    public async Task Flowed_quotes_are_one_and_a_signature_is_no_part_of_the_line_above() =>
        (await ReadAsync("Content-Type: text/plain; format=flowed\n\n> The pump \n> runs.\n Yes.\n-- \nAda"))
            .Lines()[^1]
            .ShouldBe("> The pump runs.\nYes.\n--\nAda");

    [Fact]
    public async Task Headers_make_a_mail_whatever_it_is_called()
    {
        (await Files.ReadAsync(Head + "\nHello", "a.txt")).ContentType.ShouldBe("message/rfc822");
        (await Files.ReadAsync("From x@y Tue Mar  4\n" + Head + "\nHello", "a")).ContentType.ShouldBe("message/rfc822");
        (await Files.ReadAsync("Subject: x\n\nHello", "a.eml")).ContentType.ShouldBe("message/rfc822");
        (await Files.ReadAsync("Note: x\n\nHello", "a.eml")).ContentType.ShouldBe("text/plain");
        (await Files.ReadAsync("Subject: x\nDate: y\n\nHello", "a.txt")).ContentType.ShouldBe("text/plain");
    }

    [Fact]
    public async Task A_web_archive_is_its_page() =>
        (
            await Files.ReadAsync(
                "From: <Saved by X>\nSubject: Tides\nMIME-Version: 1.0\n"
                    + Multipart(
                        "related",
                        "Content-Type: text/html\n\n<p>High at nine</p>",
                        "Content-Type: text/css\nContent-Location: a.css\n\n.a{}"
                    ),
                "a.mhtml"
            )
        )
            .Lines()[^1]
            .ShouldBe("High at nine");

    [Fact]
    public async Task A_mail_that_is_all_encrypted_has_its_head() =>
        (await ReadAsync(Multipart("encrypted", "Content-Type: application/pgp-encrypted\n\nVersion: 1")))
            .Lines()[^1]
            .ShouldBe("Not read: message (needs a password)");

    [Fact]
    public async Task A_plain_form_that_only_points_to_the_page_is_not_the_mail()
    {
        static string Page(int words) =>
            "Content-Type: text/html\n\n<p>" + string.Concat(Enumerable.Repeat("seal ", words)).TrimEnd() + "</p>";
        const string Stub = "Content-Type: text/plain\n\nPlease view this mail in a browser.";

        (await ReadAsync(Multipart("alternative", Stub, Page(200))))
            .Lines()[2..]
            .ShouldBe([string.Join(' ', Enumerable.Repeat("seal", 200))]);
        (await ReadAsync(Multipart("alternative", Stub, Multipart("related", Page(200)))))
            .Lines()[2..]
            .ShouldBe([string.Join(' ', Enumerable.Repeat("seal", 200))]);
        (await ReadAsync(Multipart("alternative", Stub, Page(20))))
            .Lines()[2..]
            .ShouldBe(["Please view this mail in a browser."]);
        (await ReadAsync(Multipart("alternative", Stub, Page(0) + string.Concat(Enumerable.Repeat("<div>seal", 9000)))))
            .Lines()[2..]
            .ShouldBe(["Please view this mail in a browser."]);
    }

    [Fact]
    public async Task Files_between_the_pieces_of_the_page_are_read()
    {
        var mail = await ReadAsync(
            Multipart(
                "alternative",
                "Content-Type: text/plain\n\nThe text",
                Multipart(
                    "mixed",
                    "Content-Type: text/html\n\n<p>The page</p>",
                    Attachment("a.csv", "a,b\n1,2"u8.ToArray()),
                    "Content-Type: text/csv; name=b.csv\nContent-Disposition: inline; filename=b.csv\n\nc,d\n3,4",
                    "Content-Type: image/png; name=c.png\nContent-Disposition: inline; filename=c.png\n\nx"
                )
            )
        );

        mail.Lines()[2..].ShouldBe(["The text", "a.csv", "a | b\n1 | 2", "b.csv", "c | d\n3 | 4"]);
    }
}
