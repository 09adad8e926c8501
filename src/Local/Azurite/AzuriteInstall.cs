using System.Globalization;
using System.Text.RegularExpressions;
using EmbeddingFunctions.Local.Processes;

namespace EmbeddingFunctions.Local.Azurite;

/// <summary>Azurite's program, installed by npm under the user's npm settings.</summary>
/// <param name="Node">Path of node.</param>
/// <param name="Script">Path of azurite.js.</param>
internal sealed partial record AzuriteInstall(string Node, string Script)
{
    /// <summary>The last version that runs on Node 20.</summary>
    public const string Version = "3.35.0";
    private const int LowestNode = 20;
    private static readonly TimeSpan LongestInstall = TimeSpan.FromMinutes(10);

    /// <summary>Installs what is missing.</summary>
    /// <param name="folder">Where installed programs are kept.</param>
    /// <param name="path">The PATH to search.</param>
    /// <param name="status">Told what takes time.</param>
    /// <param name="cancellationToken">Kills npm.</param>
    /// <exception cref="LocalException">Node is missing or too old, or npm fails.</exception>
    public static async Task<AzuriteInstall> EnsureAsync(
        string folder,
        string? path,
        Action<string> status,
        CancellationToken cancellationToken
    )
    {
        var node = await FindNodeAsync(path, cancellationToken);
        var target = Path.Combine(folder, $"azurite-{Version}");
        var script = Path.Combine(target, "node_modules", "azurite", "dist", "src", "azurite.js");
        if (!File.Exists(script))
        {
            status($"installing Azurite {Version} ...");
            await using var turn = await TakeTurnAsync(folder, cancellationToken);
            if (!File.Exists(script))
            {
                await InstallAsync(folder, target, path, cancellationToken);
            }
        }
        return File.Exists(script)
            ? new AzuriteInstall(node, script)
            : throw new LocalException($"npm installed Azurite {Version}, but {script} is not there.");
    }

    private static async Task<string> FindNodeAsync(string? path, CancellationToken cancellationToken)
    {
        var node =
            Executable.Find("node", path, OperatingSystem.IsWindows())
            ?? throw new LocalException(
                $"Node.js is not on PATH: Azurite (local blob storage) needs Node.js {LowestNode} or newer. Install it, or name a storage account with --storage."
            );
        var (_, output) = await Executable.RunAsync(node, ["--version"], Path.GetTempPath(), cancellationToken);
        return
            VersionNumber().Match(output) is { Success: true } match
            && int.Parse(match.Groups["major"].ValueSpan, CultureInfo.InvariantCulture) >= LowestNode
            ? node
            : throw new LocalException(
                $"Node.js is too old: {node} is {output.Trim()}; Azurite needs {LowestNode} or newer."
            );
    }

    // two of them may share the folder; the system gives the lock back when its holder ends
    private static async Task<FileStream> TakeTurnAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalException($"Azurite cannot be installed into {folder}: {e.Message}", e);
        }
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(
                    Path.Combine(folder, "lock"),
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None
                );
            }
            catch (IOException) when (TimeProvider.System.GetElapsedTime(started) < LongestInstall)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new LocalException($"Azurite cannot be installed into {folder}: {e.Message}", e);
            }
        }
    }

    // npm works in a folder of its own, which gets its name when it is complete: an interrupted install leaves nothing
    // that looks like one
    private static async Task InstallAsync(
        string folder,
        string target,
        string? path,
        CancellationToken cancellationToken
    )
    {
        var npm =
            Executable.Find("npm", path, OperatingSystem.IsWindows())
            ?? throw new LocalException("npm is not on PATH: it comes with Node.js and installs Azurite.");
        foreach (var leftover in Directory.GetDirectories(folder, "azurite-*.partial-*"))
        {
            Delete(leftover);
        }
        var partial = $"{target}.partial-{Guid.NewGuid():N}";
        Directory.CreateDirectory(partial);
        try
        {
            var (exitCode, output) = await Executable.RunAsync(
                npm,
                [
                    "install",
                    "--prefix",
                    partial,
                    "--no-package-lock",
                    "--no-audit",
                    "--no-fund",
                    "--ignore-scripts",
                    "--loglevel=error",
                    $"azurite@{Version}",
                ],
                partial,
                cancellationToken
            );
            if (exitCode != 0)
            {
                throw new LocalException($"npm could not install Azurite {Version}: {Reason(output)}");
            }
            // one that lost its files
            Delete(target);
            Directory.Move(partial, target);
        }
        finally
        {
            Delete(partial);
        }
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Reason(string output) =>
        output
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(line =>
                line.StartsWith("npm error", StringComparison.Ordinal)
                && !line.StartsWith("npm error code", StringComparison.Ordinal)
            )
        ?? output.Trim();

    [GeneratedRegex(@"v(?<major>\d+)\.", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex VersionNumber();
}
