using System.Diagnostics;
using System.Globalization;

namespace EmbeddingFunctions.EndToEnd.Tests;

/// <summary>Processes from outside, as an operator sees them. Linux and macOS.</summary>
internal static class Processes
{
    /// <summary>SIGTERM.</summary>
    public static void Terminate(int processId) =>
        Run("kill", "-TERM", processId.ToString(CultureInfo.InvariantCulture));

    /// <summary>SIGKILL to this process alone, not to its children.</summary>
    public static void Kill(int processId) => Run("kill", "-KILL", processId.ToString(CultureInfo.InvariantCulture));

    /// <summary>All children of a process whose command line holds a text.</summary>
    public static IReadOnlyList<int> Children(int parent, string holding = "") =>
        [
            .. Run("ps", "-A", "-o", "pid=,ppid=,args=")
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries))
                .Where(parts => parts.Length == 3 && int.Parse(parts[1], CultureInfo.InvariantCulture) == parent)
                .Where(parts => parts[2].Contains(holding, StringComparison.Ordinal))
                .Select(parts => int.Parse(parts[0], CultureInfo.InvariantCulture)),
        ];

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false }
        )!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
