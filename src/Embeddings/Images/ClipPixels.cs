namespace EmbeddingFunctions.Embeddings.Images;

/// <summary>preprocessor_config.json: how an image becomes what CLIP's vision network takes.</summary>
internal sealed class ClipPixels
{
    private const int Channels = RgbImage.Channels;
    private const int Bicubic = 3;
    private const int MaxSize = 4096;

    private readonly int _shortestEdge;
    private readonly float _factor;
    private readonly float[] _mean;
    private readonly float[] _deviation;

    private ClipPixels(Json config)
    {
        foreach (var step in new[] { "do_resize", "do_center_crop", "do_rescale", "do_normalize", "do_convert_rgb" })
        {
            if (!config[step].Flag)
            {
                throw config[step].Unsupported("false is not supported (true)");
            }
        }

        if (config["resample"].Number != Bicubic)
        {
            throw config["resample"].Unsupported($"{config["resample"].Number} is not supported ({Bicubic}: bicubic)");
        }

        var crop = config["crop_size"];
        var (width, height) = crop.IsObject ? (Size(crop["width"]), Size(crop["height"])) : (Size(crop), Size(crop));
        if (width != height)
        {
            throw crop.Unsupported($"{width} x {height} is not supported: a square");
        }

        var size = config["size"];
        _shortestEdge = Size(size.IsObject ? size["shortest_edge"] : size);
        EdgeLength = width;
        if (EdgeLength > _shortestEdge)
        {
            throw crop.Unsupported($"{EdgeLength} is more than the shortest edge, {_shortestEdge}");
        }

        _factor = config["rescale_factor"].Real;
        _mean = Colours(config["image_mean"]);
        _deviation = Colours(config["image_std"]);
    }

    /// <summary>Of the square that the network takes.</summary>
    public int EdgeLength { get; }

    /// <summary>Numbers that <see cref="Fill"/> writes.</summary>
    public int Length => Channels * EdgeLength * EdgeLength;

    public static ClipPixels Read(string path) => new(Json.Read(path));

    /// <summary>Channel by channel, row by row.</summary>
    public void Fill(RgbImage image, Span<float> pixels)
    {
        var (width, height) = (image.Width, image.Height);
        var shortest = Math.Min(width, height);
        var longest = (long)_shortestEdge * Math.Max(width, height) / shortest;
        if (longest > (long)MaxSize * 16)
        {
            throw new ImageException($"the image is {width} x {height}, which is too long for its width");
        }

        var resized =
            width <= height
                ? BicubicResize.Resize(image, _shortestEdge, (int)longest)
                : BicubicResize.Resize(image, (int)longest, _shortestEdge);
        var (left, top) = ((resized.Width - EdgeLength) / 2, (resized.Height - EdgeLength) / 2);
        for (var y = 0; y < EdgeLength; y++)
        {
            var row = resized.Row(top + y);
            for (var x = 0; x < EdgeLength; x++)
            {
                for (var channel = 0; channel < Channels; channel++)
                {
                    var value = row[((left + x) * Channels) + channel] * _factor;
                    pixels[(((channel * EdgeLength) + y) * EdgeLength) + x] =
                        (value - _mean[channel]) / _deviation[channel];
                }
            }
        }
    }

    private static int Size(Json size) => size.Within(1, MaxSize);

    private static float[] Colours(Json colours)
    {
        float[] values = [.. colours.Items.Select(colour => colour.Real)];
        return values.Length == Channels
            ? values
            : throw colours.Unsupported($"found {values.Length} numbers, expected {Channels}");
    }
}
