namespace EmbeddingFunctions.Documents.Tests;

/// <summary>The documents that the repository offers to be tried.</summary>
public sealed class SampleTests
{
    public static TheoryData<string> All =>
        [.. Directory.GetFiles(Files.Samples).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private static Task<Document> ReadAsync(string name) => Files.ReadAsync(Path.Combine(Files.Samples, name));

    [Fact]
    public void There_are_ten_of_five_formats_and_the_seed_sentences()
    {
        var endings = Directory.GetFiles(Files.Samples).Select(Path.GetExtension).ToList();

        endings.Count.ShouldBe(11);
        endings.Distinct().ShouldBe([".txt", ".md", ".html", ".pdf", ".docx"], ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Each_is_small_and_is_read_and_cut(string name)
    {
        new FileInfo(Path.Combine(Files.Samples, name)).Length.ShouldBeLessThan(150 * 1024);

        var document = await ReadAsync(name);
        var chunks = Chunker.Chunk(document, new ChunkOptions { MaxTokens = 120 }, Counters.Words).ToList();

        chunks.ShouldAllBe(chunk => Counters.Words(chunk.EmbeddedText) <= 120);
        document.Text.ShouldNotContain("\uFFFD");
    }

    [Theory]
    [InlineData("bicycle-maintenance.docx", "Bicycle maintenance at home", "en-US", 11, 1)]
    [InlineData("sourdough-bread.docx", "Sourdough bread", "en-US", 7, 1)]
    [InlineData("泡茶指南.docx", "泡茶指南", "zh", 8, 1)]
    [InlineData("earthquake-safety.pdf", "Earthquake safety at home and at work", "en-US", 9, 1)]
    [InlineData("城市植树手册.pdf", "城市植树手册", "zh", 7, 0)]
    [InlineData("museum-visitors.html", "Visiting the Lighthouse Museum", "en", 8, 1)]
    [InlineData("退换货政策.html", "退换货政策", "zh-CN", 6, 1)]
    [InlineData("office-network-faq.md", "Office network FAQ", "en", 10, 2)]
    [InlineData("垃圾分类指南.md", "家庭垃圾分类指南", "zh", 6, 1)]
    public async Task Titles_languages_headings_and_tables_are_found(
        string name,
        string title,
        string? language,
        int headings,
        int tables
    )
    {
        var document = await ReadAsync(name);

        document.Title.ShouldBe(title);
        document.Language.ShouldBe(language);
        document.Blocks.Count(block => block.Kind == BlockKind.Heading).ShouldBe(headings);
        document.Blocks.Count(block => block.Kind == BlockKind.Table).ShouldBe(tables);
        document.Blocks[0].Level.ShouldBe(1);
    }

    [Fact]
    public async Task Headings_of_word_documents_lead_to_their_text()
    {
        var document = await ReadAsync("bicycle-maintenance.docx");

        var chunks = Chunker.Chunk(document, new ChunkOptions { MaxTokens = 150 }, Counters.Words);

        chunks
            .Single(chunk => chunk.Text.Contains("304.8 mm", StringComparison.Ordinal))
            .Heading.ShouldBe("Bicycle maintenance at home > Chain and gears > When to replace the chain");
        document
            .Blocks.Single(block => block.Kind == BlockKind.Table)
            .Text.ShouldStartWith("Part | Interval | What to do | Tool\nTyres | every week | Pump");
    }

    [Theory]
    [InlineData("earthquake-safety.pdf", 3, "If you are trapped", 3)]
    [InlineData("城市植树手册.pdf", 2, "修剪", 2)]
    public async Task Chunks_of_a_pdf_know_their_page(string name, int pages, string heading, int page)
    {
        var document = await ReadAsync(name);

        var chunks = Chunker.Chunk(document, new ChunkOptions { MaxTokens = 150 }, Counters.Words).ToList();

        document.Blocks.Max(block => block.Page).ShouldBe(pages);
        chunks.First(chunk => chunk.Heading.EndsWith(heading, StringComparison.Ordinal)).Page.ShouldBe(page);
    }

    [Fact]
    public async Task The_seed_sentences_are_four_lines() =>
        (await ReadAsync("种子句子.txt")).Text.ShouldBe(
            "我喜欢吃苹果\n苹果公司9月要发布新手机iPhone 17\n今天的天气真好,蓝天白云\n香蕉是一种热带水果"
        );
}
