using System.IO.Compression;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>A zip that is no document of its own: the files in it, in its order.</summary>
internal sealed class ZipReader : IFormatReader
{
    public string Name => "zip archive";

    public Document Read(Source source)
    {
        using var zip = ZipContainer.Open(source);
        if (zip.Entries.Count > source.Limits.ZipEntries)
        {
            throw new DocumentException(
                DocumentFault.TooLarge,
                $"The zip archive has {zip.Entries.Count:N0} entries; {source.Limits.ZipEntries:N0} are allowed."
            );
        }

        var blocks = new BlockList();
        var files = new InnerFiles(source, blocks);
        foreach (var entry in zip.Entries.Where(IsFile))
        {
            var path = entry.FullName.Replace('\\', '/');
            if (entry.IsEncrypted)
            {
                files.AddUnread(path, DocumentFault.Encrypted);
            }
            else
            {
                files.Add(path, entry.Open);
            }
        }

        files.RequireOne(Name);
        files.NameUnread();
        return new Document
        {
            ContentType = "application/zip",
            Language = Language.Of(blocks),
            Blocks = blocks,
        };
    }

    // Folders are entries too, and some systems put notes of their own beside the files.
    private static bool IsFile(ZipArchiveEntry entry) =>
        entry is { Name: not ("" or ".DS_Store" or "Thumbs.db" or "desktop.ini") }
        && !entry.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal);
}
