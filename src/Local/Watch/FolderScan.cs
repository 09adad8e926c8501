using System.Formats.Tar;
using System.IO.Enumeration;

namespace EmbeddingFunctions.Local.Watch;

/// <summary>What is in a folder now.</summary>
/// <param name="Files">By name: the path from the folder, with slashes.</param>
/// <param name="Refused">Files that cannot be mirrored, by name, and why.</param>
/// <param name="IsWhole">False if a folder could not be read: then what is missing need not be gone.</param>
internal sealed record FolderScan(
    IReadOnlyDictionary<string, FileStamp> Files,
    IReadOnlyDictionary<string, string> Refused,
    bool IsWhole
)
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
        var refused = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var entries = new Entries(folder, refused);
            while (entries.MoveNext())
            {
                if (entries.Current is var (name, stamp))
                {
                    files[name] = stamp;
                }
            }
            return new FolderScan(files, refused, !entries.HasFailed);
        }
        // the folder itself has gone, or something in it went while it was looked at
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new FolderScan(files, refused, IsWhole: false);
        }
    }

    private sealed class Entries(string folder, Dictionary<string, string> refused)
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
            var path = entry.ToFullPath();
            var name = Path.GetRelativePath(entry.RootDirectory.ToString(), path)
                .Replace(Path.DirectorySeparatorChar, '/');
            try
            {
                if (Refusal(name) is { } reason)
                {
                    refused[name] = reason;
                    return null;
                }
                return Stamp(path) is { } stamp ? (name, stamp) : null;
            }
            catch (FileNotFoundException)
            {
                // it went while it was looked at
                return null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                refused[name] = e.Message;
                return null;
            }
        }

        private static string? Refusal(string name) =>
            name.Contains('\uFFFD', StringComparison.Ordinal) ? "its name is not UTF-8"
            : name.Contains('\\', StringComparison.Ordinal)
                ? "its name has a backslash, which storage takes for a slash"
            : null;

        private static FileStamp? Stamp(string path)
        {
            var file = new FileInfo(path);
            if (file.LinkTarget is not null)
            {
                if (file.ResolveLinkTarget(returnFinalTarget: true) is not FileInfo { Exists: true } target)
                {
                    return null;
                }
                file = target;
            }
            return file.Length > 0 || IsRegular(file.FullName)
                ? new FileStamp(file.Length, file.LastWriteTimeUtc)
                : null;
        }

        /// <summary>
        /// To open a pipe waits until somebody writes to it. .NET does not tell a pipe, socket or device from a file, but what packs
        /// files does, and all of them are empty.
        /// </summary>
        private static bool IsRegular(string path)
        {
            if (OperatingSystem.IsWindows())
            {
                return true;
            }
            using var packed = new MemoryStream();
            using (var tar = new TarWriter(packed, TarEntryFormat.Pax, leaveOpen: true))
            {
                tar.WriteEntry(path, "file");
            }
            packed.Position = 0;
            using var reader = new TarReader(packed);
            return reader.GetNextEntry()?.EntryType is TarEntryType.RegularFile;
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
