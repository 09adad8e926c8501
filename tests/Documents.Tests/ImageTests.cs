using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace EmbeddingFunctions.Documents.Tests;

public sealed class ImageTests
{
    private static byte[] Png(params (string Type, byte[] Content)[] chunks)
    {
        var size = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(size, 640);
        BinaryPrimitives.WriteInt32BigEndian(size.AsSpan(4), 480);
        size[8] = 8;
        using var file = new MemoryStream();
        file.Write([0x89, .. "PNG\r\n\x1A\n"u8]);
        foreach (
            var (type, content) in (IEnumerable<(string, byte[])>)
                [("IHDR", size), .. chunks, ("IDAT", [1]), ("IEND", [])]
        )
        {
            var chunk = new byte[12 + content.Length];
            BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
            Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
            content.CopyTo(chunk, 8);
            file.Write(chunk);
        }

        return file.ToArray();
    }

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            zlib.Write(bytes);
        }

        return packed.ToArray();
    }

    private static (string, byte[]) Text(string key, string text) =>
        ("tEXt", Encoding.Latin1.GetBytes($"{key}\0{text}"));

    /// <summary>A TIFF of one directory of ASCII entries, as Exif is.</summary>
    private static byte[] Tiff(params (ushort Tag, string Text)[] entries)
    {
        using var file = new MemoryStream();
        using var write = new BinaryWriter(file);
        write.Write("II*\0"u8);
        write.Write(8);
        write.Write((ushort)entries.Length);
        var at = 8 + 2 + (12 * entries.Length) + 4;
        foreach (var (tag, text) in entries)
        {
            write.Write(tag);
            write.Write((ushort)2);
            write.Write(text.Length + 1);
            write.Write(at);
            at += text.Length + 1;
        }

        write.Write(0);
        foreach (var (_, text) in entries)
        {
            write.Write(Encoding.ASCII.GetBytes(text + "\0"));
        }

        return file.ToArray();
    }

    private static byte[] Jpeg(byte[] exif) =>
        [
            0xFF,
            0xD8,
            0xFF,
            0xE1,
            (byte)((exif.Length + 8) >> 8),
            (byte)(exif.Length + 8),
            .. "Exif\0\0"u8,
            .. exif,
            0xFF,
            0xC0,
            0,
            11,
            8,
            1,
            0xE0,
            2,
            0x80,
            1,
            1,
            0x11,
            0,
            0xFF,
            0xD9,
        ];

    /// <summary>Whole pictures to be damaged.</summary>
    internal static IEnumerable<Fuzz.Sample> Samples
    {
        get
        {
            var exif = Tiff((0x010E, "Seal of pump 3"), (0x013B, "Kim Lee"));
            byte[] packed = [.. "Comment\0\0"u8, .. Pack([.. "A worn seal"u8])];
            yield return new(".png", "a.png", Png(Text("Title", "Pump hall"), ("zTXt", packed), ("eXIf", exif)));
            yield return new(".jpg", "a.jpg", Jpeg(exif));
            yield return new(".tiff", "a.tiff", exif);
        }
    }

    [Fact]
    public async Task What_someone_wrote_into_a_picture_is_its_text()
    {
        var document = await Files.ReadAsync(
            Png(Text("Title", "Pump hall"), Text("Description", "Seal of pump 3"), Text("Software", "GIMP")),
            "a.png"
        );

        document.ContentType.ShouldBe("image/png");
        document.Lines().ShouldBe(["Pump hall", "Seal of pump 3", "640 × 480 pixels"]);
    }

    [Fact]
    public async Task Exif_is_read_wherever_it_is()
    {
        var exif = Tiff((0x010E, "Seal of pump 3"), (0x010F, "Camera Maker"), (0x013B, "Kim Lee"));
        var jpeg = Jpeg(exif);

        foreach (var file in (byte[][])[exif, jpeg])
        {
            var document = await Files.ReadAsync(file, "file");

            document.Lines()[0].ShouldBe("Seal of pump 3");
            document.Author.ShouldBe("Kim Lee");
            document.Text.ShouldNotContain("Camera Maker");
        }

        (await Files.ReadAsync(jpeg, "a.jpg")).Lines().ShouldBe(["Seal of pump 3", "640 × 480 pixels"]);
    }

    [Fact]
    public async Task A_picture_that_says_nothing_has_no_text()
    {
        foreach (
            var file in (byte[][])
                [
                    Png(),
                    Png(Text("Software", "GIMP")),
                    Tiff((0x010E, "OLYMPUS DIGITAL CAMERA")),
                    Tiff((0x010F, "Maker")),
                ]
        )
        {
            (await Files.RefusalOfAsync(file, "a.txt")).Fault.ShouldBe(DocumentFault.Empty);
        }
    }

    [Theory]
    [InlineData("89504E470D0A1A0A0000000D")]
    [InlineData("FFD8FFE000104A464946")]
    [InlineData("4749463839610100")]
    [InlineData("49492A0008000000FFFF")]
    public async Task A_broken_picture_is_refused(string hex) =>
        (await Files.RefusalOfAsync(Convert.FromHexString(hex), "a.png")).Fault.ShouldBeOneOf(
            DocumentFault.Corrupt,
            DocumentFault.Empty
        );

    [Fact]
    public async Task Packed_texts_cannot_unfold_without_bound()
    {
        var packed = Pack(new byte[400 * 1024 * 1024]);
        byte[] text = [.. "Comment\0\0"u8, .. packed];

        (await Files.RefusalOfAsync(Png(("zTXt", text)), "a.png")).Fault.ShouldBe(DocumentFault.TooLarge);
    }
}
