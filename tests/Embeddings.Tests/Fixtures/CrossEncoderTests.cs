namespace EmbeddingFunctions.Embeddings.Tests.Fixtures;

/// <summary>Rerankers against sentence-transformers' CrossEncoder.</summary>
public sealed class CrossEncoderTests
{
    private const double Tolerance = 1e-5;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("needs", "shared")]
    [InlineData("bert-reranker")]
    [InlineData("xlmr-reranker")]
    public async Task Scores_equal_the_references(string name)
    {
        var folder = Files.Shared($"fixtures/cross-encoder/{name}");
        var expected = Files.Read<Expected>(Path.Combine(folder, "expected.json"));
        using var model = CrossEncoder.Load(folder);
        var options = new ScoreOptions { MaxTokens = expected.MaxLength };
        var worst = 0.0;
        for (var i = 0; i < expected.Pairs.Length; i++)
        {
            var score = (await model.ScoreAsync(expected.Pairs[i][0], [expected.Pairs[i][1]], options, Cancelled))[0];
            worst = Math.Max(worst, Math.Abs(score.Logit - expected.Logits[i]));
            score.Score.ShouldBe(expected.Sigmoid[i], Tolerance, $"pair {i}");
            score.Logit.ShouldBe(expected.Logits[i], Tolerance, $"pair {i}");
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{worst:E1}");
    }

    private sealed record Expected(int MaxLength, string[][] Pairs, float[] Logits, float[] Sigmoid);
}
