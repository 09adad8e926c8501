[assembly: AssemblyFixture(typeof(EmbeddingFunctions.Embeddings.Tests.LoadedModels))]

namespace EmbeddingFunctions.Embeddings.Tests;

/// <summary>The models of the repository, loaded once for all tests.</summary>
public sealed class LoadedModels : IDisposable
{
    private readonly ModelCatalog _catalog = new(Files.Models, new EmbeddingModelOptions());

    public Task<EmbeddingModel> GetAsync(string name) => _catalog.GetAsync(name, TestContext.Current.CancellationToken);

    public void Dispose() => _catalog.Dispose();
}
