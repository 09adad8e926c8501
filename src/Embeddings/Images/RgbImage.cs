namespace EmbeddingFunctions.Embeddings.Images;

/// <summary>Pixels row by row; red, green and blue of each.</summary>
internal sealed record RgbImage(int Width, int Height, byte[] Pixels)
{
    public const int Channels = 3;

    public ReadOnlySpan<byte> Row(int y) => Pixels.AsSpan(y * Width * Channels, Width * Channels);
}
