namespace EmbeddingFunctions.Embeddings.Tests;

public sealed class PlaceholderTests
{
    [Fact]
    public void Builds() =>
        typeof(PlaceholderTests).Assembly.GetName().Name.ShouldBe("EmbeddingFunctions.Embeddings.Tests");
}
