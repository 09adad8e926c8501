using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>The emulator as a process of its own, as its users start it.</summary>
internal sealed class EmulatorProcess(Process process, HttpClient http) : IDisposable
{
    public static async Task<EmulatorProcess> StartAsync(string folder)
    {
        var process = Launch(folder);
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
    public static Process Launch(string folder) =>
        Process.Start(
            new ProcessStartInfo(
                "dotnet",
                [
                    Path.Combine(AppContext.BaseDirectory, "EmbeddingFunctions.SearchEmulator.dll"),
                    "--data",
                    folder,
                    "--port",
                    "0",
                ]
            )
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            }
        )!;

    /// <summary>Asks it to end, as Ctrl-C does.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public void Kill() => process.Kill();

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        http.Dispose();
    }
}
