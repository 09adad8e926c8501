using System.Text;

namespace EmbeddingFunctions.Documents.Tests;

public sealed class PlainTextTests : ReaderConformance
{
    static PlainTextTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    protected override string Extension => ".txt";

    protected override string ContentType => "text/plain";

    protected override byte[] Make(params string[] paragraphs) =>
        Encoding.UTF8.GetBytes(string.Join("\n\n", paragraphs));

    private const string Chinese =
        "水泵每运行五百小时须检查轴承温度并记录在案。若温度超过七十度，应立即停机检查，并通知值班人员。";

    private const string Japanese =
        "図書館は月曜日が休みです。本は二週間まで借りられますので、期限までにカウンターへ返してください。";

    private const string Russian =
        "Насос проверяют каждые пятьсот часов работы. Если температура выше семидесяти градусов, его останавливают.";

    [Theory]
    [InlineData("utf-8", Chinese, "zh")]
    [InlineData("utf-16", Chinese, "zh")]
    [InlineData("utf-16BE", Chinese, "zh")]
    [InlineData("utf-32", Chinese, "zh")]
    [InlineData("gb18030", Chinese, "zh")]
    [InlineData("gbk", Chinese, "zh")]
    [InlineData("big5", "圖書館星期一休息。借書期限是兩個星期，請在期限以前歸還櫃台，逾期每天罰款五元。", "zh")]
    [InlineData("shift_jis", Japanese, "ja")]
    [InlineData("euc-jp", Japanese, "ja")]
    [InlineData("iso-2022-jp", Japanese, "ja")]
    [InlineData("euc-kr", "도서관은 월요일에 쉽니다. 책은 두 주 동안 빌릴 수 있습니다. 기한 안에 돌려주십시오.", "ko")]
    [InlineData("windows-1251", Russian, "ru")]
    [InlineData("koi8-r", Russian, "ru")]
    [InlineData(
        "windows-1252",
        "Die Bücherei öffnet um zehn Uhr. Größere Gruppen müssen sich vorher anmelden, außer samstags.",
        "de"
    )]
    public async Task Every_charset_is_read(string charset, string text, string? language)
    {
        var encoding = Encoding.GetEncoding(charset);
        byte[] marked = [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];

        var document = await Files.ReadAsync(marked, "file.txt");

        document.Text.ShouldBe(text);
        document.Language.ShouldBe(language);
        if (!charset.StartsWith("utf-16", StringComparison.Ordinal))
        {
            (await Files.ReadAsync(encoding.GetBytes(text), "file.txt")).Text.ShouldBe(text);
        }
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public async Task Wide_charsets_without_a_mark_show_by_their_zeros(string charset)
    {
        const string Text = "The pump runs. 水泵运行。\nSecond line";

        (await Files.ReadAsync(Encoding.GetEncoding(charset).GetBytes(Text), "file.txt")).Text.ShouldBe(Text);
    }

    [Fact]
    public async Task A_charset_is_told_apart_by_letters_that_come_late()
    {
        var text = string.Concat(Enumerable.Repeat("plain ascii words, line after line\n", 60_000)) + Russian;

        var document = await Files.ReadAsync(Encoding.GetEncoding("windows-1251").GetBytes(text), "file.txt");

        document.Text.ShouldEndWith(Russian);
    }

    [Fact]
    public async Task Colours_of_a_terminal_do_not_make_a_log_japanese()
    {
        var document = await Files.ReadAsync("\e[32mok\e[0m naïve café 水\n", "build.log");

        document.Text.ShouldBe("[32mok[0m naïve café 水");
    }

    [Fact]
    public async Task Lines_keep_their_ends_and_lose_what_nobody_sees()
    {
        var document = await Files.ReadAsync(
            "\uFEFFone  \r\ntwo\rthree\u00A0four\u00AD\u0007\r\n \t\r\n" + Russian,
            "file.txt"
        );

        document.Lines().ShouldBe(["one\ntwo\nthree four", Russian]);
    }

    [Theory]
    [InlineData("   \n\t\n")]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("\u3000")]
    public async Task Blank_is_empty(string text) =>
        (await Files.RefusalOfAsync(text, "file.txt")).Fault.ShouldBe(DocumentFault.Empty);

    [Fact]
    public async Task Random_bytes_are_not_text()
    {
        var random = new Random(11);
        for (var length = 16; length < 100_000; length *= 3)
        {
            var junk = new byte[length];
            random.NextBytes(junk);

            (await Files.RefusalOfAsync(junk, "file.txt")).Fault.ShouldBe(DocumentFault.Unsupported);
        }
    }

    [Fact]
    public async Task A_program_named_txt_is_not_text()
    {
        var program = await File.ReadAllBytesAsync(
            typeof(DocumentReader).Assembly.Location,
            TestContext.Current.CancellationToken
        );

        (await Files.RefusalOfAsync(program, "file.txt")).Message.ShouldContain("a Windows program");
        (await Files.RefusalOfAsync(program[512..], "file.txt")).Fault.ShouldBe(DocumentFault.Unsupported);
    }

    [Fact]
    public async Task One_broken_byte_does_not_spoil_a_text()
    {
        byte[] text = [.. Encoding.UTF8.GetBytes(Chinese), 0xE6, 0xB0];

        (await Files.ReadAsync(text, "cut.txt")).Text.ShouldStartWith(Chinese[..^1]);
    }

    [Fact]
    public async Task A_little_kana_makes_many_ideographs_japanese() =>
        (await Files.ReadAsync("東京都庁第一本庁舎の展望室営業時間変更のご案内", "file.txt")).Language.ShouldBe("ja");

    [Fact]
    public void Half_surrogate_pairs_become_replacement_characters()
    {
        var blocks = new Formats.BlockList();

        blocks.Add(BlockKind.Paragraph, "a\uD83D b \uDE00\uD83D\uDE00");

        blocks[0].Text.ShouldBe("a\uFFFD b \uFFFD\uD83D\uDE00");
    }
}
