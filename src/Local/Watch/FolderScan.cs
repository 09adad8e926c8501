using System.IO.Enumeration;

namespace EmbeddingFunctions.Local.Watch;

/// <summary>What is in a folder now.</summary>
/// <param name="Files">By name: the path from the folder, with slashes.</param>
/// <param name="IsWhole">False if something could not be read: then what is missing need not be gone.</param>
internal sealed record FolderScan(IReadOnlyDictionary<string, FileStamp> Files, bool IsWhole)
{
    /// <summary>Files that are no documents: hidden ones, and what editors and downloads leave for a while.</summary>
    public static bool IsIgnored(ReadOnlySpan<char> fileName) =>
        fileName.StartsWith(".")
        || fileName.StartsWith("~$")
        || fileName.EndsWith("~")
        || fileName.EndsWith(".tmp", StringComparison.OrdinalIgnoreCase)
        || fileName.EndsWith(".swp", StringComparison.OrdinalIgnoreCase)
        || fileName.EndsWith(".part", StringComparison.OrdinalIgnoreCase)
        || fileName.EndsWith(".crdownload", StringComparison.OrdinalIgnoreCase);

    public static FolderScan Of(string folder)
    {
        var files = new Dictionary<string, FileStamp>(StringComparer.Ordinal);
        try
        {
            using var entries = new Entries(folder);
            while (entries.MoveNext())
            {
                if (entries.Current is var (name, stamp))
                {
                    files[name] = stamp;
                }
            }
            return new FolderScan(files, !entries.HasFailed);
        }
        // the folder itself has gone, or something in it went while it was looked at
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new FolderScan(files, IsWhole: false);
        }
    }

    private sealed class Entries(string folder)
        : FileSystemEnumerator<(string Name, FileStamp Stamp)?>(
            folder,
            new EnumerationOptions
            {
                RecurseSubdirectories = true,
                AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
            }
        )
    {
        public bool HasFailed { get; private set; }

        protected override bool ShouldIncludeEntry(ref FileSystemEntry entry) =>
            !entry.IsDirectory && !IsIgnored(entry.FileName);

        // links between folders may go round in circles
        protected override bool ShouldRecurseIntoEntry(ref FileSystemEntry entry) =>
            !IsIgnored(entry.FileName)
            && (!entry.Attributes.HasFlag(FileAttributes.ReparsePoint) || entry.ToFileSystemInfo().LinkTarget is null);

        protected override (string Name, FileStamp Stamp)? TransformEntry(ref FileSystemEntry entry)
        {
            var file = new FileInfo(entry.ToFullPath());
            if (file.LinkTarget is not null)
            {
                if (file.ResolveLinkTarget(returnFinalTarget: true) is not FileInfo { Exists: true } target)
                {
                    return null;
                }
                file = target;
            }
            var name = Path.GetRelativePath(entry.RootDirectory.ToString(), entry.ToFullPath())
                .Replace(Path.DirectorySeparatorChar, '/');
            return (name, new FileStamp(file.Length, file.LastWriteTimeUtc));
        }

        protected override bool ContinueOnError(int error)
        {
            HasFailed = true;
            return true;
        }
    }
}

/// <summary>By which a changed file is known.</summary>
internal sealed record FileStamp(long Size, DateTime Modified);
