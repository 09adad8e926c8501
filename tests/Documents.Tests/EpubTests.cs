namespace EmbeddingFunctions.Documents.Tests;

public sealed class EpubTests : ZipReaderConformance
{
    private const string Container =
        "<container xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"><rootfiles>"
        + "<rootfile full-path=\"OEBPS/book.opf\" media-type=\"application/oebps-package+xml\"/></rootfiles></container>";

    private const string About =
        "<dc:title>The  lamp</dc:title><dc:creator>Ada</dc:creator><dc:language>en</dc:language><dc:date>2031-07-01</dc:date>"
        + "<meta property=\"dcterms:modified\">2031-07-02T12:00:00Z</meta>";

    protected override string Extension => ".epub";

    protected override string ContentType => "application/epub+zip";

    protected override string[] Parts => ["META-INF/container.xml", "OEBPS/book.opf"];

    protected override byte[] Make(params string[] paragraphs) =>
        Epub([("a.xhtml", string.Concat(paragraphs.Select(P)))]);

    private static string P(string text) => $"<p>{text}</p>";

    private static string Item(string id, string href, string attributes = "") =>
        $"<item id=\"{id}\" href=\"{href}\" media-type=\"application/xhtml+xml\" {attributes}/>";

    private static string Package(string manifest, string spine, string about = About, string guide = "") =>
        "<package xmlns=\"http://www.idpf.org/2007/opf\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
        + $"<metadata>{about}</metadata><manifest>{manifest}</manifest><spine>{spine}</spine><guide>{guide}</guide></package>";

    /// <summary>A book whose chapters stand in its spine in this order, unless a package says otherwise.</summary>
    private static byte[] Epub((string Name, string Body)[] chapters, string? package = null, string about = About) =>
        Zips.Of([
            ("mimetype", "application/epub+zip"),
            ("META-INF/container.xml", Container),
            (
                "OEBPS/book.opf",
                package
                    ?? Package(
                        string.Concat(chapters.Select((chapter, i) => Item($"c{i}", chapter.Name))),
                        string.Concat(chapters.Select((_, i) => $"<itemref idref=\"c{i}\"/>")),
                        about
                    )
            ),
            .. chapters.Select(chapter =>
                (
                    "OEBPS/" + chapter.Name,
                    $"<?xml version=\"1.0\"?><!DOCTYPE html><html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title/></head><body>{chapter.Body}</body></html>"
                )
            ),
        ]);

    private static Task<Document> ReadAsync(string body) => Files.ReadAsync(Epub([("a.xhtml", body)]), "file.epub");

