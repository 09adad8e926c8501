using System.Text;

namespace EmbeddingFunctions.Documents.Tests;

public sealed class MarkdownTests : ReaderConformance
{
    protected override string Extension => ".md";

    protected override bool IsNamed => true;

    protected override string ContentType => "text/markdown";

    protected override byte[] Make(params string[] paragraphs) =>
        Encoding.UTF8.GetBytes(string.Join("\n\n", paragraphs));

    private static async Task<Document> ReadAsync(string text) => await Files.ReadAsync(text, "file.md");

    [Fact]
    public async Task Blocks_are_typed()
    {
        var document = await ReadAsync(
            """
            Title
            =====
            A *long* **word**, `code`, [a link](http://a.example), ![a picture](p.png) and <b>bold</b> &amp; more.

            1. one
               - inner
            2. two

            > quoted

            ```sh
            # no heading
              indented
            ```

            ## Part ##

            | a | b |
            |---|---|
            | 1 | 2 \| 3 |

            - [x] done
            """
        );

        document
            .Blocks.Select(block => (block.Kind, block.Text, block.Level))
            .ShouldBe([
                (BlockKind.Heading, "Title", 1),
                (BlockKind.Paragraph, "A long word, code, a link, a picture and bold & more.", 0),
                (BlockKind.ListItem, "one", 0),
                (BlockKind.ListItem, "inner", 0),
                (BlockKind.ListItem, "two", 0),
                (BlockKind.Paragraph, "quoted", 0),
                (BlockKind.Code, "# no heading\n  indented", 0),
                (BlockKind.Heading, "Part", 2),
                (BlockKind.Table, "a | b\n1 | 2 | 3", 0),
                (BlockKind.ListItem, "done", 0),
            ]);
        document.Title.ShouldBe("Title");
    }

    [Fact]
    public async Task Front_matter_gives_the_title_and_no_text()
    {
        var document = await ReadAsync("---\ntitle: \"Pump manual\"\ndraft: true\n---\n\n# Other\n\nText.");

        document.Title.ShouldBe("Pump manual");
        document.Lines().ShouldBe(["Other", "Text."]);
    }

    [Fact]
    public async Task Footnotes_are_kept()
    {
        var document = await ReadAsync("Water[^1] boils.\n\n[^1]: At sea level.");

        document.Lines().ShouldBe(["Water[1] boils.", "At sea level."]);
    }

    [Fact]
    public async Task Html_inside_is_read_as_html()
    {
        var document = await ReadAsync(
            "<h1 align=\"center\">Lamp</h1>\n\n<!-- a comment -->\n\nText<br>more\n\n<table><tr><td>a</td><td>b</td></tr></table>\n"
        );

        document.Blocks.ShouldBe([
            new Block(BlockKind.Heading, "Lamp", 1),
            new Block(BlockKind.Paragraph, "Text\nmore"),
            new Block(BlockKind.Table, "a | b"),
        ]);
    }

    [Fact]
    public async Task Wrapped_lines_join_with_a_space_only_where_the_script_has_spaces() =>
        (await ReadAsync("one\ntwo 水泵\n运行\nthree")).Text.ShouldBe("one two 水泵运行 three");

    [Theory]
    [InlineData(">")]
    [InlineData("[")]
    [InlineData("*a ")]
    [InlineData("- ")]
    [InlineData("1. ")]
    [InlineData("![")]
    public async Task Deep_nesting_is_refused_or_read_soon(string opener)
    {
        var deep = string.Concat(Enumerable.Repeat(opener, 50_000)) + "x";

        try
        {
            await ReadAsync(deep);
        }
        catch (DocumentException e)
        {
            e.Fault.ShouldBeOneOf(DocumentFault.TooLarge, DocumentFault.Corrupt);
        }
    }

    [Fact]
    public async Task Lists_nested_line_by_line_are_refused()
    {
        string Nested(int levels) =>
            string.Join('\n', Enumerable.Range(0, levels).Select(i => new string(' ', 2 * i) + "- x"));

        (await Files.RefusalOfAsync(Nested(3000), "a.md")).Fault.ShouldBe(DocumentFault.TooLarge);
        (await Files.RefusalOfAsync(Nested(30), "a.md", new ReadLimits { Depth = 10 })).Message.ShouldContain(
            "20 levels"
        );
        (await ReadAsync(Nested(30))).Blocks.Count.ShouldBe(30);
    }

