using PublicApiGenerator;

namespace EmbeddingFunctions.Embeddings.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void The_public_api_is_the_approved_one()
    {
        var options = new ApiGeneratorOptions { IncludeAssemblyAttributes = false };
        typeof(EmbeddingModel)
            .Assembly.GeneratePublicApi(options)
            .ShouldMatchApproved(approval =>
                approval.NoDiff().WithFilenameGenerator((_, _, type, extension) => $"PublicApi.{type}.{extension}")
            );
    }
}
