namespace EmbeddingFunctions.Embeddings.Tests;

public sealed class SimilarityTests
{
    private static readonly float[] A = [1, 2, -2];
    private static readonly float[] B = [3, 0, 4];

    [Theory]
    [InlineData(Similarity.Cosine, -1 / 3.0)]
    [InlineData(Similarity.Dot, -5)]
    [InlineData(Similarity.Euclidean, -6.6332495807)]
    [InlineData(Similarity.Manhattan, -10)]
    public void Each_is_what_it_says(Similarity similarity, double expected)
    {
        ((double)similarity.Of(A, B)).ShouldBe(expected, 1e-6);
        similarity.Of(A, B).ShouldBe(similarity.Of(B, A));
    }

    [Theory]
    [InlineData(Similarity.Cosine, 1)]
    [InlineData(Similarity.Dot, 9)]
    [InlineData(Similarity.Euclidean, 0)]
    [InlineData(Similarity.Manhattan, 0)]
    public void A_vector_is_most_like_itself(Similarity similarity, float expected) =>
        BitConverter.SingleToInt32Bits(similarity.Of(A, A)).ShouldBe(BitConverter.SingleToInt32Bits(expected));

    [Theory]
    [InlineData(Similarity.Cosine)]
    [InlineData(Similarity.Dot)]
    [InlineData(Similarity.Euclidean)]
    [InlineData(Similarity.Manhattan)]
    public void Nothing_is_like_nothing_and_never_minus_0(Similarity similarity)
    {
        BitConverter.SingleToInt32Bits(similarity.Of([0, 0], [0, 0])).ShouldBe(0);
        BitConverter.SingleToInt32Bits(Similarity.Dot.Of([-0f], [1])).ShouldBe(0);
        BitConverter.SingleToInt32Bits(Similarity.Cosine.Of([-0f, 0], [1, -1])).ShouldBe(0);
    }

    [Fact]
    public void Long_vectors_are_gone_through_to_their_end()
    {
        var ones = Enumerable.Repeat(1f, 1000).ToArray();
        Similarity.Manhattan.Of(ones, new float[1000]).ShouldBe(-1000);
    }

    [Fact]
    public void Vectors_of_different_lengths_are_refused()
    {
        Should
            .Throw<ArgumentException>(() => Similarity.Dot.Of([1], [1, 2]))
            .Message.ShouldContain("1 and 2 dimensions");
        Should.Throw<ArgumentException>(() => Similarity.Dot.Of([], []));
    }
}
