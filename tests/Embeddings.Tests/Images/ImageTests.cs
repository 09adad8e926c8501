using System.Buffers.Binary;
using EmbeddingFunctions.Embeddings.Images;
using SkiaSharp;

namespace EmbeddingFunctions.Embeddings.Tests.Images;

public sealed class ImageTests
{
    [Fact]
    public void Resizing_equals_the_references_byte_for_byte()
    {
        var expected = Files.Read<Bicubic>(Files.Own("bicubic.json"));
        var image = new RgbImage(expected.Width, expected.Height, [.. expected.Pixels.Select(x => (byte)x)]);
        foreach (var resized in expected.Resized)
        {
            BicubicResize
                .Resize(image, resized.Width, resized.Height)
                .Pixels.Select(x => (int)x)
                .ShouldBe(resized.Pixels, $"{resized.Width} x {resized.Height}");
        }
    }

    [Fact]
    public void What_is_transparent_lies_on_white()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(3, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.SetPixel(0, 0, new SKColor(10, 20, 30, 255));
        bitmap.SetPixel(1, 0, new SKColor(10, 20, 30, 0));
        bitmap.SetPixel(2, 0, new SKColor(100, 0, 255, 51));
        var image = ImageDecoder.Decode(Encode(bitmap, SKEncodedImageFormat.Png));
        image.Pixels.ShouldBe([10, 20, 30, 255, 255, 255, 224, 204, 255]);
    }

    [Fact]
    public void What_is_no_PNG_or_JPEG_is_refused()
    {
        using var bitmap = new SKBitmap(4, 4);
        Refused(Encode(bitmap, SKEncodedImageFormat.Webp), "found Webp, expected PNG or JPEG");
        Refused([1, 2, 3], "no image is recognised, expected PNG or JPEG");
        Refused([], "no image is recognised");
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    public void An_image_that_is_cut_is_refused(SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(64, 64);
        bitmap.Erase(SKColors.Red);
        var whole = Encode(bitmap, format);
        ImageDecoder.Decode(whole).Width.ShouldBe(64);
        for (var length = 0; length < whole.Length - 20; length += 13)
        {
            var cut = whole[..length];
            Should.Throw<ImageException>(() => ImageDecoder.Decode(cut), $"{length} of {whole.Length}");
        }
    }

    // What the header says is believed before memory is taken for it.
    [Fact]
    public void An_image_that_says_it_is_huge_is_refused()
    {
        using var bitmap = new SKBitmap(1, 1);
        var file = Encode(bitmap, SKEncodedImageFormat.Png);
        byte[] size = [0, 0, 0x75, 0x30];
        size.CopyTo(file, 16);
        size.CopyTo(file, 20);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(29), Crc(file.AsSpan(12, 17)));
        Refused(file, "the image is 30000 x 30000, expected at most 64000000 pixels");
    }

    /// <summary>PNG's checksum of a chunk.</summary>
    private static uint Crc(ReadOnlySpan<byte> chunk)
    {
        var crc = uint.MaxValue;
        foreach (var x in chunk)
        {
            crc ^= x;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }

    private static byte[] Encode(SKBitmap bitmap, SKEncodedImageFormat format)
    {
        using var data = bitmap.Encode(format, 90);
        return data.ToArray();
    }

    private static void Refused(byte[] file, string reason) =>
        Should.Throw<ImageException>(() => ImageDecoder.Decode(file)).Message.ShouldContain(reason);

    private sealed record Bicubic(int Width, int Height, int[] Pixels, Resized[] Resized);

    private sealed record Resized(int Width, int Height, int[] Pixels);
}
