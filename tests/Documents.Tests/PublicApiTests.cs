using PublicApiGenerator;

namespace EmbeddingFunctions.Documents.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void The_public_door_is_what_was_approved() =>
        typeof(DocumentReader)
            .Assembly.GeneratePublicApi(
                new ApiGeneratorOptions
                {
                    IncludeAssemblyAttributes = false,
                    ExcludeAttributes = ["System.Runtime.CompilerServices.AsyncIteratorStateMachineAttribute"],
                }
            )
            .ShouldMatchApproved(c =>
                c.NoDiff().WithFilenameGenerator((_, _, type, extension) => $"Documents.{type}.{extension}")
            );
}
