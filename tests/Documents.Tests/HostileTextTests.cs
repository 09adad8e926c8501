using System.Globalization;
using System.Text;
using EmbeddingFunctions.Documents.Formats;
using EmbeddingFunctions.Documents.Isolation;

namespace EmbeddingFunctions.Documents.Tests;

/// <summary>Files made to hang, to grow or to end the process: each ends in a document or a refusal, in bounded memory.</summary>
public sealed class HostileTextTests
{
    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    [Fact]
    public async Task A_quote_that_is_never_closed_on_a_line_of_50_megabytes()
    {
        var csv = "a,b\n1,\"" + new string('x', 50_000_000);

        var text = (await Files.ReadAsync(csv, "a.csv")).Text;

        (Joined(text) == Joined(csv)).ShouldBeTrue();

        static string Joined(string lines) => lines.Replace("\n", "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_behind_a_quote_that_is_never_closed_are_rows()
    {
        var row = "2,three" + new string('x', 70);
        var csv = "a,b\n1,\"open\n" + Repeat(row + "\n", 300_000);

        var document = await Files.ReadAsync(csv, "a.csv");

        document.Blocks.ShouldAllBe(block => block.Text.StartsWith("a | b\n"));
        document.Blocks.Sum(block => block.Text.Split("\n2 | threex").Length - 1).ShouldBe(300_000);
    }

    [Theory]
    [InlineData("\"x\t\"x\t")]
    [InlineData("a\"b\t")]
    public async Task A_line_of_300_000_quotes_in_the_wrong_places(string cells)
    {
        var text = (await Files.ReadAsync("a\tb\n" + Repeat(cells, 300_000), "a.tsv")).Text;

        // The row is a table of its own, with the header.
        (Letters(text) == "abab" + Repeat(Letters(cells), 300_000)).ShouldBeTrue();

        static string Letters(string text) => string.Concat(text.Where(char.IsAsciiLetter));
    }

    [Theory]
    [InlineData("[", "a.json", DocumentFault.TooLarge)]
    [InlineData("{\"a\":", "a.json", DocumentFault.TooLarge)]
    [InlineData("<a>", "a.xml", DocumentFault.TooLarge)]
    [InlineData("<svg>", "a.svg", DocumentFault.TooLarge)]
    [InlineData("<b>x", "a.xml", DocumentFault.TooLarge)]
    public async Task Text_that_nests_200_000_deep(string opener, string name, DocumentFault fault)
    {
        var closers = opener[0] switch
        {
            '[' => new string(']', 200_000),
            '{' => "1" + new string('}', 200_000),
            _ => "",
        };

        (await Files.RefusalOfAsync(Repeat(opener, 200_000) + closers, name)).Fault.ShouldBe(fault);
    }

    [Fact]
    public async Task A_million_groups_of_rtf() =>
        (await Files.RefusalOfAsync(@"{\rtf1 " + new string('{', 1_000_000), "a.rtf")).Fault.ShouldBe(
            DocumentFault.TooLarge
        );

    [Fact]
    public async Task A_billion_laughs()
    {
        var entities = string.Concat(
            Enumerable.Range(1, 9).Select(i => $"<!ENTITY l{i} \"{Repeat($"&l{i - 1};", 10)}\">")
        );
        var xml = $"<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY l0 \"lol\">{entities}]><l>&l9;</l>";

        (await Files.RefusalOfAsync(xml, "a.xml")).Fault.ShouldBe(DocumentFault.Corrupt);
    }

    [Fact]
    public async Task Twenty_thousand_parts_in_parts()
    {
        var mail = new StringBuilder("From: a@x\nSubject: Deep\nMIME-Version: 1.0\n");
        for (var i = 0; i < 20_000; i++)
        {
            mail.Append(CultureInfo.InvariantCulture, $"Content-Type: multipart/mixed; boundary=\"b{i}\"\n\n--b{i}\n");
        }

        (await Files.ReadAsync(mail + "\nText", "a.eml")).Title.ShouldBe("Deep");
    }

    [Fact]
    public async Task Messages_in_messages()
    {
        var mail = Repeat("From: a@x\nSubject: Deep\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n", 5_000);

        (await Files.ReadAsync(mail + "\nText", "a.eml")).Title.ShouldBe("Deep");
    }

    [Fact]
    public async Task A_zip_that_unfolds_to_gigabytes()
    {
        var zeros = new byte[60 * 1024 * 1024];
        var file = ZipTests.Zip(Enumerable.Range(0, 6).Select(i => ($"{i}.txt", zeros)).ToArray());

        var refusal = await Files.RefusalOfAsync(file, "a.zip");

        refusal.Fault.ShouldBe(DocumentFault.TooLarge);
    }

    /// <summary>A zip that holds itself, as far as anyone can tell: level after level there is one more.</summary>
    [Fact]
    public async Task A_zip_in_a_zip_in_a_zip()
    {
        var zip = ZipTests.Zip(("a.txt", [.. "Text"u8]));
        for (var level = 0; level < 200; level++)
        {
            zip = ZipTests.Zip(("r.zip", zip));
        }

        (await Files.RefusalOfAsync(zip, "r.zip")).Fault.ShouldBe(DocumentFault.TooLarge);
    }

    [Fact]
    public async Task Millions_of_empty_files_in_zips_in_a_zip()
    {
        var many = ZipTests.Zip(Enumerable.Range(0, 9_000).Select(i => ($"{i}", Array.Empty<byte>())).ToArray());

        var refusal = await Files.RefusalOfAsync(
            ZipTests.Zip(Enumerable.Range(0, 100).Select(i => ($"{i}.zip", many)).ToArray()),
            "a.zip"
        );

        refusal.Fault.ShouldBe(DocumentFault.TooLarge);
    }

    [Fact]
    public async Task A_hundred_megabytes_of_text()
    {
        var line = Encoding.UTF8.GetBytes("水泵 pump насос pompe – eine Zeile Text\n");
        var text = new byte[ReadLimits.Default.Bytes];
        for (var at = 0; at < text.Length; at += line.Length)
        {
            line.AsSpan(0, Math.Min(line.Length, text.Length - at)).CopyTo(text.AsSpan(at));
        }

        var blocks = (await Files.ReadAsync(text, "a.txt")).Blocks;

        blocks.ShouldAllBe(block => block.Text.Length <= 1024 * 1024);
        blocks.Count.ShouldBe(1 + (blocks.Sum(block => block.Text.Length) / 1024 / 1024));
    }

    /// <summary>The characters take twice the bytes, once as a text and once as blocks: the heap holds no third copy.</summary>
    [Fact]
    public async Task Ten_megabytes_of_text_are_read_in_a_heap_of_72()
    {
        var limits = new ReadLimits { Memory = 72 * 1024 * 1024 };
        var paragraph = Repeat("A sentence of a long report. ", 30) + "\r\n\r\n";
        var text = Encoding.ASCII.GetBytes(Repeat(paragraph, 10_000_000 / paragraph.Length));
        using var process = new ReaderProcess(limits);

        var document = await process.ReadAsync(
            new Source(text, "a.txt", limits, TestContext.Current.CancellationToken)
        );

        document.Blocks.Count.ShouldBe(text.Length / paragraph.Length);
    }

    [Theory]
    [InlineData("<a x='1'>t</a>", "a.xml", "<r>", "</r>")]
    [InlineData("{\"a\":[1,\"b\"]}\n", "a.jsonl", "", "")]
    [InlineData("[1],", "a.json", "[", "1]")]
    [InlineData("\"a\"\"b\",c;d\n", "a.csv", "", "")]
    [InlineData(@"{\b \u8364 ?\'e9}", "a.rtf", @"{\rtf1 ", "}")]
    [InlineData("x = 1\n\n", "a.py", "", "")]
    public async Task Twice_as_much_takes_no_more_than_about_twice_as_long(
        string part,
        string name,
        string head,
        string tail
    )
    {
        var small = head + Repeat(part, 400_000 / part.Length) + tail;
        var large = head + Repeat(part, 3_200_000 / part.Length) + tail;
        await Files.ReadAsync(small, name);

        var clock = System.Diagnostics.Stopwatch.StartNew();
        await Files.ReadAsync(small, name);
        var once = clock.Elapsed;
        clock.Restart();
        await Files.ReadAsync(large, name);

        // Eight times as much; sixty-four times as long would be a square.
        clock.Elapsed.ShouldBeLessThan((once * 24) + TimeSpan.FromSeconds(1));
    }
}
