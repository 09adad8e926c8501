namespace EmbeddingFunctions.Functions.Tests;

public sealed class PlaceholderTests
{
    [Fact]
    public void Builds() =>
        typeof(PlaceholderTests).Assembly.GetName().Name.ShouldBe("EmbeddingFunctions.Functions.Tests");
}
