using EmbeddingFunctions.Embeddings;

namespace EmbeddingFunctions.Tools;

/// <summary>Many texts through a model, some at a time so that progress shows.</summary>
internal static class Batches
{
    private const int Size = 256;

    /// <summary>One vector for each text, in their order.</summary>
    public static async Task<float[][]> EmbedAllAsync(
        this EmbeddingModel model,
        string what,
        IReadOnlyList<string> texts,
        EmbedOptions options,
        Screen screen,
        CancellationToken cancellationToken
    )
    {
        var vectors = new List<float[]>(texts.Count);
        await screen.ProgressAsync(
            what,
            texts.Count,
            async report =>
            {
                foreach (var batch in texts.Chunk(Size))
                {
                    var results = await model.EmbedAsync(batch, options, cancellationToken);
                    vectors.AddRange(results.Select(result => result.Vector.ToArray()));
                    report(vectors.Count);
                }
            }
        );
        return [.. vectors];
    }
}
