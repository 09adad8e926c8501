using System.Text;
using System.Text.RegularExpressions;

namespace EmbeddingFunctions.Documents.Tests;

/// <summary>Failures that people met with other pipelines, on the files they met them with.</summary>
[Trait("needs", "shared")]
public sealed partial class CaseTests
{
    [Fact]
    public async Task A_01_insertions_are_in_and_deletions_are_out()
    {
        var text = (await Cases.ReadAsync("A-01.docx")).Text;

        text.ShouldContain("within forty-five (45) days of the invoice date");
        text.ShouldContain("4 percent");
        text.ShouldNotContain("thirty");
        text.ShouldNotContain("9 percent");
        text.ShouldNotContain("cancel without notice");
    }

    [Fact]
    public async Task A_02_a_text_box_is_read_once()
    {
        var text = (await Cases.ReadAsync("A-02.docx")).Text;

        Regex.Count(text, "Assembly point: north car park").ShouldBe(1);
        text.ShouldContain("call the desk on extension 5521");
        text.ShouldContain("Before the box.");
    }

    [Fact]
    public async Task A_03_cells_in_content_controls_keep_their_columns()
    {
        var text = (await Cases.ReadAsync("A-03.docx")).Text;

        text.ShouldContain("Issued | Revision | Owner | State");
        text.ShouldContain("2031-03-18 | 7 | Procurement | Approved");
    }

    [Fact]
    public async Task A_04_everything_on_a_slide_is_read_and_boxes_are_not_welded()
    {
        var text = (await Cases.ReadAsync("A-04.pptx")).Text;

        foreach (
            var words in (string[])
                [
                    "Boiler room B",
                    "Valve 12 stays open",
                    "Pressure limit 6 bar",
                    "Nested: call Ops first",
                    "East wing | 19.5 C",
                    "budget line 4410",
                ]
        )
        {
            Regex.Count(text, Regex.Escape(words)).ShouldBe(1, words);
        }

        text.ShouldNotMatch("BValve|planBoiler|barNested");
    }

    [Fact]
    public async Task A_05_reading_hints_are_not_part_of_a_cell()
    {
        var text = (await Cases.ReadAsync("A-05.xlsx")).Text;

        text.ShouldContain("東京都");
        text.ShouldContain("営業第二課");
        text.ShouldNotMatch("トウキョウト|エイギョウ");
    }

    [Fact]
    public async Task A_06_dates_results_and_percentages_are_as_shown() =>
        (await Cases.ReadAsync("A-06.xlsx"))
            .Blocks[1]
            .Text.ShouldBe("Start date | Total | Share\n2031-07-01 | 7315.4 | 12.50%\ncode-881 | TRUE");

    [Fact]
    public async Task A_10_chapters_come_in_the_order_of_the_spine()
    {
        var text = (await Cases.ReadAsync("A-10.epub")).Text;

        text.ShouldMatch("(?s)reaches the island.*repairs the lamp.*leaves the island");
        text.ShouldNotContain("Chapter One link");
    }

    [Fact]
    public async Task A_54_days_from_1904_and_cells_without_a_place()
    {
        var text = (await Cases.ReadAsync("A-54.xlsx")).Text;

        text.ShouldContain("大阪支店 | due\nno ref attribute | 2026-07-02");
        text.ShouldNotMatch("オオサカ|44743|2022");
    }

    [Fact]
    public async Task H_01_a_cell_in_the_farthest_corner_costs_nothing()
    {
        var document = await Cases.ReadAsync("H-01.xlsx");

        document.Text.ShouldContain("Solver model sigma-18");
        document.Text.Length.ShouldBeLessThan(10_000);
    }

    [Fact]
    public async Task H_02_millions_of_cells_are_refused()
    {
        Cases.Require();
        var refusal = await Should.ThrowAsync<DocumentException>(() => Cases.ReadAsync("H-02.xlsx"));

        refusal.Fault.ShouldBe(DocumentFault.TooLarge);
    }

    [Fact]
    public async Task A_07_a_pdf_without_embedded_fonts_is_decoded()
    {
        var text = (await Cases.ReadAsync("A-07.pdf")).Text;

        var dense = Blank.Replace(text, "");
        dense.ShouldContain("电子发票");
        dense.ShouldContain("海州水务有限公司");
        dense.ShouldContain("贰仟零叁拾壹元整");
        text.ShouldNotContain("\uFFFD");
    }

    [Fact]
    public async Task A_08_letters_drawn_again_for_bold_are_read_once()
    {
        var text = (await Cases.ReadAsync("A-08.pdf")).Text;

        Regex.Count(text, "Publisher notice 2031").ShouldBe(1);
        text.ShouldNotMatch("PPu|PPPu|PuPu|uubb");
        text.ShouldContain("Returns are accepted within 14 days.");
    }

    [Fact]
    public async Task A_09_a_scan_is_refused_for_its_missing_text()
    {
        Cases.Require();
        var refusal = await Should.ThrowAsync<DocumentException>(() => Cases.ReadAsync("A-09.pdf"));

        refusal.Fault.ShouldBe(DocumentFault.NoTextLayer);
        refusal.Message.ShouldContain("no text layer");
    }

