using System.Text;
using EmbeddingFunctions.Documents.Formats.Pdf;
using EmbeddingFunctions.Documents.Formats.Sheets;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>Finds what a file is: by its bytes first, by its name where bytes cannot tell (Markdown is text).</summary>
internal static class Format
{
    private const int HeadBytes = 1024;

    // One a line, as a message names them.
    private static readonly string[] Supported =
    [
        "text (plain, Markdown, HTML, CSV, JSON, XML, RTF, source code)",
        "PDF",
        "Word (docx)",
        "Excel (xlsx, xls)",
        "PowerPoint (pptx)",
        "OpenDocument (odt, ods, odp)",
        "EPUB",
        "mail (eml, mhtml)",
        "zip archives of these",
        "pictures with a description",
    ];

    private static readonly (byte[] Magic, string Kind)[] Binaries =
    [
        ([.. "RIFF"u8], "a RIFF file (WAV or AVI)"),
        ([0x1F, 0x8B], "a gzip archive"),
        ([.. "BZh"u8], "a bzip2 archive"),
        ([0xFD, .. "7zXZ\0"u8], "an xz archive"),
        ([0x28, 0xB5, 0x2F, 0xFD], "a Zstandard archive"),
        ([.. "7z\xBC\xAF\x27\x1C"u8[..2], 0xBC, 0xAF, 0x27, 0x1C], "a 7-Zip archive"),
        ([.. "Rar!"u8], "a RAR archive"),
        ([0x7F, .. "ELF"u8], "an ELF program"),
        ([0xCA, 0xFE, 0xBA, 0xBE], "a Java class or Mach-O program"),
        ([0xCF, 0xFA, 0xED, 0xFE], "a Mach-O program"),
        ([0, .. "asm"u8], "a WebAssembly module"),
        ([.. "SQLite format 3\0"u8], "an SQLite database"),
        ([.. "OggS"u8], "an Ogg file"),
        ([.. "fLaC"u8], "a FLAC file"),
        ([.. "PAR1"u8], "a Parquet file"),
        ([.. "%!PS"u8], "a PostScript file"),
        ([.. "wOFF"u8], "a font"),
        ([.. "OTTO"u8], "a font"),
    ];

    /// <summary>Two or three letters could begin a text too: these count only with a zero byte near them.</summary>
    private static readonly (byte[] Magic, string Kind)[] WeakBinaries =
    [
        ([.. "MZ"u8], "a Windows program"),
        ([.. "BM"u8], "a BMP picture"),
        ([.. "ID3"u8], "an MP3 file"),
    ];