    [Theory]
    [InlineData("Before\n\n```\n```\n\nAfter")]
    [InlineData("Before\n\nAfter\n\n```")]
    [InlineData("---\n---\nBefore\n\nAfter")]
    [InlineData("Before\n\n- ```sh\n  ```\n\nAfter")]
    public async Task Code_and_front_matter_may_be_empty(string text) =>
        (await Files.ReadAsync(text, "a.md")).Lines().ShouldBe(["Before", "After"]);

    [Fact]
    public async Task A_table_of_20_000_rows_is_read_whole_with_its_header()
    {
        var rows = Enumerable.Range(0, 20_000).Select(i => $"| [p{i}](http://a.example/{i}) | *of* `{i}` |");

        var document = await ReadAsync("Intro\n\n| a | b |\n|---|:-:|\n" + string.Join('\n', rows));

        document.Blocks.Skip(1).ShouldAllBe(block => block.Kind == BlockKind.Table && block.Text.StartsWith("a | b\n"));
        document
            .Blocks.Skip(1)
            .SelectMany(block => block.Text.Split('\n').Skip(1))
            .ShouldBe(Enumerable.Range(0, 20_000).Select(i => $"p{i} | of {i}"));
    }

    [Fact]
    public async Task A_paragraph_of_20_000_lines_is_read_whole()
    {
        var lines = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"a *b* _c_ [d{i}](e)\n"));

        var document = await ReadAsync("| a | b |\n|---|---|\n| 1 | 2 |\n\n" + lines);

        document.Blocks[0].Text.ShouldBe("a | b\n1 | 2");
        string.Join(' ', document.Blocks.Skip(1).Select(block => block.Text))
            .ShouldBe(string.Join(' ', Enumerable.Range(0, 20_000).Select(i => $"a b c d{i}")));
    }

    [Theory]
    [InlineData("````sh\n", "````", "")]
    [InlineData("````sh\n", "````", "```\n")]
    [InlineData("~~~\n", "~~~", "")]
    [InlineData("~~~\n", "~~~", "```\n")]
    [InlineData("Text\n\n```\n", "```\n\nText", "")]
    public async Task Code_of_many_lines_is_one_block(string before, string after, string first)
    {
        var code = first + string.Concat(Enumerable.Range(0, 2000).Select(i => $"line {i}\n"));

        var document = await ReadAsync(before + code + after);

        document.Blocks.Single(block => block.Kind == BlockKind.Code).Text.ShouldBe(code.TrimEnd());
    }

    [Fact]
    public async Task A_grid_table_of_many_lines_is_one()
    {
        var document = await ReadAsync(string.Concat(Enumerable.Repeat("+---+---+\n| a | b |\n", 600)) + "+---+---+\n");

        document.Blocks.ShouldHaveSingleItem().Text.Split('\n').Length.ShouldBe(600);
    }

    [Theory]
    [InlineData("[a](")]
    [InlineData("[a ")]
    [InlineData("*a **b ")]
    public async Task Marks_that_are_never_closed_are_letters(string mark)
    {
        var text = string.Concat(Enumerable.Repeat(mark, 20_000)).TrimEnd();

        (await ReadAsync(text)).Text.ShouldBe(text);
    }

    [Theory]
    [InlineData("---\ntitle: >-\n  Pump\n  manual\nauthor: A\n---\nText.")]
    [InlineData("---\nauthor: A\ntitle: 'Pump manual' # short\n---\nText.")]
    [InlineData("---\r\ntitle: Pump manual # short\r\n...\r\nText.")]
    [InlineData("+++\ntitle = \"Pump manual\"\n[extra]\nx = 1\n+++\nText.")]
    public async Task Front_matter_is_yaml_or_toml(string text)
    {
        var document = await ReadAsync(text);

        document.Title.ShouldBe("Pump manual");
        document.Lines().ShouldBe(["Text."]);
    }

    [Theory]
    [InlineData("title: 'It''s here'", "It's here")]
    [InlineData("title: \"The \\\"new\\\" C# pump\"", "The \"new\" C# pump")]
    [InlineData("title: C# pump", "C# pump")]
    [InlineData("subtitle: x", null)]
    [InlineData("title:", null)]
    public async Task Quotes_of_front_matter_are_no_part_of_the_title(string line, string? title) =>
        (await ReadAsync($"---\n{line}\n---\nText.")).Title.ShouldBe(title);

    [Fact]
    public async Task Lines_that_stand_between_rules_only_later_are_text() =>
        (await ReadAsync("Text\n\n+++\ntitle = 1\n+++\n")).Lines().ShouldBe(["Text", "+++ title = 1 +++"]);

    [Theory]
    [InlineData("> ```sh\n", "> ", "> ```\n", "")]
    [InlineData("1. ```sh\n", "   ", "   ```\n", "")]
    [InlineData("", "    ", "", "")]
    [InlineData("<pre>\n", "", "</pre>\n", "")]
    [InlineData("- ```sh\n  ```\n\n```\n", "", "```\n", "")]
    public async Task Code_of_many_lines_is_one_block_wherever_it_stands(
        string before,
        string start,
        string after,
        string first
    )
    {
        var code = first + string.Concat(Enumerable.Range(0, 1200).Select(i => $"line {i}\n"));

        var document = await ReadAsync(
            before
                + string.Concat(code.TrimEnd().Split('\n').Select(line => $"{start}{line}\n"))
                + after
                + "\n# After\n"
        );

        document.Blocks.ShouldBe([new Block(BlockKind.Code, code.TrimEnd()), new Block(BlockKind.Heading, "After", 1)]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("> ")]
    [InlineData("  ")]
    public async Task A_table_of_many_rows_is_read_wherever_it_stands(string start)
    {
        var rows = Enumerable.Range(0, 1200).Select(i => $"| {i} | *x* |").ToList();

        var document = await ReadAsync(
            (start == "  " ? "- Item\n\n" : "")
                + string.Concat(
                    ((string[])["Rows:", "| a | b |", "|---|---|", .. rows]).Select(line => $"{start}{line}\n")
                )
                + $"{start}\n{start}Text\n"
        );

        var tables = document.Blocks.Where(block => block.Kind == BlockKind.Table).ToList();
        tables.Count.ShouldBe(3);
        tables.ShouldAllBe(table => table.Text.StartsWith("a | b\n"));
        tables
            .SelectMany(table => table.Text.Split('\n').Skip(1))
            .ShouldBe(Enumerable.Range(0, 1200).Select(i => $"{i} | x"));
        document
            .Blocks.Where(block => block.Kind != BlockKind.Table)
            .Select(block => block.Text)
            .ShouldBe(start == "  " ? ["Item", "Rows:", "Text"] : ["Rows:", "Text"]);
    }

    [Fact]
    public async Task A_quote_of_many_paragraphs_below_a_table_has_no_header_again()
    {
        var document = await ReadAsync(
            "> | a | b |\n> |---|---|\n> | 1 | 2 |\n"
                + string.Concat(Enumerable.Range(0, 400).Select(i => $">\n> {i}\n"))
        );

        document.Lines().ShouldBe(["a | b\n1 | 2", .. Enumerable.Range(0, 400).Select(i => $"{i}")]);
    }

    [Fact]
    public async Task An_html_table_of_many_lines_is_one()
    {
        var document = await ReadAsync(
            "<table>\n"
                + string.Concat(Enumerable.Range(0, 1200).Select(i => $"<tr><td>{i}</td><td>x</td></tr>\n"))
                + "</table>"
        );

        document
            .Blocks.ShouldHaveSingleItem()
            .Text.ShouldBe(string.Join('\n', Enumerable.Range(0, 1200).Select(i => $"{i} | x")));
    }

    [Fact]
    public async Task Rows_of_html_after_an_empty_line_are_rows() =>
        (
            await ReadAsync("<table>\n<tr><th>a</th><th>b</th></tr>\n\n<tr><td>1</td><td>2</td></tr>\n</table>\n")
        ).Blocks.ShouldBe([new Block(BlockKind.Table, "a | b"), new Block(BlockKind.Table, "1 | 2")]);

    [Fact]
    public async Task Html_inside_a_cell_keeps_its_words_apart() =>
        (
            await ReadAsync("| a | b |\n|---|---|\n| <ul><li>one</li><li>two</li></ul> | x<br/>y<b>z</b> |\n")
        ).Text.ShouldBe("a | b\none two | x yz");

    [Fact]
    public async Task Deleted_text_has_no_marks() =>
        (await ReadAsync("~~old~~ new ~5 m~")).Text.ShouldBe("old new ~5 m~");

    [Theory]
    [InlineData("---\nauthor: Ada\ndate: 2031-07-01 # draft\n---\nText.", "Ada")]
    [InlineData("---\ndate: 2031-07-01\nauthor: [Ada, Karl]\n---\nText.", "Ada, Karl")]
    [InlineData("+++\ndate = 2031-07-01T00:00:00Z\nauthor = 'Ada'\n+++\nText.", "Ada")]
    public async Task Front_matter_says_who_and_when(string text, string author)
    {
        var document = await ReadAsync(text);

        document.Author.ShouldBe(author);
        document.Created.ShouldBe(new DateTimeOffset(2031, 7, 1, 0, 0, 0, TimeSpan.Zero));
    }
}
