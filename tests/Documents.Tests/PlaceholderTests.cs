namespace EmbeddingFunctions.Documents.Tests;

public sealed class PlaceholderTests
{
    [Fact]
    public void Builds() =>
        typeof(PlaceholderTests).Assembly.GetName().Name.ShouldBe("EmbeddingFunctions.Documents.Tests");
}
