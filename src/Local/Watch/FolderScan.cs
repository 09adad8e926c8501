using EmbeddingFunctions.Local.Blobs;

namespace EmbeddingFunctions.Local.Watch;

/// <summary>What is in a folder now.</summary>
/// <param name="Files">By name: the path from the folder, with slashes.</param>
/// <param name="Unread">
/// What is there but cannot be taken, and why: what it holds need not be gone. The name of a folder ends with a slash; that of the
/// whole one is empty.
/// </param>
internal sealed record FolderScan(
    IReadOnlyDictionary<string, FileStamp> Files,
    IReadOnlyDictionary<string, string> Unread
)
{
    private static readonly EnumerationOptions Visible = new()
    {
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
        IgnoreInaccessible = false,
    };

    /// <summary>Whether a file is there as far as can be told.</summary>
    public bool MayHave(string name) =>
        Files.ContainsKey(name)
        || Unread.Keys.Any(unread =>
            unread.Length == 0
            || string.Equals(unread, name, StringComparison.Ordinal)
            || (unread.EndsWith('/') && name.StartsWith(unread, StringComparison.Ordinal))
        );

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
        var unread = new Dictionary<string, string>(StringComparer.Ordinal);
        var folders = new Stack<(DirectoryInfo Folder, string Name)>([(new DirectoryInfo(folder), "")]);
        while (folders.TryPop(out var next))
        {
            Try(next.Name, () => Look(next.Folder, next.Name));
        }
        return new FolderScan(files, unread);

        void Look(DirectoryInfo parent, string prefix)
        {
            foreach (var entry in parent.EnumerateFileSystemInfos("*", Visible).Where(entry => !IsIgnored(entry.Name)))
            {
                var name = prefix + entry.Name;
                if (Refusal(entry.Name) is { } refusal)
                {
                    unread[entry is DirectoryInfo ? name + "/" : name] = refusal;
                }
                else if (entry is FileInfo file)
                {
                    Try(name, () => Take(file, name));
                }
                // links between folders may go round in circles
                else if (entry is DirectoryInfo inner && inner.LinkTarget is null)
                {
                    folders.Push((inner, name + "/"));
                }
            }
        }

        void Take(FileInfo file, string name)
        {
            if (StampOf(file) is { } stamp)
            {
                files[name] = stamp;
            }
        }

        void Try(string name, Action look)
        {
            try
            {
                look();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                unread[name] = Reason(name, e);
            }
        }
    }

    /// <summary>Null for what is no document: a link to nowhere, a named pipe, a socket, a device.</summary>
    private static FileStamp? StampOf(FileInfo file)
    {
        if (file.LinkTarget is not null)
        {
            if (file.ResolveLinkTarget(returnFinalTarget: true) is not FileInfo { Exists: true } target)
            {
                return null;
            }
            file = target;
        }
        var stamp = new FileStamp(file.Length, file.LastWriteTimeUtc);
        return FileKind.IsRegular(file.FullName) ? stamp : null;
    }

    /// <summary>Why a name cannot be a blob's, or null.</summary>
    private static string? Refusal(string name)
    {
        if (!OperatingSystem.IsWindows() && name.Contains('\\', StringComparison.Ordinal))
        {
            return "storage takes the backslash in its name for a slash";
        }
        return BlobWrite.IsListable(name) ? null : "its name has a control character that storage cannot list";
    }

    private static string Reason(string name, Exception e) =>
        e switch
        {
            // .NET shows bytes that are not UTF-8 as this character, and then looks for another file
            FileNotFoundException
            or DirectoryNotFoundException when name.Contains('\uFFFD', StringComparison.Ordinal) =>
                "its name is not valid UTF-8",
            FileNotFoundException or DirectoryNotFoundException => "it is not there",
            UnauthorizedAccessException => "access to it is denied",
            _ => e.Message,
        };
}

/// <summary>By which a changed file is known.</summary>
internal sealed record FileStamp(long Size, DateTime Modified);
