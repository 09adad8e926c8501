using System.Globalization;
using System.Numerics.Tensors;
using EmbeddingFunctions.Embeddings;

namespace EmbeddingFunctions.Tools.Evaluating;

/// <summary>Pairs of sentences with the similarity people gave them: does the cosine put them in the same order?</summary>
internal sealed class SimilaritySet(string name, IReadOnlyList<SentencePair> pairs) : ILabelledSet
{
    public async Task<string> EvaluateAsync(
        EmbeddingModel model,
        string? prompt,
        Screen screen,
        CancellationToken cancellationToken
    )
    {
        var options = new EmbedOptions { InputType = InputType.Query, Prompt = prompt };
        string[] texts = [.. pairs.Select(pair => pair.A), .. pairs.Select(pair => pair.B)];
        var vectors = await model.EmbedAllAsync(name, texts, options, screen, cancellationToken);
        var cosines = pairs
            .Select((_, i) => (double)TensorPrimitives.CosineSimilarity(vectors[i], vectors[pairs.Count + i]))
            .ToList();
        var spearman = 100 * RankCorrelation.Spearman(cosines, [.. pairs.Select(pair => pair.Score)]);
        return string.Create(CultureInfo.InvariantCulture, $"{name}: Spearman {spearman:0.00} ({pairs.Count} pairs)");
    }
}
