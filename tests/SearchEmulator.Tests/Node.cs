using System.Diagnostics;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>Other makers' clients, run by Node from a folder with a <c>package.json</c> and a lock file.</summary>
internal static class Node
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Installs the packages of a folder. Skips where there is no Node; where there is, a failing installation is a failing test, for otherwise
    /// an outage of the registry would look like success for ever.
    /// </summary>
    public static async Task InstallAsync(string folder)
    {
        foreach (var program in new[] { "node", "npm" })
            Assert.SkipUnless(
                (await RunAsync(folder, program, ["--version"])).ExitCode == 0,
                $"needs {program} on PATH"
            );
        var (exitCode, output) = await RunAsync(folder, "npm", ["ci", "--no-progress"]);
        exitCode.ShouldBe(0, $"npm could not install {folder}: {output}");
    }

    /// <summary>Runs a program to its end, at most for five minutes; 127 when there is no such program.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string folder,
        string program,
        string[] arguments,
        params (string Name, string Value)[] environment
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
