namespace EmbeddingFunctions.Embeddings.Tests.Fixtures;

internal static class Distance
{
    /// <summary>The largest absolute difference of any two numbers in the same place.</summary>
    public static double Worst(IEnumerable<ReadOnlyMemory<float>> ours, IReadOnlyList<float[]> theirs)
    {
        ReadOnlyMemory<float>[] vectors = [.. ours];
        vectors.Select(vector => vector.Length).ShouldBe(theirs.Select(vector => vector.Length));
        return vectors
            .Zip(theirs, (a, b) => a.ToArray().Zip(b, (x, y) => Math.Abs((double)x - y)).DefaultIfEmpty().Max())
            .Max();
    }
}
