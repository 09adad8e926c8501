using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>The emulator as a program of its own: what stops its start is one sentence and exit code 1.</summary>
public sealed class ServeCommandTests : IDisposable
{
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