    /// <exception cref="DocumentException">No reader reads it; the message says what it is.</exception>
    public static IFormatReader Detect(Source source)
    {
        ReadOnlySpan<byte> bytes = source.Bytes;
        var head = bytes[..Math.Min(bytes.Length, HeadBytes)];
        if (IsPdf(bytes, head, source.Extension))
        {
            return new PdfReader();
        }

        if (head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8))
        {
            return ZipContainer.ReaderOf(source);
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]))
        {
            return OldOfficeReader(bytes);
        }

        return ImageReader.Begins(head) ? new ImageReader()
            : BinaryKind(head) is { } binary ? throw Unsupported(binary)
            : DetectText(source);
    }

    public static DocumentException Unsupported(string kind) =>
        new(
            DocumentFault.Unsupported,
            $"The file is {kind}; supported are {string.Join(", ", Supported[..^1])} and {Supported[^1]}."
        );

    /// <summary>True for the ending of a format that no text and no archive of files is in.</summary>
    public static bool IsDocument(string extension) =>
        extension
            is ".pdf"
                or ".docx"
                or ".xlsx"
                or ".xlsb"
                or ".pptx"
                or ".odt"
                or ".ods"
                or ".odp"
                or ".odg"
                or ".epub";

    public static DocumentException Misnamed(Source source, string found) =>
        new(DocumentFault.Corrupt, $"The file's name ends in {source.Extension} but its bytes are {found}.");

    // Streams of such a file have names; a document may hold a workbook inside itself, so its own come first.
    private static XlsReader OldOfficeReader(ReadOnlySpan<byte> bytes)
    {
        // Office wraps an encrypted docx, xlsx or pptx into such a file.
        if (Holds(bytes, "EncryptedPackage"))
        {
            throw new DocumentException(DocumentFault.Encrypted, "The Office document needs a password.");
        }

        var isOther = Holds(bytes, "WordDocument") || Holds(bytes, "PowerPoint Document") || Holds(bytes, "__nameid_");
        return !isOther && (Holds(bytes, "Workbook\0") || Holds(bytes, "Book\0"))
            ? new XlsReader()
            : throw Unsupported("an old Office file (doc, ppt or msg)");

        static bool Holds(ReadOnlySpan<byte> bytes, string stream) =>
            bytes.IndexOf(Encoding.Unicode.GetBytes(stream)) >= 0;
    }

    // PDF allows bytes before its header; a text that merely speaks of one has no trailer.
    private static bool IsPdf(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> head, string extension) =>
        head.IndexOf("%PDF-"u8) switch
        {
            0 => true,
            < 0 => false,
            _ => string.Equals(extension, ".pdf", StringComparison.Ordinal)
                || bytes[Math.Max(0, bytes.Length - HeadBytes)..].IndexOf("startxref"u8) >= 0,
        };

    private static string? BinaryKind(ReadOnlySpan<byte> head)
    {
        foreach (var (magic, kind) in Binaries)
        {
            if (head.StartsWith(magic))
            {
                return kind;
            }
        }

        foreach (var (magic, kind) in WeakBinaries)
        {
            if (head.StartsWith(magic) && head.Contains((byte)0))
            {
                return kind;
            }
        }

        return head switch
        {
            [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => "an MP4, MOV or HEIC file",
            _ when head.Length > 262 && head[257..262].SequenceEqual("ustar"u8) => "a tar archive",
            _ => null,
        };
    }

    private static IFormatReader DetectText(Source source)
    {
        if (source.Bytes.AsSpan().StartsWith(@"{\rtf"u8))
        {
            return new RtfReader();
        }

        if (MailReader.Begins(source.Bytes, source.Extension))
        {
            return new MailReader();
        }

        var text = Charset.Decode(source.Bytes, source.Charset ?? HtmlReader.DeclaredCharset(source.Bytes));
        if (text is null)
        {
            throw Unsupported(
                source.Extension is { Length: > 1 } extension
                    ? $"neither text of any charset nor of a known binary format, although its name ends in {extension}"
                    : "neither text of any charset nor of a known binary format"
            );
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            throw new DocumentException(DocumentFault.Empty, "The file has no text: white space only.");
        }

        return source.Extension switch
        {
            _ when StartsAsHtml(text) => new HtmlReader(text),
            ".html" or ".htm" or ".xhtml" => new HtmlReader(text),
            ".md" or ".markdown" or ".mdown" or ".mkd" => new MarkdownReader(text),
            var extension when IsDocument(extension) => throw Misnamed(source, "plain text"),
            var extension when CodeReader.Reads(text, extension) => new CodeReader(text),
            var extension when XmlFileReader.Begins(text, extension) => new XmlFileReader(text),
            ".jsonl" or ".ndjson" => new JsonReader(text, isLines: true),
            _ when JsonReader.Begins(text) => new JsonReader(text, isLines: false),
            ".csv" or ".tsv" or ".tab" => new CsvReader(text),
            _ => new PlainTextReader(text),
        };
    }

    private static bool StartsAsHtml(string text)
    {
        var start = text.AsSpan(0, Math.Min(text.Length, HeadBytes)).TrimStart();
        if (start.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase) && start.IndexOf('>') is > 0 and var end)
        {
            start = start[(end + 1)..].TrimStart();
        }

        return start.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase);
    }
}
