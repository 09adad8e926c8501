using System.Diagnostics;
using System.Reflection;

namespace EmbeddingFunctions.Tools.Tests;

/// <summary>The command line as a user calls it, from the repository's root.</summary>
internal static class Tool
{
    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { typeof(Commands).Assembly.Location },
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Paths.Repository,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var cancellation = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, await output, await error);
    }
}

internal static class Paths
{
    public static string Repository { get; } =
        typeof(Paths)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "RepoRoot")
            .Value!;

    public static string Models { get; } = Path.Combine(Repository, "models");

    public static string Labelled { get; } = Path.GetFullPath(Path.Combine(Repository, "..", "shared", "eval"));
}