    [Fact]
    public async Task A_11_an_rtf_is_decoded_by_its_code_pages()
    {
        var text = (await Cases.ReadAsync("A-11.rtf")).Text;

        text.ShouldContain("设备巡检记录：三号泵站");
        text.ShouldContain("检测合格");
        text.ShouldContain("4.2 °C");
        text.ShouldNotContain("宋体");
        text.ShouldNotContain("hand made");
        text.ShouldNotContain("Éè");
    }

    [Fact]
    public async Task A_12_a_mail_in_gb2312_is_decoded()
    {
        var mail = await Cases.ReadAsync("A-12.eml");

        mail.Title.ShouldBe("关于夜班排班的通知");
        mail.Text.ShouldContain("关于夜班排班的通知");
        mail.Text.ShouldContain("夜班改为二十二点开始");
        mail.Text.ShouldNotContain("color:red");
        mail.Text.ShouldNotContain("=CB");
        mail.Text.ShouldNotContain("=?GB2312");
    }

    [Fact]
    public async Task A_13_a_late_accent_does_not_change_the_charset()
    {
        var text = (await Cases.ReadAsync("A-13.csv")).Text;

        text.ShouldNotContain("\uFFFD");
        text.ShouldContain("Škoda van – door seal replaced");
        text.ShouldContain("5 °C draught");
    }

    [Fact]
    public async Task A_14_html_breaks_at_blocks_and_not_at_inlines()
    {
        var text = (await Cases.ReadAsync("A-14.html")).Text;

        text.ShouldNotMatch("BulletinTides|rose\\.Winds|nineBerth|SiteUnits|Leeds412");
        text.ShouldContain("Call Ines! Ask for maps.");
        text.ShouldContain("underwatering");
        text.ShouldContain("Site | Units\nLeeds | 412");
        text.ShouldNotContain("TRACKER_77");
        text.ShouldNotContain("UNUSED_TEMPLATE");
    }

    [Fact]
    public async Task A_15_a_cross_reference_loop_ends() =>
        (await Cases.ReadAsync("A-15.pdf")).Text.ShouldContain("pump curve 88-B");

    [Theory]
    [InlineData("C-01.txt", "Renew before 2031-11-30")]
    [InlineData("C-02.txt", "approved by the night shift")]
    [InlineData("C-03.txt", "")]
    [InlineData("C-05.txt", "自二〇三一年起施行")]
    public async Task C_texts_are_cut_within_the_limit_and_lose_nothing(string file, string words)
    {
        var document = await Cases.ReadAsync(file);
        var source = await File.ReadAllTextAsync(
            Path.Combine(Cases.Root, "files", file),
            TestContext.Current.CancellationToken
        );

        foreach (var count in Counters.All)
        {
            var chunks = Chunker.Chunk(document, new ChunkOptions(), count).ToList();

            chunks.ShouldAllBe(chunk => count(chunk.EmbeddedText) <= 256);
            chunks.ShouldContain(chunk => chunk.Text.Contains(words, StringComparison.Ordinal));
            chunks.ShouldAllBe(chunk => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(chunk.Text)) == chunk.Text);
            Blank.Replace(Covered(document, chunks), "").ShouldBe(Blank.Replace(source, ""));
        }
    }

    [Fact]
    public async Task C_04_comments_in_code_are_no_headings()
    {
        var chunks = Chunker
            .Chunk(await Cases.ReadAsync("C-04.md"), new ChunkOptions { MaxTokens = 100 }, Counters.Characters)
            .ToList();

        chunks.Select(chunk => chunk.Heading).Distinct().ShouldBe(["Deploy guide", "Deploy guide > Rollback"]);
        chunks.ShouldContain(chunk => chunk.Text.Contains("systemctl stop lamp"));
        chunks.ShouldContain(chunk => chunk.Text.Contains("port 8443") && chunk.Heading == "Deploy guide");
        chunks.ShouldContain(chunk => chunk.Text.Contains("image tag 5.2"));
    }

    [Fact]
    public async Task C_05_chinese_is_cut_after_sentences()
    {
        var chunks = Chunker.Chunk(await Cases.ReadAsync("C-05.txt"), new ChunkOptions(), Counters.Words).ToList();

        chunks.Count.ShouldBeGreaterThanOrEqualTo(8);
        chunks
            .SkipLast(1)
            .Count(chunk => chunk.Text[^1] is '。' or '！' or '？')
            .ShouldBeGreaterThanOrEqualTo((int)Math.Ceiling(0.8 * (chunks.Count - 1)));
    }

    [Fact]
    public async Task C_06_rows_stay_whole_below_their_column_names()
    {
        var document = await Cases.ReadAsync("C-06.md");
        var chunks = Chunker.Chunk(document, new ChunkOptions(), Counters.Words).ToList();

        chunks.Count.ShouldBeGreaterThan(5);
        chunks.ShouldAllBe(chunk => chunk.Text.Contains("Parameter | Unit | Default | Meaning"));
        chunks.ShouldAllBe(chunk => chunk.Text.EndsWith("before the pump controller retries"));
        Enumerable.Range(0, 160).ShouldAllBe(i => chunks.Any(chunk => chunk.Text.Contains($"p_{i:000} | ms")));
    }

    private static string Covered(Document document, IEnumerable<Chunk> chunks)
    {
        var covered = new StringBuilder();
        var end = 0;
        foreach (var chunk in chunks)
        {
            covered.Append(document.Text.AsSpan(Math.Max(end, chunk.Span.Start)..chunk.Span.End));
            end = chunk.Span.End;
        }

        return covered.ToString();
    }

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Blank { get; }
}
