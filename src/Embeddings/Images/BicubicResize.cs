namespace EmbeddingFunctions.Embeddings.Images;

/// <summary>
/// The antialiased bicubic resize of 8-bit images that transformers resizes with (PyTorch's interpolate), bit for bit: first
/// the rows, then the columns, rounded to 8 bits between the two. It is Pillow's, whose filter grows as the image shrinks,
/// but for the weights: those have as many bits as fit into 16, where Pillow's have 22.
/// </summary>
internal static class BicubicResize
{
    public static RgbImage Resize(RgbImage image, int width, int height) =>
        ResizeColumns(ResizeRows(image, width), height);

    private static RgbImage ResizeRows(RgbImage image, int width)
    {
        if (width == image.Width)
        {
            return image;
        }

        var taps = new Taps(image.Width, width);
        var resized = new RgbImage(width, image.Height, new byte[width * image.Height * RgbImage.Channels]);
        for (var (y, into) = (0, 0); y < image.Height; y++)
        {
            var row = image.Row(y);
            for (var x = 0; x < width; x++)
            {
                for (var channel = 0; channel < RgbImage.Channels; channel++)
                {
                    resized.Pixels[into++] = taps.Mix(row[channel..], RgbImage.Channels, x);
                }
            }
        }

        return resized;
    }

    private static RgbImage ResizeColumns(RgbImage image, int height)
    {
        if (height == image.Height)
        {
            return image;
        }

        var taps = new Taps(image.Height, height);
        var stride = image.Width * RgbImage.Channels;
        var resized = new RgbImage(image.Width, height, new byte[stride * height]);
        for (var (y, into) = (0, 0); y < height; y++)
        {
            for (var column = 0; column < stride; column++)
            {
                resized.Pixels[into++] = taps.Mix(image.Pixels.AsSpan(column), stride, y);
            }
        }

        return resized;
    }

    /// <summary>For each place of the result, the first place of the source that counts and the weights from there on.</summary>
    private sealed class Taps
    {
        private readonly (int Start, int[] Weights)[] _taps;
        private readonly int _bits;

        public Taps(int from, int to)
        {
            var exact = new (int Start, double[] Weights)[to];
            for (var place = 0; place < to; place++)
            {
                exact[place] = Exact(from, (double)from / to, place);
            }

            _bits = Bits(exact.Max(tap => tap.Weights.Max()));
            _taps = Array.ConvertAll(exact, tap => (tap.Start, Array.ConvertAll(tap.Weights, Fixed)));
        }

        /// <param name="source">One channel of a row or column, from its first place on.</param>
        /// <param name="stride">From one place to the next.</param>
        /// <param name="place">Of the result.</param>
        public byte Mix(ReadOnlySpan<byte> source, int stride, int place)
        {
            var (start, weights) = _taps[place];
            var sum = 1 << (_bits - 1);
            var at = start * stride;
            foreach (var weight in weights)
            {
                sum += source[at] * weight;
                at += stride;
            }

            return (byte)Math.Clamp(sum >> _bits, 0, 255);
        }

        private static (int Start, double[] Weights) Exact(int length, double scale, int place)
        {
            var stretch = Math.Max(scale, 1);
            var support = 2 * stretch;
            var center = scale * (place + 0.5);
            var start = Math.Max((int)(center - support + 0.5), 0);
            var end = Math.Min((int)(center + support + 0.5), length);
            var weights = new double[end - start];
            for (var i = 0; i < weights.Length; i++)
            {
                weights[i] = Cubic((i + start - center + 0.5) / stretch);
            }

            var sum = weights.Sum();
            return (start, Array.ConvertAll(weights, weight => weight / sum));
        }

        /// <summary>The most after the binary point with which the greatest weight stays below 2 to the 15.</summary>
        private static int Bits(double greatest)
        {
            const int Most = 22;
            var bits = 0;
            while (bits < Most && (int)(0.5 + (greatest * (1 << (bits + 1)))) < 1 << 15)
            {
                bits++;
            }

            return bits;
        }

        private int Fixed(double weight) => (int)((weight < 0 ? -0.5 : 0.5) + (weight * (1 << _bits)));

        /// <summary>Keys' cubic convolution with a = -0.5.</summary>
        private static double Cubic(double x)
        {
            const double A = -0.5;
            x = Math.Abs(x);
            return x < 1 ? (((((A + 2) * x) - (A + 3)) * x) * x) + 1
                : x < 2 ? (((((A * x) - (5 * A)) * x) + (8 * A)) * x) - (4 * A)
                : 0;
        }
    }
}
