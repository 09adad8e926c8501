using System.Diagnostics;
using System.Net.Http.Json;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>The emulator as a process of its own, as its users start it.</summary>
internal sealed class EmulatorProcess(Process process, HttpClient http) : IDisposable
{
    public static async Task<EmulatorProcess> StartAsync(string folder)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (
            var argument in new[]
            {
                Path.Combine(AppContext.BaseDirectory, "EmbeddingFunctions.SearchEmulator.dll"),
                "--data",
                folder,
                "--port",
                "0",
            }
        )
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
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
    public async Task<bool> UploadAsync(int batch, int size)
    {
        try
        {
            await SendAsync(
                "POST",
                $"indexes('things')/docs/search.index?{Emulator.Version}",
                new
                {
                    value = Enumerable
                        .Range(0, size)
                        .Select(i => new
                        {
                            id = $"{batch}-{i}",
                            title = $"word number{i % 7}",
                            small = batch,
                            vector = new[] { 1f, i, batch, 0 },
                        }),
                }
            );
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
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
