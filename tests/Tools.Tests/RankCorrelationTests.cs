using EmbeddingFunctions.Tools.Evaluating;

namespace EmbeddingFunctions.Tools.Tests;

public sealed class RankCorrelationTests
{
    [Theory]
    [InlineData(new[] { 1.0, 2, 3, 4 }, new[] { 10.0, 20, 30, 4000 }, 1)]
    [InlineData(new[] { 1.0, 2, 3, 4 }, new[] { 4.0, 3, 2, -1 }, -1)]
    // 1 - 6 * sum d^2 / (n (n^2 - 1)) = 1 - 6 * 6 / 60
    [InlineData(new[] { 1.0, 2, 3, 4 }, new[] { 2.0, 1, 4, 3 }, 0.6)]
    // ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / sqrt(4.5 * 5)
    [InlineData(new[] { 0.0, 7, 7, 9 }, new[] { 1.0, 2, 3, 4 }, 0.9486832980505138)]
    public void Spearman_is_pearson_of_ranks(double[] x, double[] y, double expected) =>
        RankCorrelation.Spearman(x, y).ShouldBe(expected, 1e-12);
}
