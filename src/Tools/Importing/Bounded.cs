namespace EmbeddingFunctions.Tools.Importing;

/// <summary>Copies no more than was announced: a zip may unfold to far more than its directory says.</summary>
internal static class Bounded
{
    /// <exception cref="ToolException">There is more.</exception>
    public static async Task CopyAsync(
        Stream content,
        Stream target,
        long announced,
        string name,
        CancellationToken cancellationToken
    )
    {
        var buffer = new byte[1 << 20];
        var copied = 0L;
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0; copied += read)
        {
            if (copied + read > announced)
            {
                throw new ToolException($"The zip's entry '{name}' has more than the {announced} bytes it says.");
            }

            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }
}
