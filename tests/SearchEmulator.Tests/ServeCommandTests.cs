using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>The emulator as a program of its own: what stops its start is one sentence and exit code 1.</summary>
public sealed class ServeCommandTests : IDisposable
{
    private const int PageSize = 16384;

    private readonly string _folder = Emulator.NewFolder();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_port_that_is_taken()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        (await FailAsync("--data", _folder, "--port", port)).ShouldBe(
            $"Port {port} of 127.0.0.1 cannot be used: Address already in use. Choose another one with --port, or 0 for any."
        );
    }

    [Fact]
    public async Task A_data_folder_that_another_one_has()
    {
        await using var other = SearchEmulatorHost.Create(new SearchEmulatorOptions { DataFolder = _folder });

        (await FailAsync("--data", _folder)).ShouldContain($"'{_folder}' is in use by another search emulator");
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be()
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "", Token);

        (await FailAsync("--data", Path.Combine(file, "data"))).ShouldStartWith($"--data {file}");
    }

    [Theory]
    [InlineData("--port", "70000", "--port is 70000; expected 0 (any free port) to 65535.")]
    [InlineData("--host", "nowhere", "--host is 'nowhere'; expected an IP address or localhost.")]
    public async Task A_value_that_cannot_be(string option, string value, string sentence) =>
        (await FailAsync("--data", _folder, option, value)).ShouldBe(sentence);

    [Theory]
    [InlineData("--https-port", "-2", "--https-port is -2")]
    [InlineData("--host", "0.0.0.0", "give an --api-key")]
    [InlineData("--query-keys", "q", "--query-keys restrict nothing")]
    [InlineData("--visibility-delay", "60001", "--visibility-delay is 60001")]
    [InlineData("--faults", "503", "'503' is not of the form WHAT/N")]
    [InlineData("--faults", "503/5,teapot/2", "'teapot' is none of 503")]
    [InlineData("--faults", "503/0", "'503/0'")]
    public async Task A_switch_that_cannot_be(string option, string value, string sentence) =>
        (await FailAsync("--data", _folder, option, value)).ShouldContain(sentence);

    [Fact]
    public async Task A_port_of_https_that_is_taken()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        (await FailAsync("--data", _folder, "--https-port", port)).ShouldStartWith(
            $"Port {port} of 127.0.0.1 cannot be used: "
        );
    }

    [Theory]
    [InlineData("header")]
    [InlineData("pages")]
    [InlineData("end")]
    public async Task A_damaged_index_is_one_sentence(string what)
    {
        await using (var emulator = await Emulator.StartAsync(_folder))
        {
            await emulator.CreateAsync(TestIndex.Everything());
            await emulator.IndexAsync(
                "things",
                [.. Enumerable.Range(0, 500).Select(i => new { id = $"{i}", title = new string('x', 100) })]
            );
        }
        var file = Path.Combine(_folder, "indexes", "things", "index.db");
        var bytes = await File.ReadAllBytesAsync(file, Token);
        if (what == "header")
            bytes.AsSpan(0, 100).Fill(0xA5);
        if (what == "end")
            bytes = bytes[..(bytes.Length - 20_000)];
        // The beginnings of all pages but the one with the schema.
        for (var page = 1; what == "pages" && page < bytes.Length / PageSize; page++)
            bytes.AsSpan(page * PageSize, 8).Fill(0xA5);
        await File.WriteAllBytesAsync(file, bytes, Token);

        (await FailAsync("--data", _folder)).ShouldMatch(
            "^--data .* cannot be used: the index in '.*things' is damaged \\(.*\\)\\. Restore the folder"
        );
    }

    [Fact]
    public async Task A_damaged_synonym_map_is_one_sentence()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "synonymmaps"));
        var map = Path.Combine(_folder, "synonymmaps", "m.json");
        await File.WriteAllTextAsync(map, "{", Token);
        (await FailAsync("--data", _folder)).ShouldContain($"The synonym map in '{map}' is damaged.");
    }

    [Fact]
    public async Task Where_it_listens_is_said_once()
    {
        using var emulator = Start("--data", _folder);

        (await emulator.StandardOutput.ReadLineAsync(Token)).ShouldStartWith("Search emulator on http://127.0.0.1:");
        using (var kill = Process.Start("kill", [emulator.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(Token);
        await emulator.WaitForExitAsync(Token);

        (await emulator.StandardOutput.ReadToEndAsync(Token)).ShouldBeEmpty();
    }

    private static async Task<string> FailAsync(params string[] arguments)
    {
        using var emulator = Start(arguments);
        using var started = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        // One that starts although it should not must not keep the test waiting.
        await using var stop = started.Token.Register(emulator.Kill);
        var said = await emulator.StandardError.ReadToEndAsync(Token);
        (await emulator.StandardOutput.ReadToEndAsync(Token)).ShouldBeEmpty();
        await emulator.WaitForExitAsync(Token);
        emulator.ExitCode.ShouldBe(1);
        said.Trim().ShouldNotContain('\n');
        return said.Trim();
    }

    private static Process Start(params string[] arguments) =>
        Process.Start(
            new ProcessStartInfo("dotnet", [typeof(SearchEmulatorHost).Assembly.Location, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;
}
