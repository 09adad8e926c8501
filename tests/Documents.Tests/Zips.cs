using System.IO.Compression;
using System.Text;

namespace EmbeddingFunctions.Documents.Tests;

/// <summary>Zip containers made to order; uncompressed, so that damage hits what they hold.</summary>
internal static class Zips
{
    public static byte[] Of(params (string Name, string Text)[] entries)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in entries)
            {
                using var content = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
                content.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return file.ToArray();
    }

    /// <summary>The same with one entry added, replaced or, without content, taken away.</summary>
    public static byte[] With(byte[] container, string name, byte[]? content)
    {
        using var file = new MemoryStream();
        file.Write(container);
        using (var zip = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
        {
            zip.GetEntry(name)?.Delete();
            if (content is not null)
            {
                using var stream = zip.CreateEntry(name).Open();
                stream.Write(content);
            }
        }

        return file.ToArray();
    }

    public static byte[] With(byte[] container, string name, string content) =>
        With(container, name, Encoding.UTF8.GetBytes(content));

    /// <summary>The text of an entry.</summary>
    public static string Text(byte[] container, string name)
    {
        using var zip = new ZipArchive(new MemoryStream(container));
        using var text = new StreamReader(zip.GetEntry(name)!.Open());
        return text.ReadToEnd();
    }

    public static string[] Names(byte[] container)
    {
        using var zip = new ZipArchive(new MemoryStream(container));
        return [.. zip.Entries.Select(entry => entry.FullName)];
    }
}
