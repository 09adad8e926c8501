using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>The emulator as a process of its own, as its users start it.</summary>
internal sealed class EmulatorProcess(Process process, HttpClient http) : IDisposable
{
    /// <param name="folder">Its data.</param>
    /// <param name="largestFile">kB that a file may have before writing fails, as on a full disk; 0 is any number. Unix only.</param>
    public static async Task<EmulatorProcess> StartAsync(string folder, int largestFile = 0)
    {
        var process = Launch(folder, largestFile);
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            var at = line.IndexOf("http://", StringComparison.Ordinal);
            if (at >= 0)
                return new EmulatorProcess(
                    process,
                    new HttpClient { BaseAddress = new Uri(line[at..].Split(',', ' ')[0]) }
                );
        }
        throw new InvalidOperationException("The emulator ended before it printed its address.");
    }

    public async Task SendAsync(string method, string path, object body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = JsonContent.Create(body) };
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>True when the batch was acknowledged.</summary>
    public async Task<bool> IndexAsync(IEnumerable<object> actions)
    {
        try
        {
            await SendAsync("POST", $"indexes('things')/docs/search.index?{Emulator.Version}", new { value = actions });
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Starts a process and does not wait for it.</summary>
    public static Process Launch(string folder, int largestFile = 0)
    {
        string[] emulator =
        [
            "dotnet",
            Path.Combine(AppContext.BaseDirectory, "EmbeddingFunctions.SearchEmulator.dll"),
            "--data",
            folder,
            "--port",
            "0",
        ];
        // Without the trap the signal of a file that grows too large ends the process.
        string[] limited =
        [
            "bash",
            "-c",
            $"trap '' XFSZ; ulimit -S -f {largestFile}; exec \"$@\"",
            "bash",
            .. emulator,
        ];
        var command = largestFile == 0 ? emulator : limited;
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        // The runtime would want a file of its own for compiled code.
        if (largestFile > 0)
            start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return Process.Start(start)!;
    }

    /// <summary>Takes back what <c>largestFile</c> forbade.</summary>
    public Task FreeAsync() =>
        RunAsync("prlimit", "--pid", process.Id.ToString(CultureInfo.InvariantCulture), "--fsize=unlimited:");

    /// <summary>Asks it to end, as Ctrl-C does.</summary>
    public Task StopAsync() => RunAsync("kill", "-TERM", process.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>The answer's status and body.</summary>
    public async Task<(int Status, string Body)> GetAsync(string path)
    {
        using var response = await http.GetAsync(
            new Uri(path, UriKind.Relative),
            TestContext.Current.CancellationToken
        );
        return (
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
    }

    public void Kill() => process.Kill();

    private static async Task RunAsync(string command, params string[] arguments)
    {
        using var run = Process.Start(command, arguments);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        run.ExitCode.ShouldBe(0);
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        http.Dispose();
    }
}
