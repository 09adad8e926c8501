namespace EmbeddingFunctions.Embeddings.Tests.Running;

/// <summary>Alone in the process, since it measures the whole of it.</summary>
[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTests(LoadedModels models)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // What the library itself takes for a text, beside the vector, once all is warm.
    [Theory]
    [InlineData("multilingual-e5-small")]
    [InlineData("all-MiniLM-L6-v2")]
    [InlineData("bge-small-zh-v1.5")]
    public async Task A_text_costs_less_than_4_KB_of_memory_to_collect(string name)
    {
        const int Count = 200;
        var model = await models.GetAsync(name);
        string[] texts =
        [
            .. Enumerable.Range(0, Count).Select(number => $"a sentence of some length, number {number}"),
        ];
        _ = await model.EmbedAsync(texts, new EmbedOptions(), Cancelled);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        _ = await model.EmbedAsync(texts, new EmbedOptions(), Cancelled);
        var bytes = (GC.GetTotalAllocatedBytes(precise: true) - before) / Count;
        TestContext.Current.TestOutputHelper?.WriteLine($"{bytes} bytes a text");
        (bytes - (sizeof(float) * model.Description.Dimensions)).ShouldBeLessThan(4096);
    }
}
