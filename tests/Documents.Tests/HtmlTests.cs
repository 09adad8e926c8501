using System.Text;

namespace EmbeddingFunctions.Documents.Tests;

public sealed class HtmlTests : ReaderConformance
{
    static HtmlTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    protected override string Extension => ".html";

    protected override string ContentType => "text/html";

    protected override byte[] Make(params string[] paragraphs) =>
        Encoding.UTF8.GetBytes(
            "<!doctype html><html><body>" + string.Concat(paragraphs.Select(p => $"<p>{p}</p>")) + "</body></html>"
        );

    private static async Task<Document> ReadAsync(string body) => await Files.ReadAsync(body, "file.html");

    [Fact]
    public async Task Blocks_are_typed()
    {
        var document = await ReadAsync(
            """
            <h1>Har<em>bour</em></h1> loose
            text <div>in a box<p>a   paragraph</p>after</div>
            <ul><li>one<ul><li>inner</li></ul></li><li><p>two</p></li></ul>
            <pre>a
              b</pre>
            <h3>Table<br>below</h3>
            <table><caption>Prices</caption><thead><tr><th>Site</th><th>Units</th></tr></thead>
            <tr><td><p>Leeds</p><p>north</p></td><td>412</td></tr></table>
            """
        );

        document
            .Blocks.Select(block => (block.Kind, block.Text, block.Level))
            .ShouldBe([
                (BlockKind.Heading, "Harbour", 1),
                (BlockKind.Paragraph, "loose text", 0),
                (BlockKind.Paragraph, "in a box", 0),
                (BlockKind.Paragraph, "a paragraph", 0),
                (BlockKind.Paragraph, "after", 0),
                (BlockKind.ListItem, "one", 0),
                (BlockKind.ListItem, "inner", 0),
                (BlockKind.ListItem, "two", 0),
                (BlockKind.Code, "a\n  b", 0),
                (BlockKind.Heading, "Table below", 3),
                (BlockKind.Paragraph, "Prices", 0),
                (BlockKind.Table, "Site | Units\nLeeds north | 412", 0),
            ]);
    }

    [Fact]
    public async Task What_frames_the_page_is_left_out()
    {
        var document = await ReadAsync(
            "<header>HEAD</header><nav>NAV</nav><main><article><header><h1>Title</h1></header><p>Text</p></article></main>"
                + "<aside>ASIDE</aside><script>var a='SCRIPT'</script><style>.STYLE{}</style><noscript>NOSCRIPT</noscript>"
                + "<template>TEMPLATE</template><p hidden>HIDDEN</p><footer>FOOT</footer>"
        );

        document.Lines().ShouldBe(["Title", "Text"]);
    }

    [Fact]
    public async Task A_table_that_lays_out_the_page_is_no_table() =>
        (await ReadAsync("<table><tr><td><p>a</p><p>b</p></td></tr></table>"))
            .Blocks.Select(block => block.Kind)
            .ShouldBe([BlockKind.Paragraph, BlockKind.Paragraph]);

    [Fact]
    public async Task Title_and_language_come_from_the_page()
    {
        var document = await ReadAsync("<html lang='de-AT'><title> Die \n Pumpe </title><body>Text");

        document.Title.ShouldBe("Die Pumpe");
        document.Language.ShouldBe("de-AT");
    }

    [Fact]
    public async Task A_declared_charset_is_believed_where_bytes_say_nothing()
    {
        const string Page = "<html><head><meta charset=\"gbk\"></head><body><p>水泵</p></body></html>";

        (await Files.ReadAsync(Encoding.GetEncoding("gbk").GetBytes(Page), "a.html")).Text.ShouldBe("水泵");
        (await Files.ReadAsync(Page, "a.html")).Text.ShouldBe("水泵");
    }

    [Theory]
    [InlineData("<div>")]
    [InlineData("<b><a><i>")]
    [InlineData("<table><tr><td>")]
    public async Task Deep_pages_are_refused_soon(string opener)
    {
        var deep = "<html><body>" + string.Concat(Enumerable.Repeat(opener, 20_000)) + "x";

        (await Files.RefusalOfAsync(deep, "a.html")).Fault.ShouldBe(DocumentFault.TooLarge);
    }

