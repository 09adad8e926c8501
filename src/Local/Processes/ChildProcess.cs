using System.ComponentModel;
using System.Diagnostics;

namespace EmbeddingFunctions.Local.Processes;

/// <summary>
/// A child that lives as long as its standard input is open: closing it asks the child to stop, and the system closes
/// it when Local is killed, so that no child is ever left behind.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ChildProcess(Process process, Task<int> exited) => (_process, Exited) = (process, exited);

    public int Id => _process.Id;

    /// <summary>Ends with the exit code, after the last line of output.</summary>
    public Task<int> Exited { get; }

    /// <param name="start">Program, arguments, folder and environment.</param>
    /// <param name="output">Called for each line of standard output.</param>
    /// <param name="error">Called for each line of standard error.</param>
    /// <exception cref="LocalException">The program cannot be started.</exception>
    public static ChildProcess Start(ProcessStartInfo start, Action<string> output, Action<string> error)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        try
        {
            var process = Process.Start(start) ?? throw new LocalException($"{start.FileName} could not be started.");
            var lines = Task.WhenAll(
                ReadAsync(process.StandardOutput, output),
                ReadAsync(process.StandardError, error)
            );
            return new ChildProcess(process, ExitedAsync(process, lines));
        }
        catch (Win32Exception e)
        {
            throw new LocalException($"{start.FileName} could not be started: {e.Message}", e);
        }
    }

    /// <summary>Waits for the child's end; after the grace period it is killed.</summary>
    public async Task<int> StopAsync(TimeSpan grace)
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // it has gone already
        }
        return await ExitOrKillAsync(grace);
    }

    public async Task<int> ExitOrKillAsync(TimeSpan grace)
    {
        await ((Task)Exited).WaitAsync(grace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!Exited.IsCompleted)
        {
            Kill();
        }
        return await Exited;
    }

    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // it has gone already
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!Exited.IsCompleted)
        {
            Kill();
            await Exited;
        }
        _process.Dispose();
    }

    private static async Task<int> ExitedAsync(Process process, Task lines)
    {
        await process.WaitForExitAsync();
        await lines;
        return process.ExitCode;
    }

    private static async Task ReadAsync(StreamReader reader, Action<string> line)
    {
        while (await reader.ReadLineAsync() is { } text)
        {
            line(text);
        }
    }
}
