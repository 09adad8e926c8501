using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace EmbeddingFunctions.EndToEnd.Tests;

/// <summary>Whatever happens to blobs, search shows exactly what the container holds.</summary>
public sealed class DocumentTests(SharedProduct shared) : IClassFixture<SharedProduct>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly Product _product = shared.Product;

    [Fact]
    public async Task A_blob_is_found_overwritten_shortened_renamed_and_gone()
    {
        var long1 = string.Join(
            "\n\n",
            Enumerable.Range(1, 40).Select(n => $"Paragraph {n} of the lighthouse log. " + Filler(n))
        );
        await _product.PutAsync("log/lighthouse.txt", long1);
        await ShowsAsync("log/lighthouse.txt", text => text.Contains("Paragraph 40 of", StringComparison.Ordinal));
        (await ChunksOfAsync("log/lighthouse.txt")).Length.ShouldBeGreaterThan(5);

        await _product.PutAsync("log/lighthouse.txt", "Paragraph 1 of the lighthouse log. It is short now.");
        await ShowsAsync("log/lighthouse.txt", text => text == "Paragraph 1 of the lighthouse log. It is short now.");
        (await ChunksOfAsync("log/lighthouse.txt")).Length.ShouldBe(1);

        var copy = await _product
            .Container.GetBlobClient("log/tower.txt")
            .StartCopyFromUriAsync(
                _product.Container.GetBlobClient("log/lighthouse.txt").Uri,
                cancellationToken: TestContext.Current.CancellationToken
            );
        await copy.WaitForCompletionAsync(TestContext.Current.CancellationToken);
        await DeleteAsync("log/lighthouse.txt");
        await ShowsAsync("log/tower.txt", text => text.Contains("short now", StringComparison.Ordinal));
        await IsGoneAsync("log/lighthouse.txt");
        (await _product.SearchAsync("lighthouse log")).ShouldNotContain("log/lighthouse.txt");

        await DeleteAsync("log/tower.txt");
        await IsGoneAsync("log/tower.txt");
        await _product.WaitForAsync("log/tower.txt", "Removed");
    }

    [Fact]
    public async Task Names_in_any_script_and_equal_names_in_two_folders_stay_apart()
    {
        var texts = new Dictionary<string, string>
        {
            ["甲/报告.txt"] = "甲方的年度报告：销售额增长了两成。",
            ["乙/报告.txt"] = "乙方的年度报告：新建了一座风力发电站。",
            ["menus/John's Menu (v2).txt"] = "Soup of the day: pea and mint.",
            ["plans/100% done + plan #2.txt"] = "The bridge was painted green.",
            ["plans/🍎 apple & pear.txt"] = "Fruit is delivered on Tuesdays.",
        };
        foreach (var (name, text) in texts)
        {
            await _product.PutAsync(name, text);
        }

        foreach (var (name, text) in texts)
        {
            await ShowsAsync(name, found => found == text);
        }

        await _product.PutAsync("甲/报告.txt", "甲方更正：销售额增长了一成。");
        await ShowsAsync("甲/报告.txt", found => found == "甲方更正：销售额增长了一成。");
        (await ChunksOfAsync("乙/报告.txt")).ShouldBe([texts["乙/报告.txt"]]);

        foreach (var name in texts.Keys)
        {
            await DeleteAsync(name);
        }

        foreach (var name in texts.Keys)
        {
            await IsGoneAsync(name);
        }
    }

    [Fact]
    public async Task A_line_added_at_the_top_keeps_the_keys_of_what_stands_below()
    {
        var body = string.Join("\n\n", Enumerable.Range(1, 12).Select(n => $"# Section {n}\n\n" + Filler(n)));
        await _product.PutAsync("keys.md", body);
        await _product.WaitForAsync("keys.md", "Indexed");
        var before = (await _product.KeysAsync()).ToHashSet();

        await _product.PutAsync("keys.md", "# New section\n\nA line that was not there.\n\n" + body);
        await ShowsAsync("keys.md", text => text.Contains("was not there", StringComparison.Ordinal));
        var after = (await _product.KeysAsync()).ToHashSet();

        before.Except(after).ShouldBeEmpty();
        after.Except(before).Count().ShouldBe(1);
        await DeleteAsync("keys.md");
        await IsGoneAsync("keys.md");
    }

    [Fact]
    public async Task What_cannot_be_read_says_why_and_disturbs_nobody()
    {
        await _product.PutAsync("good.txt", "A good neighbour among bad ones.");
        await _product.PutAsync("broken.pdf", "%PDF-1.7\nthis is no pdf at all");
        await _product
            .Container.GetBlobClient("mystery.xyz")
            .UploadAsync(BinaryData.FromBytes(Noise()), overwrite: true, TestContext.Current.CancellationToken);
        await _product.PutAsync("empty.txt", "");
        await _product
            .Container.GetBlobClient("secret.pdf")
            .UploadAsync(
                Path.Combine(Paths.Repository, "tests", "EndToEnd.Tests", "Files", "encrypted.pdf"),
                overwrite: true,
                TestContext.Current.CancellationToken
            );

        await ExpectAsync("good.txt", "Indexed", "", "");
        await ExpectAsync("broken.pdf", "Failed", "read", "PDF");
        await ExpectAsync("mystery.xyz", "Skipped", "read", "");
        await ExpectAsync("empty.txt", "Skipped", "read", "no bytes");
        await ExpectAsync("secret.pdf", "Failed", "read", "password");
        (await ChunksOfAsync("good.txt")).ShouldBe(["A good neighbour among bad ones."]);

        // a good version of a bad file is indexed; a bad version of a good one leaves nothing behind
        await _product.PutAsync("empty.txt", "No longer empty.");
        await ShowsAsync("empty.txt", text => text == "No longer empty.");
        await _product.PutAsync("empty.txt", "");
        await IsGoneAsync("empty.txt");
    }

    [Fact]
    public async Task What_was_made_to_harm_fails_with_a_reason_while_others_go_on()
    {
        var hostile = new Dictionary<string, (byte[] Bytes, string Reason)>
        {
            ["harm/a gigabyte.pdf"] = (GigabytePdf(), "unfold"),
            ["harm/a gigabyte.zip"] = (
                Zip(("inner.txt", Enumerable.Repeat(new string(' ', 1_000_000), 1_000))),
                "too large"
            ),
            ["harm/deep tables.docx"] = (DeepDocx(), "deeper"),
            ["harm/deep page.html"] = (
                Encoding.UTF8.GetBytes("<!doctype html>" + Nested("<div>", "</div>", 200_000)),
                "deeper"
            ),
            ["harm/laughs.xml"] = (
                Encoding.UTF8.GetBytes("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'ha'>]><a>&b;</a>"),
                "broken"
            ),
        };
        foreach (var (name, (bytes, _)) in hostile)
        {
            await _product
                .Container.GetBlobClient(name)
                .UploadAsync(BinaryData.FromBytes(bytes), overwrite: true, TestContext.Current.CancellationToken);
            await _product.PutAsync(name + ".txt", $"A letter that came after {name}.");
        }

        foreach (var (name, (_, reason)) in hostile)
        {
            await ExpectAsync(name + ".txt", "Indexed", "", "");
            await ExpectAsync(name, "Failed", "read", reason);
        }
    }

    private static byte[] GigabytePdf()
    {
        using var stream = new MemoryStream();
        using (var deflated = new ZLibStream(stream, CompressionLevel.Fastest, leaveOpen: true))
        {
            var spaces = new byte[1024 * 1024];
            spaces.AsSpan().Fill((byte)' ');
            for (var i = 0; i < 1024; i++)
            {
                deflated.Write(spaces);
            }
        }

        using var pdf = new MemoryStream();
        var xref = new StringBuilder("xref\n0 5\n0000000000 65535 f \n");
        string[] objects =
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Count 1/Kids[3 0 R]>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
            $"<</Filter/FlateDecode/Length {stream.Length}>>stream\n",
        ];
        pdf.Write("%PDF-1.7\n"u8);
        for (var i = 0; i < objects.Length; i++)
        {
            xref.Append(CultureInfo.InvariantCulture, $"{pdf.Position:D10} 00000 n \n");
            pdf.Write(Encoding.Latin1.GetBytes($"{i + 1} 0 obj{objects[i]}"));
            if (i == objects.Length - 1)
            {
                stream.WriteTo(pdf);
                pdf.Write("\nendstream"u8);
            }

            pdf.Write(" endobj\n"u8);
        }

        pdf.Write(Encoding.Latin1.GetBytes($"{xref}trailer<</Root 1 0 R/Size 5>>\nstartxref\n{pdf.Position}\n%%EOF"));
        return pdf.ToArray();
    }

    private static byte[] DeepDocx()
    {
        const string Package = "http://schemas.openxmlformats.org/package/2006";
        const string Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument";
        const string Word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
        const string Type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
        const string Relationships = "application/vnd.openxmlformats-package.relationships+xml";
        return Zip(
            (
                "[Content_Types].xml",
                [
                    $"<Types xmlns='{Package}/content-types'><Default Extension='rels' ContentType='{Relationships}'/>"
                        + $"<Override PartName='/word/document.xml' ContentType='{Type}'/></Types>",
                ]
            ),
            (
                "_rels/.rels",
                [
                    $"<Relationships xmlns='{Package}/relationships'>"
                        + $"<Relationship Id='r' Type='{Office}' Target='word/document.xml'/></Relationships>",
                ]
            ),
            (
                "word/document.xml",
                [
                    $"<w:document xmlns:w='{Word}'><w:body>",
                    Nested("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", 10_000),
                    "</w:body></w:document>",
                ]
            )
        );
    }

    private static byte[] Zip(params (string Name, IEnumerable<string> Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in files)
            {
                using var file = zip.CreateEntry(name).Open();
                foreach (var text in content)
                {
                    file.Write(Encoding.UTF8.GetBytes(text));
                }
            }
        }

        return bytes.ToArray();
    }

    private static string Nested(string open, string close, int depth) =>
        string.Concat(Enumerable.Repeat(open, depth)) + "x" + string.Concat(Enumerable.Repeat(close, depth));

    private async Task ExpectAsync(string name, string state, string stage, string reason)
    {
        var status = await _product.WaitForAsync(name, "Indexed", "Failed", "Skipped");
        status.GetProperty("state").GetString().ShouldBe(state);
        status.GetProperty("stage").GetString().ShouldBe(stage);
        var found = status.GetProperty("reason").GetString()!;
        found.ShouldContain(reason, Case.Insensitive);
        (found.Length > 0).ShouldBe(state != "Indexed");
    }

    private async Task<string[]> ChunksOfAsync(string name) =>
        [.. (await _product.IndexedAsync())[$"documents/{name}"]];

    private Task ShowsAsync(string name, Func<string, bool> text) =>
        _product.EventuallyAsync(
            async () => await ChunksOfAsync(name) is { Length: > 0 } chunks && text(string.Join('\n', chunks)),
            () => $"search should show '{name}' as it is",
            Soon
        );

    private Task IsGoneAsync(string name) =>
        _product.EventuallyAsync(
            async () => (await ChunksOfAsync(name)).Length == 0,
            () => $"'{name}' should be gone from search",
            Soon
        );

    private Task DeleteAsync(string name) =>
        _product.Container.DeleteBlobAsync(name, cancellationToken: TestContext.Current.CancellationToken);

    private static byte[] Noise()
    {
        var noise = new byte[2000];
        new Random(1).NextBytes(noise);
        return noise;
    }

    private static string Filler(int seed) =>
        string.Join(' ', Enumerable.Range(0, 60).Select(n => Words[((seed * 31) + (n * 17)) % Words.Length])) + ".";

    private static readonly string[] Words =
        "lamp storm keeper sea boat night signal oil glass tower rock wind tide ship horn fog morning rope ladder coal".Split(
            ' '
        );
}

/// <summary>One product for all tests of a class.</summary>
public sealed class SharedProduct : IAsyncLifetime
{
    internal Product Product { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Product = await Product.StartAsync();

    public ValueTask DisposeAsync() => Product.DisposeAsync();
}
