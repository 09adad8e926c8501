using System.Text;

namespace EmbeddingFunctions.Documents.Tests;

public sealed class XmlTests : ReaderConformance
{
    protected override string Extension => ".xml";

    protected override string ContentType => "application/xml";

    protected override byte[] Make(params string[] paragraphs) =>
        Encoding.UTF8.GetBytes(
            "<?xml version=\"1.0\"?>\n<doc>\n"
                + string.Concat(paragraphs.Select(text => $"  <p>{text}</p>\n"))
                + "</doc>"
        );

    private static async Task<(BlockKind, string, int)[]> BlocksAsync(string xml) =>
        [.. (await Files.ReadAsync(xml, "a.xml")).Blocks.Select(block => (block.Kind, block.Text, block.Level))];

    [Fact]
    public async Task Prose_keeps_its_paragraphs_whole() =>
        (
            await BlocksAsync(
                """
                <book><title>Pumps</title><chapter id="LEFT OUT"><title>Seals</title>
                <para>A <emphasis>worn</emphasis> seal
                  leaks<footnote><para>See 3.</para></footnote>.</para>
                <para><b>Bold</b> <i>all</i></para>
                <list><item>one</item><item>two</item></list></chapter></book>
                """
            )
        ).ShouldBe([
            (BlockKind.Heading, "Pumps", 1),
            (BlockKind.Heading, "Seals", 1),
            (BlockKind.Paragraph, "A worn seal leaks", 0),
            (BlockKind.Paragraph, "See 3.", 0),
            (BlockKind.Paragraph, ".", 0),
            (BlockKind.Paragraph, "Bold all", 0),
            (BlockKind.Paragraph, "one", 0),
            (BlockKind.Paragraph, "two", 0),
        ]);

    [Fact]
    public async Task Records_are_lines_with_names() =>
        (
            await BlocksAsync(
                """
                <?xml version="1.0" encoding="utf-8"?><parts>
                <part><no>7</no><x:name xmlns:x="u">Seal</x:name><price/></part>
                <part><no>8</no><name>Ring</name></part></parts>
                """
            )
        ).ShouldBe([(BlockKind.Code, "no: 7\nname: Seal", 0), (BlockKind.Code, "no: 8\nname: Ring", 0)]);

    [Fact]
    public async Task Feeds_carry_pages() =>
        (
            await BlocksAsync(
                "<rss><channel><title>News</title><item><title>Sale</title><link>u</link><description><![CDATA[<p>One</p><p>Two</p>]]></description></item></channel></rss>"
            )
        )
            .Select(block => block.Item2)
            .ShouldBe(["News", "Sale", "u", "One", "Two"]);

    [Fact]
    public async Task Pictures_of_text_are_read()
    {
        var document = await Files.ReadAsync(
            "<svg xmlns='http://www.w3.org/2000/svg'><title>Plan</title><style>.a{}</style><script>x()</script><g><text x='1'>Valve <tspan>A</tspan></text><text>Valve B</text></g></svg>",
            "plan.svg"
        );

        document.ContentType.ShouldBe("image/svg+xml");
        document.Title.ShouldBe("Plan");
        document.Lines().ShouldBe(["Plan", "Valve A", "Valve B"]);
    }

    [Fact]
    public async Task The_declared_charset_and_language_are_believed()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var xml = "<?xml version='1.0' encoding='windows-31j'?><a xml:lang='ja'>水道運</a>";

        var document = await Files.ReadAsync(Encoding.GetEncoding(932).GetBytes(xml), "a.xml");

        document.Text.ShouldBe("水道運");
        document.Language.ShouldBe("ja");
    }

    [Theory]
    [InlineData("<a>x</b>")]
    [InlineData("<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>")]
    [InlineData("<!DOCTYPE a [<!ENTITY e 'lol'>]><a>&e;</a>")]
    public async Task Broken_files_and_entities_of_their_own_are_refused(string xml) =>
        (await Files.RefusalOfAsync("<?xml version='1.0'?>" + xml, "a.xml")).Fault.ShouldBe(DocumentFault.Corrupt);

    [Fact]
    public async Task A_document_type_alone_does_no_harm() =>
        (
            await Files.ReadAsync(
                "<?xml version='1.0'?><!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'><a>Text</a>",
                "a.xml"
            )
        ).Text.ShouldBe("Text");
}
