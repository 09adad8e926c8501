using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EmbeddingFunctions.Local.Tests;

/// <summary>What goes wrong at the start is one sentence and exit code 1.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private string _output = "";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_to_watch_that_does_not_exist()
    {
        var missing = _folder.In("nowhere");
        (await FailAsync(["--watch", missing])).ShouldBe($"The folder to watch does not exist: {missing}");
    }

    [Theory]
    [InlineData("--port", "the functions")]
    [InlineData("--blob-port", "the blob service")]
    public async Task A_port_that_is_taken(string option, string what)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        (await FailAsync([option, port])).ShouldBe(
            $"Port {port}, wanted for {what}, cannot be used: it is in use. Choose another one with {option}, or 0 for any."
        );
    }

    [Fact]
    public async Task The_addresses_of_a_killed_local_go_even_if_the_next_one_does_not_start()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        await File.WriteAllTextAsync(_folder.In("endpoints.json"), "{}", TestContext.Current.CancellationToken);

        await FailAsync(["--port", port]);

        File.Exists(_folder.In("endpoints.json")).ShouldBeFalse();
    }

    [Fact]
    public async Task The_addresses_of_a_killed_local_go_at_the_start()
    {
        await File.WriteAllTextAsync(_folder.In("endpoints.json"), "{}", TestContext.Current.CancellationToken);

        using var data = Processes.DataFolder.Open(_folder.Path);

        File.Exists(_folder.In("endpoints.json")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("Models__Default", "nope", "Models__Default is 'nope'; expected a model of Models__Folder")]
    [InlineData("Chunks__MaxTokens", "abc", "Chunks__MaxTokens is 'abc'; expected a whole number from 16 to 8192.")]
    public async Task A_setting_of_the_functions_that_is_wrong(string name, string value, string sentence)
    {
        var said = await FailAsync([], (name, value));

        said.ShouldStartWith($"The functions' worker does not start: {sentence}");
        said.ShouldEndWith(".");
        said.ShouldNotEndWith("..");
        // said once, and the worker is not tried again
        _output.Split('\n').Count(line => line.Contains(name, StringComparison.Ordinal)).ShouldBe(1, _output);
        _output.ShouldNotContain("again");
    }

    [Fact]
    public async Task Node_is_missing() =>
        (await FailAsync([], ("PATH", _folder.Path))).ShouldStartWith("Node.js is not on PATH");

    [Fact]
    public async Task Node_is_too_old()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stand-in for node is a shell script");
        await StandInAsync("node", "echo v18.20.1");

        (await FailAsync([], ("PATH", $"{_folder.Path}{Path.PathSeparator}/usr/bin:/bin"))).ShouldStartWith(
            "Node.js is too old"
        );
    }

    [Fact]
    public async Task Npm_fails_and_leaves_nothing_that_looks_installed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stand-ins for node and npm are shell scripts");
        await StandInAsync("node", "echo v22.1.0");
        await StandInAsync(
            "npm",
            "mkdir -p node_modules/azurite; echo 'npm error code E404' >&2; echo 'npm error 404 azurite is not here' >&2; exit 1"
        );
        var tools = _folder.In("tools");

        (
            await FailAsync([], ("PATH", $"{_folder.Path}{Path.PathSeparator}/usr/bin:/bin"), ("Local__Tools", tools))
        ).ShouldBe("npm could not install Azurite 3.35.0: npm error 404 azurite is not here");
        Directory.GetDirectories(tools).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_interrupted_install_is_repaired_and_two_at_once_install_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the stand-ins for node and npm are shell scripts");
        var tools = _folder.In("tools");
        Directory.CreateDirectory(Path.Combine(tools, "azurite-3.35.0", "node_modules"));
        Directory.CreateDirectory(Path.Combine(tools, "azurite-3.35.0.partial-1"));
        await StandInAsync("node", "echo v22.1.0");
        await StandInAsync(
            "npm",
            $"echo run >> {_folder.In("runs")}; sleep 0.3; mkdir -p node_modules/azurite/dist/src; echo > node_modules/azurite/dist/src/azurite.js"
        );

        var installs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => InstallAsync()));

        installs.ShouldAllBe(install => File.Exists(install.Script));
        (await File.ReadAllLinesAsync(_folder.In("runs"), TestContext.Current.CancellationToken)).Length.ShouldBe(1);
        Directory.GetDirectories(tools).ShouldBe([Path.Combine(tools, "azurite-3.35.0")]);

        Task<Azurite.AzuriteInstall> InstallAsync() =>
            Azurite.AzuriteInstall.EnsureAsync(tools, _folder.Path, _ => { }, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Another_local_has_the_data_folder()
    {
        using var other = Processes.DataFolder.Open(_folder.Path);

        (await FailAsync([])).ShouldStartWith("The data folder is in use by another Local");
    }

    [Fact]
    public async Task The_data_folder_cannot_be_made()
    {
        var file = _folder.In("file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        (await FailAsync(["--data", Path.Combine(file, "data")])).ShouldStartWith("The data folder cannot be created");
    }

    [Theory]
    [InlineData("--container", "Not_A_Name", "--container is 'Not_A_Name'")]
    [InlineData("--storage", "nonsense", "--storage is not a connection string")]
    [InlineData("--port", "70000", "--port is 70000")]
    public async Task A_value_that_cannot_be(string option, string value, string sentence) =>
        (await FailAsync([option, value])).ShouldStartWith(sentence);

    [Fact]
    public async Task A_storage_account_that_does_not_answer() =>
        (
            await FailAsync([
                "--storage",
                "AccountName=a;AccountKey=AAAA;BlobEndpoint=http://127.0.0.1:1/a;"
                    + "QueueEndpoint=http://127.0.0.1:1/a;TableEndpoint=http://127.0.0.1:1/a",
            ])
        ).ShouldStartWith("The storage account at http://127.0.0.1:1/a cannot be used: Connection refused");

    [Fact]
    public async Task Help_tells_the_defaults()
    {
        await using var local = LocalProcess.Start(_folder.Path, ["--help"]);

        (await local.ExitCodeAsync()).ShouldBe(0);
        local.Output.ShouldContain("--watch");
        local.Output.ShouldContain("7071");
        local.Output.ShouldContain(".local");
    }

    private async Task<string> FailAsync(string[] arguments, params (string, string)[] environment)
    {
        string[] ports = ["--port", "0", "--blob-port", "0"];
        await using var local = LocalProcess.Start(
            _folder.Path,
            [.. ports.Chunk(2).Where(pair => !arguments.Contains(pair[0])).SelectMany(pair => pair), .. arguments],
            environment
        );
        (await local.ExitCodeAsync()).ShouldBe(1, local.Output);
        _output = local.Output;
        _output.ShouldNotContain("   at ");
        return local.Output.Split('\n')[^1];
    }

    private async Task StandInAsync(string name, string script)
    {
        await File.WriteAllTextAsync(_folder.In(name), $"#!/bin/sh\n{script}\n", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                _folder.In(name),
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
        }
    }
}
