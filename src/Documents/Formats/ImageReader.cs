using System.Buffers.Binary;
using System.Globalization;
using MetadataExtractor;
using MetadataExtractor.Formats.Exif;
using MetadataExtractor.Formats.Gif;
using MetadataExtractor.Formats.Iptc;
using MetadataExtractor.Formats.Jpeg;
using MetadataExtractor.Formats.Png;
using MetadataExtractor.Formats.Xmp;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>
/// What someone wrote into a picture (Exif, IPTC, XMP, PNG texts): title, description, comment, keywords, place; and its size
/// in pixels. A picture that says nothing has no text.
/// </summary>
internal sealed class ImageReader : IFormatReader
{
    private const int MostPackedBytes = 256 * 1024;

    // What cameras write where a person would describe.
    private static readonly HashSet<string> Boilerplate = new(StringComparer.OrdinalIgnoreCase)
    {
        "OLYMPUS DIGITAL CAMERA",
        "SONY DSC",
        "SAMSUNG",
        "Created with GIMP",
    };

    public string Name => "picture";

    public static bool Begins(ReadOnlySpan<byte> head) =>
        head
            is [0x89, (byte)'P', (byte)'N', (byte)'G', ..]
                or [0xFF, 0xD8, 0xFF, ..]
                or [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..]
                or [(byte)'I', (byte)'I', (byte)'*', 0, ..]
                or [(byte)'M', (byte)'M', 0, (byte)'*', ..]
        || (head.StartsWith("RIFF"u8) && head.Length > 12 && head[8..12].SequenceEqual("WEBP"u8));

    public Document Read(Source source)
    {
        CheckPacked(source.Bytes);
        using var content = new MemoryStream(source.Bytes, writable: false);
        var facts = ImageMetadataReader.ReadMetadata(content);
        var texts = facts
            .SelectMany(Texts)
            .Select(BlockList.OneLine)
            .Where(text => text.Length > 1 && !Boilerplate.Contains(text));
        var blocks = new BlockList();
        foreach (var text in texts.Distinct(StringComparer.Ordinal))
        {
            blocks.Add(BlockKind.Paragraph, text);
        }

        if (blocks.Count == 0)
        {
            throw new DocumentException(
                DocumentFault.Empty,
                "The picture has no text: no title, description, comment or keywords are stored in it."
            );
        }

        if (Size(facts) is { } size)
        {
            blocks.Add(BlockKind.Paragraph, size);
        }

        var artist = facts
            .OfType<ExifIfd0Directory>()
            .Select(exif => exif.GetString(ExifDirectoryBase.TagArtist))
            .FirstOrDefault();
        return new Document
        {
            ContentType = facts.Select(MediaType).FirstOrDefault(type => type is not null) ?? "image/*",
            Author = string.IsNullOrWhiteSpace(artist) ? null : BlockList.OneLine(artist),
            Created = Taken(facts),
            Language = Language.Of(blocks),
            Blocks = blocks,
        };
    }

    private static IEnumerable<string> Texts(MetadataExtractor.Directory facts) =>
        facts switch
        {
            ExifIfd0Directory => Values(
                facts,
                ExifDirectoryBase.TagWinTitle,
                ExifDirectoryBase.TagImageDescription,
                ExifDirectoryBase.TagWinSubject,
                ExifDirectoryBase.TagWinComment,
                ExifDirectoryBase.TagWinKeywords
            ),
            ExifSubIfdDirectory => Values(facts, ExifDirectoryBase.TagUserComment),
            IptcDirectory => Values(
                facts,
                IptcDirectory.TagObjectName,
                IptcDirectory.TagHeadline,
                IptcDirectory.TagCaption,
                IptcDirectory.TagKeywords,
                IptcDirectory.TagCity,
                IptcDirectory.TagCountryOrPrimaryLocationName
            ),
            XmpDirectory { XmpMeta: { } xmp } => xmp
                .Properties.Where(property =>
                    property is { Path: { } path, Value.Length: > 0 }
                    && (
                        path.StartsWith("dc:title[", StringComparison.Ordinal)
                        || path.StartsWith("dc:description[", StringComparison.Ordinal)
                        || path.StartsWith("dc:subject[", StringComparison.Ordinal)
                        || path is "photoshop:Headline"
                    )
                    && !path.EndsWith("lang", StringComparison.Ordinal)
                )
                .Select(property => property.Value),
            PngDirectory => facts.GetObject(PngDirectory.TagTextualData)
                is IEnumerable<MetadataExtractor.KeyValuePair> pairs
                ? pairs
                    .Where(pair => pair.Key is "Title" or "Description" or "Comment")
                    .Select(pair => pair.Value.ToString())
                : [],
            JpegCommentDirectory => Values(facts, JpegCommentDirectory.TagComment),
            GifCommentDirectory => Values(facts, GifCommentDirectory.TagComment),
            _ => [],
        };

    private static IEnumerable<string> Values(MetadataExtractor.Directory facts, params int[] tags) =>
        tags.Select(facts.GetDescription).OfType<string>();

    private static string? Size(IEnumerable<MetadataExtractor.Directory> facts)
    {
        var tags = facts.SelectMany(directory => directory.Tags).ToList();
        string? Number(string name) =>
            tags.Find(tag => string.Equals(tag.Name, name, StringComparison.Ordinal))?.Description?.Split(' ')[0];
        return Number("Image Width") is { } width && Number("Image Height") is { } height
            ? $"{width} × {height} pixels"
            : null;
    }

    private static string? MediaType(MetadataExtractor.Directory facts) =>
        facts
            .Tags.FirstOrDefault(tag => string.Equals(tag.Name, "Detected MIME Type", StringComparison.Ordinal))
            ?.Description;

    // Cameras keep local time without a zone.
    private static DateTimeOffset? Taken(IEnumerable<MetadataExtractor.Directory> facts) =>
        facts.OfType<ExifSubIfdDirectory>().FirstOrDefault() is { } exif
        && exif.TryGetDateTime(ExifDirectoryBase.TagDateTimeOriginal, out var taken)
            ? new DateTimeOffset(taken, TimeSpan.Zero)
            : null;

    // The library unfolds packed texts of a PNG whole, however large: a thousand times their bytes at most.
    private static void CheckPacked(ReadOnlySpan<byte> png)
    {
        var packed = 0L;
        for (var rest = png; png[0] == 0x89 && rest.Length > 20; )
        {
            rest = rest.Length == png.Length ? rest[8..] : rest;
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            packed +=
                rest[4..8].SequenceEqual("zTXt"u8)
                || rest[4..8].SequenceEqual("iTXt"u8)
                || rest[4..8].SequenceEqual("iCCP"u8)
                    ? length
                    : 0;
            rest = rest[(int)Math.Min(rest.Length, 12L + length)..];
        }

        if (packed > MostPackedBytes)
        {
            throw new DocumentException(
                DocumentFault.TooLarge,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The picture has {packed:N0} bytes of packed texts; {MostPackedBytes:N0} are allowed."
                )
            );
        }
    }
}
