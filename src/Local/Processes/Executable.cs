using System.Diagnostics;

namespace EmbeddingFunctions.Local.Processes;

/// <summary>Programs of the machine, found on PATH.</summary>
internal static class Executable
{
    /// <summary>The full path of a program, or null. On Windows the usual extensions are tried.</summary>
    public static string? Find(string name, string? path, bool windows)
    {
        string[] extensions = windows ? [".exe", ".cmd", ".bat"] : [""];
        var folders = (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders
            .SelectMany(folder => extensions.Select(extension => Path.Combine(folder.Trim('"'), name + extension)))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Runs a program to its end and returns its exit code and everything it said.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string program,
        IEnumerable<string> arguments,
        string workingDirectory,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new LocalException($"{program} could not be started.");
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
