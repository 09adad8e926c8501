using System.Text;

namespace EmbeddingFunctions.Documents.Tests;

public sealed class CharsetTests
{
    static CharsetTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>Labels of encoding.spec.whatwg.org that .NET does not know or takes for another.</summary>
    [Theory]
    [InlineData("windows-31j", 932, "①髙")]
    [InlineData("x-sjis", 932, "①髙")]
    [InlineData("ms_kanji", 932, "水道")]
    [InlineData("gb2312", 54936, "镕㐀水泵")]
    [InlineData("gbk", 54936, "镕㐀水泵")]
    [InlineData("x-gbk", 54936, "镕水泵")]
    [InlineData("ks_c_5601-1987", 949, "똠방각하")]
    [InlineData("euc-kr", 949, "똠방각하")]
    [InlineData("big5-hkscs", 950, "水泵檢查")]
    [InlineData("iso-8859-1", 1252, "“5 €” – naïve")]
    [InlineData("us-ascii", 1252, "“5 €” – naïve")]
    [InlineData("latin1", 1252, "“5 €” – naïve")]
    [InlineData("iso-8859-9", 1254, "“ığdır” – şişe")]
    [InlineData("tis-620", 874, "“ปั๊มน้ำ”")]
    [InlineData("cp1251", 1251, "Насос")]
    [InlineData("x-mac-roman", 10000, "naïve")]
    [InlineData("koi8_r", 20866, "Насос")]
    public async Task A_page_is_in_the_charset_that_browsers_take_its_label_for(string label, int codePage, string text)
    {
        var page = $"<html><head><meta charset=\"{label}\"></head><body><p>{text}</p></body></html>";

        (await Files.ReadAsync(Encoding.GetEncoding(codePage).GetBytes(page), "a.html")).Text.ShouldBe(text);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-7")]
    [InlineData("no-such-charset")]
    public async Task A_label_that_cannot_be_right_is_passed_over(string label)
    {
        var page =
            $"<html><head><meta charset=\"{label}\"></head><body><p>naïve Säge für 5 Euro, größer</p></body></html>";

        (await Files.ReadAsync(Encoding.GetEncoding(1252).GetBytes(page), "a.html")).Text.ShouldContain("naïve Säge");
    }

    [Theory]
    [InlineData("水泵每运行五百小时须检查轴承温度。")]
    [InlineData("Škoda van – door seal replaced, 5 °C draught, Señor Müller")]
    [InlineData("Насос проверяют каждые пятьсот часов работы.")]
    public async Task One_broken_byte_breaks_one_letter_wherever_it_is(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text + "\n", 30)));
        foreach (var at in (int[])[0, bytes.Length / 3, bytes.Length / 2, bytes.Length - 2])
        {
            byte[] broken = [.. bytes[..at], 0xFF, .. bytes[at..]];

            var read = (await Files.ReadAsync(broken, "a.txt")).Text;

            read.Split('\n').Count(line => line == text).ShouldBeGreaterThanOrEqualTo(29);
            read.Count(c => c == '\uFFFD').ShouldBeInRange(1, 4);
        }
    }

    [Fact]
    public async Task One_other_byte_in_much_ascii_is_no_reason_to_refuse()
    {
        var text = string.Concat(Enumerable.Repeat("plain words, line after line\n", 5000));
        byte[] file = [.. Encoding.ASCII.GetBytes(text), 0xE9, .. Encoding.ASCII.GetBytes(text)];

        (await Files.ReadAsync(file, "a.log")).Text.Length.ShouldBe((2 * text.Length) + 1 - 1);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("windows-1250")]
    [InlineData("shift_jis")]
    [InlineData("gb18030")]
    public async Task Letters_that_come_late_count_as_much(string charset)
    {
        var late =
            charset is "windows-1250"
                ? "Škoda a další vozy čekají na opravu protože těsnění dveří bylo poškozeno mrazem."
            : charset is "gb18030" ? "水泵每运行五百小时须检查轴承温度并记录在案若温度超过七十度应立即停机。"
            : "機械の軸受温度を毎日確認してください。漏れがあれば直ちに停止します。";
        var text = string.Concat(Enumerable.Repeat("1031,van,door,ok\n", 80_000)) + late;

        var read = (await Files.ReadAsync(Encoding.GetEncoding(charset).GetBytes(text), "a.txt")).Text;

        read.ShouldContain(late);
    }

    [Theory]
    [InlineData("Pump 3 stopped\n")]
    [InlineData("泵 3 停止\n")]
    public async Task A_zero_byte_in_a_text_is_no_sign_of_UTF_16(string line)
    {
        var text = string.Concat(Enumerable.Repeat(line, 20));
        for (var zeros = 1; zeros < 8; zeros++)
        {
            byte[] file = [.. Encoding.UTF8.GetBytes(text), .. new byte[zeros], .. Encoding.UTF8.GetBytes(text)];

            (await Files.ReadAsync(file, "a.log")).Text.ShouldBe((text + text).TrimEnd());
        }
    }

    [Theory]
    [InlineData("Pump 3 — stopped\n")]
    [InlineData("泵停止\n")]
    [InlineData("ポンプ 3 が停止\n")]
    [InlineData("Насос остановлен\n")]
    [InlineData("ひらがな\n")]
    public async Task UTF_16_without_a_mark_is_read(string line)
    {
        var text = string.Concat(Enumerable.Repeat(line, 20));
        foreach (var encoding in (Encoding[])[Encoding.Unicode, Encoding.BigEndianUnicode])
        {
            (await Files.ReadAsync(encoding.GetBytes(text), "a.log")).Text.ShouldBe(text.TrimEnd());
        }
    }
}
