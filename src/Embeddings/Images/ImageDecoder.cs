using SkiaSharp;

namespace EmbeddingFunctions.Embeddings.Images;

/// <summary>
/// PNG and JPEG to the pixels that transformers gives CLIP: libjpeg's own, what is transparent laid on white, and neither an
/// orientation that the file states nor its colour profile applied.
/// </summary>
internal static class ImageDecoder
{
    private const int MaxPixels = 64_000_000;
    private const int PngBitDepth = 24;

    /// <exception cref="ImageException">No PNG or JPEG, cut, too large, or of a kind that is decoded otherwise elsewhere.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> file)
    {
        try
        {
            return DecodePixels(file);
        }
        catch (Exception e) when ((e as TypeInitializationException)?.InnerException is DllNotFoundException)
        {
            throw new ImageException(
                $"the native part of SkiaSharp is missing, expected in an app that embeds images (a package as SkiaSharp.NativeAssets.Linux.NoDependencies): {e.InnerException!.Message}"
            );
        }
    }

    private static RgbImage DecodePixels(ReadOnlySpan<byte> file)
    {
        using var data = SKData.CreateCopy(file);
        using var codec =
            SKCodec.Create(data) ?? throw new ImageException("no image is recognised, expected PNG or JPEG");
        if (codec.EncodedFormat is not (SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg))
        {
            throw new ImageException($"found {codec.EncodedFormat}, expected PNG or JPEG");
        }

        if (codec.EncodedFormat == SKEncodedImageFormat.Png && file[PngBitDepth] == 16)
        {
            throw new ImageException("found 16 bits a channel, expected 8 or fewer");
        }

        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > MaxPixels)
        {
            throw new ImageException($"the image is {width} x {height}, expected at most {MaxPixels} pixels");
        }

        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul, colorspace: null);
        using var bitmap = new SKBitmap(info);
        var result = codec.GetPixels(info, bitmap.GetPixels());
        return result == SKCodecResult.Success
            ? new RgbImage(width, height, OnWhite(bitmap.GetPixelSpan()))
            : throw new ImageException($"the image cannot be decoded: {result}");
    }

    private static byte[] OnWhite(ReadOnlySpan<byte> rgba)
    {
        var rgb = new byte[rgba.Length / 4 * RgbImage.Channels];
        for (var (from, to) = (0, 0); from < rgba.Length; from += 4)
        {
            int alpha = rgba[from + 3];
            for (var channel = 0; channel < RgbImage.Channels; channel++)
            {
                rgb[to++] = (byte)(((rgba[from + channel] * alpha) + (255 * (255 - alpha)) + 127) / 255);
            }
        }

        return rgb;
    }
}
