using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace EmbeddingFunctions.Tools.Tests;

public sealed class EmbedTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("embedding-functions-embed-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Each_line_has_its_row_in_both_formats()
    {
        var input = await InputAsync("我喜欢吃苹果\n\nBananas are a tropical fruit.");
        var npy = Path.Combine(_folder, "out.npy");
        var jsonl = Path.Combine(_folder, "out.jsonl");

        var (code, output, _) = await EmbedAsync(input, npy);
        await EmbedAsync(input, jsonl);

        code.ShouldBe(0);
        output.ShouldStartWith("3 lines embedded");
        var bytes = await File.ReadAllBytesAsync(npy, TestContext.Current.CancellationToken);
        bytes[..8].ShouldBe([0x93, .. "NUMPY"u8, 1, 0]);
        var header = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        ((10 + header) % 64).ShouldBe(0);
        Encoding
            .ASCII.GetString(bytes, 10, header)
            .TrimEnd(' ', '\n')
            .ShouldBe("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 384), }");
        bytes.Length.ShouldBe(10 + header + (3 * 384 * 4));
        var rows = await File.ReadAllLinesAsync(jsonl, TestContext.Current.CancellationToken);
        rows.Length.ShouldBe(3);
        for (var i = 0; i < 3; i++)
        {
            var row = JsonDocument.Parse(rows[i]).RootElement;
            for (var j = 0; j < 384; j += 100)
            {
                var value = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(10 + header + (((i * 384) + j) * 4)));
                row.GetProperty("embedding")[j].GetSingle().ShouldBe(value);
            }
        }

        JsonDocument.Parse(rows[0]).RootElement.GetProperty("text").GetString().ShouldBe("我喜欢吃苹果");
    }

    [Fact]
    public async Task A_line_that_is_cut_is_told_and_refused_on_request()
    {
        var input = await InputAsync("short\n" + string.Join(' ', Enumerable.Repeat("long", 300)) + "\n");
        var target = Path.Combine(_folder, "out.npy");

        var (code, _, error) = await EmbedAsync(input, target);
        code.ShouldBe(0);
        error.ShouldContain("1 of them were cut to 256 tokens: lines 2");

        File.Delete(target);
        (code, _, error) = await EmbedAsync(input, target, "--no-truncate");
        code.ShouldBe(1);
        error.ShouldContain("Line 2 has 302 tokens; the model takes 256.");
        Directory.GetFiles(_folder).ShouldBe([input]);
    }

    [Fact]
    public async Task What_cannot_be_done_is_said()
    {
        var input = await InputAsync("text");
        (await EmbedAsync(input, Path.Combine(_folder, "out.txt"))).Error.ShouldContain(".npy or .jsonl was expected");
        (await EmbedAsync(Path.Combine(_folder, "none"), "out.npy")).Error.ShouldContain("There is no file");
        await File.WriteAllBytesAsync(input, [0x61, 0xFF, 0x0A], TestContext.Current.CancellationToken);
        (await EmbedAsync(input, Path.Combine(_folder, "out.npy"))).Error.ShouldContain("is not UTF-8");
        var (code, _, error) = await Tool.RunAsync("embed", "--model", "../x", "--input", input, "--output", "o.npy");
        code.ShouldBe(1);
        error.ShouldContain("There is no model '../x'");
    }

    private static Task<(int Code, string Output, string Error)> EmbedAsync(
        string input,
        string output,
        params string[] more
    ) => Tool.RunAsync(["embed", "--model", "all-MiniLM-L6-v2", "--input", input, "--output", output, .. more]);

    private async Task<string> InputAsync(string text)
    {
        var path = Path.Combine(_folder, "in.txt");
        await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        return path;
    }
}
