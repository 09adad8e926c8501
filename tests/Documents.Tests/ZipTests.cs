using System.IO.Compression;
using System.Text;

namespace EmbeddingFunctions.Documents.Tests;

public sealed class ZipTests : ReaderConformance
{
    protected override string Extension => ".zip";

    protected override string ContentType => "application/zip";

    protected override byte[] Make(params string[] paragraphs) =>
        Zip(paragraphs.Select((text, i) => ($"{i}.txt", Encoding.UTF8.GetBytes(text))).ToArray());

    protected override string[] Expected(params string[] paragraphs) =>
        paragraphs.SelectMany((text, i) => (string[])[$"{i}.txt", text]).ToArray();

    internal static byte[] Zip(params (string Name, byte[] Bytes)[] files)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create))
        {
            foreach (var (name, bytes) in files)
            {
                using var content = zip.CreateEntry(name).Open();
                content.Write(bytes);
            }
        }

        return file.ToArray();
    }

    private static (string, byte[]) Text(string name, string text) => (name, Encoding.UTF8.GetBytes(text));

    [Fact]
    public async Task Files_stand_below_their_paths_and_know_their_place()
    {
        var inner = Zip(Text("deep/b.md", "# B\n\nBeta"));
        var document = await Files.ReadAsync(
            Zip(Text("docs\\a.md", "# A\n\nAlpha"), ("inner.zip", inner), Text("c.json", "[{\"k\":1}]")),
            "a.zip"
        );

        document
            .Blocks.Select(block => (block.Text, block.Level, block.Place))
            .ShouldBe([
                ("docs/a.md", 1, "docs/a.md"),
                ("A", 2, "docs/a.md"),
                ("Alpha", 0, "docs/a.md"),
                ("inner.zip", 1, "inner.zip"),
                ("deep/b.md", 2, "inner.zip/deep/b.md"),
                ("B", 3, "inner.zip/deep/b.md"),
                ("Beta", 0, "inner.zip/deep/b.md"),
                ("c.json", 1, "c.json"),
                ("k: 1", 0, "c.json/[0]"),
            ]);
    }

    [Fact]
    public async Task What_cannot_be_read_is_named_and_costs_nothing_else()
    {
        var document = await Files.ReadAsync(
            Zip(
                ("run.exe", [.. "MZ\0\0"u8]),
                ("empty.txt", []),
                ("broken.pdf", [.. "%PDF-1.7 nothing"u8]),
                Text("ok.txt", "Fine."),
                Text("__MACOSX/ok.txt", "x"),
                ("folder/", [])
            ),
            "a.zip"
        );

        document
            .Lines()
            .ShouldBe([
                "ok.txt",
                "Fine.",
                "Not read: run.exe (not supported), empty.txt (no text), broken.pdf (broken)",
            ]);
    }

    [Fact]
    public async Task Nothing_readable_is_a_fault_of_the_archive()
    {
        var program = ("run.exe", (byte[])[.. "MZ\0\0"u8]);

        (await Files.RefusalOfAsync(Zip(program, program), "a.zip")).Fault.ShouldBe(DocumentFault.Unsupported);
        (await Files.RefusalOfAsync(Zip(program, ("a.txt", [])), "a.zip")).Fault.ShouldBe(DocumentFault.Unsupported);
        (await Files.RefusalOfAsync(Zip(), "a.zip")).Fault.ShouldBe(DocumentFault.Empty);
    }

    [Fact]
    public async Task An_archive_with_a_password_says_so()
    {
        var zip = Zip(Text("a.txt", "Fine."));
        zip[6] |= 1;
        zip[zip.AsSpan().IndexOf("PK\x01\x02"u8) + 8] |= 1;

        (await Files.RefusalOfAsync(zip, "a.zip")).Fault.ShouldBe(DocumentFault.Encrypted);
    }

    [Fact]
    public async Task All_files_share_one_budget_however_deep_they_lie()
    {
        var half = Zip(("a.txt", Encoding.UTF8.GetBytes(new string('a', 600_000))));
        var limits = new ReadLimits { UnfoldedBytes = 1_000_000 };

        (await Files.ReadAsync(Zip(("1.zip", half)), "a.zip", limits)).Blocks.Count.ShouldBe(3);
        var refusal = await Files.RefusalOfAsync(Zip(("1.zip", half), ("2.zip", half)), "a.zip", limits);

        refusal.Fault.ShouldBe(DocumentFault.TooLarge);
        refusal.Message.ShouldContain("1,000,000");
    }

    [Fact]
    public async Task One_file_that_is_too_large_is_named_and_the_rest_read() =>
        (
            await Files.ReadAsync(
                Zip(Text("big.txt", new string('a', 3000)), Text("ok.txt", "Fine.")),
                "a.zip",
                new ReadLimits { Bytes = 2000 }
            )
        )
            .Lines()
            .ShouldBe(["ok.txt", "Fine.", "Not read: big.txt (too large or too deep)"]);

    [Fact]
    public async Task Zips_in_zips_end_at_the_fifth()
    {
        var zip = Zip(Text("a.txt", "Fine."));
        for (var level = 1; level < 4; level++)
        {
            zip = Zip(("z.zip", zip));
        }

        (await Files.ReadAsync(zip, "a.zip")).Lines()[^1].ShouldBe("Fine.");
        (await Files.RefusalOfAsync(Zip(("z.zip", zip)), "a.zip")).Fault.ShouldBe(DocumentFault.TooLarge);
    }
}