    [Fact]
    public async Task Unclosed_paragraphs_and_items_are_not_deep()
    {
        var page = "<ul>" + string.Concat(Enumerable.Repeat("<li>a<p>b", 5000));

        (await ReadAsync(page)).Blocks.Count.ShouldBe(10_000);
    }

    [Fact]
    public async Task What_a_style_or_a_closed_dialog_hides_is_left_out() =>
        (
            await ReadAsync(
                "<p>seen</p><p style='color: red; DISPLAY : none'>GONE</p><p style='visibility:hidden'>GONE</p>"
                    + "<dialog>GONE</dialog><dialog open>open</dialog><p style='background:url(display:none.png)'>too</p>"
            )
        )
            .Lines()
            .ShouldBe(["seen", "open", "too"]);

    [Fact]
    public async Task A_heading_is_without_the_sign_that_links_to_it() =>
        (
            await ReadAsync(
                "<h2>Pumps<a class=headerlink href='#pumps'>¶</a></h2><h2><a href='#valves'>#</a> Valves</h2>"
                    + "<p>See <a href='#pumps'>Pumps</a> and <a href='/c'>#</a></p>"
            )
        )
            .Lines()
            .ShouldBe(["Pumps", "Valves", "See Pumps and #"]);

    [Fact]
    public async Task A_formula_is_text_and_its_source_is_not() =>
        (
            await ReadAsync(
                "<p>Where <math><semantics><mrow><mi>x</mi><mo>=</mo><mn>1</mn></mrow>"
                    + "<annotation encoding='application/x-tex'>x=TEX</annotation></semantics></math> holds</p>"
            )
        ).Text.ShouldBe("Where x=1 holds");

    [Fact]
    public async Task Many_paragraphs_side_by_side_take_no_longer_each_than_few()
    {
        var document = await Files.ReadAsync(string.Concat(Enumerable.Repeat("<p>x</p>\n", 400_000)), "file.html");

        document.Blocks.Count.ShouldBe(400_000);
    }

    [Theory]
    [InlineData("<pre>a<br>b<br/>  c</pre>", "a\nb\n  c")]
    [InlineData("<pre><code><span>npm i</span><br></span><span>npm start<br></span></code></pre>", "npm i\nnpm start")]
    [InlineData("<pre><div>a</div><div> b</div></pre>", "a\n b")]
    [InlineData("<pre><ol><li>a\n</li><li>b</li></ol>c</pre>", "a\nb\nc")]
    [InlineData("<pre>a<button>GONE</button><style>GONE</style><i hidden>GONE</i></pre>", "a")]
    [InlineData(
        "<table><tr><td><pre>1\n2</pre></td><td><pre>def f():\n    return 1</pre></td></tr></table>",
        "def f():\n    return 1"
    )]
    public async Task Code_keeps_its_lines_however_the_page_makes_them(string body, string code) =>
        (await ReadAsync(body)).Blocks.ShouldBe([new Block(BlockKind.Code, code)]);

    [Fact]
    public async Task Code_in_a_row_among_others_is_a_cell() =>
        (await ReadAsync("<table><tr><th>Exit<th>Means<tr><td><pre>42</pre><td>full</table>")).Blocks.ShouldBe([
            new Block(BlockKind.Table, "Exit | Means\n42 | full"),
        ]);

    [Fact]
    public async Task Hidden_rows_cells_and_words_of_a_table_are_left_out() =>
        (
            await ReadAsync(
                "<table><caption>Cap<br>tion<style>GONE</style></caption><tr><th>a<th>b<tr style='display:none'><td>GONE<td>x"
                    + "<tr hidden><td>GONE<td>x<tr><td>1<td hidden>GONE<td>2<tbody hidden><tr><td>GONE<td>x</tbody></table>"
            )
        )
            .Lines()
            .ShouldBe(["Cap\ntion", "a | b\n1 | 2"]);

