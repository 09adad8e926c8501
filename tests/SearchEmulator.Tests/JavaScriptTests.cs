using System.Diagnostics;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>Another maker's client: @azure/search-documents, unmodified, over http and over https.</summary>
public sealed class JavaScriptTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task The_documented_samples_work()
    {
        var folder = Path.Combine(Shared.RepositoryRoot, "tests", "SearchEmulator.Tests", "JavaScript");
        var (missing, _) = await RunAsync(folder, [], "node", "--version");
        Assert.SkipUnless(missing == 0, "needs node and npm on PATH");
        var (installed, output) = await RunAsync(folder, [], "npm", "ci", "--no-progress");
        Assert.SkipUnless(installed == 0, $"npm could not install the client: {output}");
        await using (var emulator = await Emulator.StartAsync())
            (await RunAsync(folder, [], "node", "samples.mjs", emulator.Address.ToString())).ShouldBe((0, "ok"));
        await using (var emulator = await Emulator.StartAsync(configure: o => o with { HttpsPort = 0 }))
            (
                await RunAsync(
                    folder,
                    [("NODE_EXTRA_CA_CERTS", Path.Combine(emulator.Folder, "certificate.pem"))],
                    "node",
                    "samples.mjs",
                    emulator.Secure!.ToString()
                )
            ).ShouldBe((0, "ok"));
    }

    /// <summary>127 when there is no such program.</summary>
    private static async Task<(int ExitCode, string Output)> RunAsync(
        string folder,
        (string Name, string Value)[] environment,
        string program,
        params string[] arguments
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (127, $"{program} is not on PATH");
        }
        using (process)
        {
            using var over = new CancellationTokenSource(Longest);
            await using var stop = over.Token.Register(() => process.Kill(entireProcessTree: true));
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, (output + await errors).Trim());
        }
    }
}
