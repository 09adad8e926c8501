namespace EmbeddingFunctions.Local.Tests;

public sealed class PlaceholderTests
{
    [Fact]
    public void Builds() => typeof(PlaceholderTests).Assembly.GetName().Name.ShouldBe("EmbeddingFunctions.Local.Tests");
}