    [Fact]
    public async Task Xhtml_ends_its_empty_elements()
    {
        var document = await Files.ReadAsync(
            "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title/><script src=\"x.js\"/></head>"
                + "<body><h1/><p>One<br/>two</p><iframe src=\"a\"/><p>three</p></body></html>",
            "a.xhtml"
        );

        document.Blocks.ShouldBe([new Block(BlockKind.Paragraph, "One\ntwo"), new Block(BlockKind.Paragraph, "three")]);
    }

    [Fact]
    public async Task Roles_frame_the_page_as_elements_do() =>
        (
            await ReadAsync(
                "<div role=banner>GONE</div><div role=navigation><h3>GONE</h3></div><div role=complementary>GONE</div>"
                    + "<div role=main><header><h1>Title</h1></header><p>Text</p></div><div role=contentinfo>GONE</div>"
            )
        )
            .Lines()
            .ShouldBe(["Title", "Text"]);

    [Fact]
    public async Task A_table_that_is_said_to_be_layout_is_no_table() =>
        (await ReadAsync("<table role=presentation><tr><td><h1>Big</h1><p>a</p><td>b<tr><td>c<td>d</table>"))
            .Lines()
            .ShouldBe(["Big", "a", "b", "c", "d"]);

    [Fact]
    public async Task Signs_of_documentation_programs_and_formulas_drawn_twice_are_left_out() =>
        (
            await ReadAsync(
                "<h2>Install<a class=hash-link href='#install'>\u200B</a></h2><p>Let <span class=katex><span class=katex-mathml>"
                    + "<math><mi>x</mi></math></span><span class=katex-html aria-hidden=true><span>x</span></span></span> be. "
                    + "<span class=katex><span class=katex-html>y</span></span></p>"
            )
        )
            .Lines()
            .ShouldBe(["Install", "Let x be. y"]);

    [Fact]
    public async Task Author_and_dates_are_what_the_page_states()
    {
        var document = await Files.ReadAsync(
            "<html><head><meta name=Author content=' Ada '><meta property='article:published_time' content='2031-07-01'>"
                + "<meta property='article:modified_time' content='2031-07-02T12:00:00+02:00'></head><body><p>x</body></html>",
            "a.html"
        );

        document.Author.ShouldBe("Ada");
        document.Created.ShouldBe(new DateTimeOffset(2031, 7, 1, 0, 0, 0, TimeSpan.Zero));
        document.Modified.ShouldBe(new DateTimeOffset(2031, 7, 2, 12, 0, 0, TimeSpan.FromHours(2)));
    }

    [Theory]
    [InlineData("↩")]
    [InlineData("↩︎")]
    public async Task A_note_is_without_the_sign_that_links_back(string sign) =>
        (await ReadAsync($"<ol><li>At sea level.<a href='#fnref1'>{sign}</a></li></ol>")).Text.ShouldBe(
            "At sea level."
        );

    [Fact]
    public async Task Questions_that_open_their_answers_are_headings() =>
        (
            await ReadAsync(
                "<h2><button>Why?</button></h2><div hidden=until-found>Because.</div><div hidden>GONE</div><button>GONE</button>"
                    + "<dl><dt><button>What?</button></dt><dd>That.</dd></dl>"
            )
        ).Blocks.ShouldBe([
            new Block(BlockKind.Heading, "Why?", 2),
            new Block(BlockKind.Paragraph, "Because."),
            new Block(BlockKind.Paragraph, "What?"),
            new Block(BlockKind.Paragraph, "That."),
        ]);

    [Fact]
    public async Task An_encyclopedia_is_read_without_its_tools() =>
        (
            await ReadAsync(
                "<h2>Types<span class=mw-editsection><span>[</span><a href='/e'>edit</a><span>]</span></span></h2>"
                    + "<ol><li><b><a href='#cite_ref-1'>^</a></b> Pumps, 2031</li></ol>"
            )
        )
            .Lines()
            .ShouldBe(["Types", "Pumps, 2031"]);
}