    [Fact]
    public async Task Chapters_come_in_the_order_of_the_spine_without_the_contents()
    {
        var package = Package(
            Item("z", "z.xhtml")
                + Item("nav", "nav.xhtml", "properties=\"scripted nav\"")
                + Item("toc", "toc.xhtml")
                + Item("a", "text/../a%20b.xhtml")
                + Item("notes", "sub/notes.XHTML")
                + Item("gone", "gone.xhtml")
                + "<item id=\"css\" href=\"style.css\" media-type=\"text/css\"/>",
            "<itemref idref=\"nav\"/><itemref idref=\"toc\"/><itemref idref=\"z\"/><itemref idref=\"a\"/><itemref idref=\"css\"/>"
                + "<itemref idref=\"gone\"/><itemref idref=\"unknown\"/><itemref idref=\"z\"/><itemref idref=\"notes\" linear=\"no\"/>",
            guide: "<reference type=\"toc\" href=\"toc.xhtml#start\"/>"
        );

        var document = await Files.ReadAsync(
            Epub(
                [
                    ("a b.xhtml", P("Second")),
                    ("sub/notes.xhtml", P("Notes")),
                    ("z.xhtml", P("First")),
                    ("nav.xhtml", P("NAV")),
                    ("toc.xhtml", P("CONTENTS")),
                    ("stray.xhtml", P("STRAY")),
                ],
                package
            ),
            "file.epub"
        );

        document
            .Lines()
            .ShouldBe(["First", "Second", "Notes", "Not read: OEBPS/gone.xhtml (missing), unknown (missing)"]);
        (document.Title, document.Author, document.Language).ShouldBe(("The lamp", "Ada", "en"));
        document.Created.ShouldBe(new DateTimeOffset(2031, 7, 1, 0, 0, 0, TimeSpan.Zero));
        document.Modified.ShouldBe(new DateTimeOffset(2031, 7, 2, 12, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Chapters_are_xhtml()
    {
        var document = await ReadAsync(
            "<script src=\"a.js\"/><a id=\"p1\"/><div id=\"x\"/><h2>One<br/>two</h2>"
                + "<p>Water&#160;boils.<a href=\"#n\">1</a></p><aside id=\"n\"><p>At sea level.</p></aside>"
                + "<p><ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby></p><header><p>Header</p></header>"
                + "<table><tr><td>a</td><td>b</td></tr></table><nav><p>NAV</p></nav>"
        );

        document
            .Blocks.Select(block => (block.Kind, block.Text, block.Level))
            .ShouldBe([
                (BlockKind.Heading, "One two", 2),
                (BlockKind.Paragraph, "Water boils.1", 0),
                (BlockKind.Paragraph, "At sea level.", 0),
                (BlockKind.Paragraph, "漢字", 0),
                (BlockKind.Paragraph, "Header", 0),
                (BlockKind.Table, "a | b", 0),
            ]);
    }

    [Fact]
    public async Task Empty_elements_do_not_nest() =>
        (
            await ReadAsync(string.Concat(Enumerable.Repeat("<div/><span id=\"a\" /><p>x</p>", 400)))
        ).Blocks.Count.ShouldBe(400);

    [Theory]
    [InlineData("en", "电子发票", "zh")]
    [InlineData("en-GB", "The lamp", "en-GB")]
    [InlineData("zh", "The lamp", null)]
    [InlineData("zh", "The lamp 灯 is a lamp", "zh")]
    [InlineData("sr", "Svetionik", "sr")]
    public async Task Language_is_the_texts(string declared, string text, string? language) =>
        (
            await Files.ReadAsync(
                Epub([("a.xhtml", P(text))], about: $"<dc:language>{declared}</dc:language>"),
                "a.epub"
            )
        ).Language.ShouldBe(language);

    [Fact]
    public async Task A_locked_book_is_encrypted_and_scrambled_fonts_are_not()
    {
        static string Lock(string algorithm) =>
            "<encryption xmlns:e=\"http://www.w3.org/2001/04/xmlenc#\"><e:EncryptedData>"
            + $"<e:EncryptionMethod Algorithm=\"{algorithm}\"/></e:EncryptedData></encryption>";
        byte[] With(string algorithm) => Zips.With(Make("Text."), "META-INF/encryption.xml", Lock(algorithm));

        (await Files.RefusalOfAsync(With("http://www.w3.org/2001/04/xmlenc#aes128-cbc"), "a.epub")).Fault.ShouldBe(
            DocumentFault.Encrypted
        );
        (await Files.ReadAsync(With("http://www.idpf.org/2008/embedding"), "a.epub")).Text.ShouldBe("Text.");
    }

    [Fact]
    public async Task A_path_out_of_the_book_leads_nowhere() =>
        (
            await Files.RefusalOfAsync(
                Epub([], Package(Item("a", "../../../../etc/passwd"), "<itemref idref=\"a\"/>")),
                "a.epub"
            )
        ).Fault.ShouldBe(DocumentFault.Empty);

    [Fact]
    public async Task Deep_chapters_are_refused() =>
        (
            await Files.RefusalOfAsync(
                Epub([("a.xhtml", "&nbsp;" + string.Concat(Enumerable.Repeat("<div>", 20_000)))]),
                "a.epub"
            )
        ).Fault.ShouldBe(DocumentFault.TooLarge);

    [Fact]
    public async Task All_authors_are_named() =>
        (
            await Files.ReadAsync(
                Epub([("a.xhtml", P("x"))], about: "<dc:creator>Ada</dc:creator><dc:creator>Karl</dc:creator>"),
                "file.epub"
            )
        ).Author.ShouldBe("Ada; Karl");
}
