namespace EmbeddingFunctions.Embeddings.Tests.Fixtures;

/// <summary>BGE-M3's three outputs and their scores.</summary>
[Trait("needs", "shared")]
public sealed class BgeM3Tests
{
    private const double Tolerance = 1e-5;

    // Sums of up to 30 products of weights up to 10, given with six digits.
    private const double LexicalScoreTolerance = 1e-3;

    [Fact]
    public async Task Vectors_weights_and_scores_equal_the_references()
    {
        var folder = Files.Shared("fixtures/bge-m3");
        var expected = Files.Read<Expected>(Path.Combine(folder, "expected.json"));
        using var model = BgeM3.Load(folder);
        var options = new EmbedOptions { MaxTokens = expected.MaxSeqLength };
        var results = await model.EmbedAsync(expected.Texts, options, TestContext.Current.CancellationToken);
        Distance.Worst(results.Select(result => result.Dense), expected.Dense).ShouldBeLessThan(Tolerance);
        for (var i = 0; i < results.Count; i++)
        {
            results[i].Tokens.ShouldBe(expected.TokenIds[i].Length);
            Distance.Worst(results[i].Colbert, expected.Colbert[i]).ShouldBeLessThan(Tolerance);
            results[i].Lexical.Keys.Order().ShouldBe(expected.Sparse[i].Keys.Order());
            foreach (var (id, weight) in expected.Sparse[i])
            {
                results[i].Lexical[id].ShouldBe(weight, Tolerance, $"text {i}, id {id}");
            }

            for (var j = 0; j < results.Count; j++)
            {
                results[i].ColbertScore(results[j]).ShouldBe(expected.ColbertScores[i][j], Tolerance);
                results[i].LexicalScore(results[j]).ShouldBe(expected.LexicalScores[i][j], LexicalScoreTolerance);
            }
        }
    }

    private sealed record Expected(
        string[] Texts,
        int MaxSeqLength,
        int[][] TokenIds,
        float[][] Dense,
        Dictionary<int, float>[] Sparse,
        float[][][] Colbert,
        float[][] ColbertScores,
        float[][] LexicalScores
    );
}
