using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EmbeddingFunctions.Local.Tests;

/// <summary>The built Local as a process of its own; killed when the test ends.</summary>
internal sealed class LocalProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly Task _reading;

    private LocalProcess(Process process, string data)
    {
        _process = process;
        Data = data;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public string Data { get; }

    public int Id => _process.Id;

    public string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static LocalProcess Start(
        string data,
        IEnumerable<string> arguments,
        params IEnumerable<(string Name, string Value)> environment
    )
    {
        var local = typeof(LocalOptions).Assembly.Location;
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } path && path.EndsWith("dotnet", StringComparison.Ordinal) ? path : "dotnet"
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = data,
        };
        foreach (var argument in arguments.Prepend(data).Prepend("--data").Prepend(local))
        {
            start.ArgumentList.Add(argument);
        }
        // installed once for all tests
        start.Environment["Local__Tools"] = Path.Combine(Settings.Repository.Root, ".local", "tools");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        return new LocalProcess(Process.Start(start)!, data);
    }

    /// <summary>Waits for a line and gives what its first group matched.</summary>
    public async Task<string> SeeAsync(string pattern, int from = 0, int seconds = 60)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            Token.ThrowIfCancellationRequested();
            string[] lines;
            lock (_lines)
            {
                lines = [.. _lines.Skip(from)];
            }
            if (
                lines
                    .Select(line => Regex.Match(line, pattern, RegexOptions.None, TimeSpan.FromSeconds(1)))
                    .FirstOrDefault(match => match.Success) is
                { } match
            )
            {
                return match.Groups[^1].Value;
            }
            if (_process.HasExited || Stopwatch.GetElapsedTime(started).TotalSeconds > seconds)
            {
                throw new TimeoutException($"'{pattern}' was not printed (exited: {_process.HasExited}):\n{Output}");
            }
            await Task.Delay(50, Token);
        }
    }

    public int LineCount
    {
        get
        {
            lock (_lines)
            {
                return _lines.Count;
            }
        }
    }

    public async Task<JsonElement> EndpointsAsync()
    {
        await SeeAsync("^(Ready|Started) after", seconds: 120);
        return JsonSerializer.Deserialize<JsonElement>(
            await File.ReadAllTextAsync(Path.Combine(Data, "endpoints.json"), Token)
        );
    }

    public async Task<int> ExitCodeAsync(int seconds = 60)
    {
        await _process.WaitForExitAsync(Token).WaitAsync(TimeSpan.FromSeconds(seconds), Token);
        await _reading;
        return _process.ExitCode;
    }

    public Task SignalAsync(string signal) => SignalAsync(signal, Id);

    public static async Task SignalAsync(string signal, int process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Token);
    }

    /// <summary>True once no such process is left.</summary>
    public static async Task<bool> IsGoneAsync(int process, int seconds = 15)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
        {
            try
            {
                using var found = Process.GetProcessById(process);
                if (found.HasExited)
                {
                    return true;
                }
            }
            catch (ArgumentException)
            {
                return true;
            }
            await Task.Delay(50, Token);
        }
        return false;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }
        }
    }
}

/// <summary>A folder for one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("local-tests-").FullName;

    public string In(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Writes a file of this folder, and the folders that it is in.</summary>
    public void Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(In(name))!);
        File.WriteAllText(In(name), text, Encoding.UTF8);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
