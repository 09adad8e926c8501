namespace EmbeddingFunctions.Embeddings.Tests;

public sealed class ModelCatalogTests
{
    private static readonly EmbeddingModelOptions Options = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Names_are_the_folders_that_hold_a_model()
    {
        using var folder = new ModelFolderCopy(Files.Model("bge-small-zh-v1.5"));
        _ = Directory.CreateDirectory(Path.Combine(folder.Parent, "no-model"));
        using var catalog = new ModelCatalog(folder.Parent, Options);
        catalog.Names.ShouldBe(["bge-small-zh-v1.5"]);
    }

    [Fact]
    public void Describing_needs_no_weights()
    {
        using var folder = new ModelFolderCopy(Files.Model("bge-small-zh-v1.5"));
        folder.Cut("onnx/model_int8.onnx", 0);
        using var catalog = new ModelCatalog(folder.Parent, Options);
        catalog.Describe("bge-small-zh-v1.5").Dimensions.ShouldBe(512);
    }

    [Fact]
    public async Task A_model_is_loaded_once_for_all_who_ask()
    {
        using var catalog = new ModelCatalog(Files.Models, Options);
        var calls = Enumerable
            .Range(0, 8)
            .Select(_ => Task.Run(() => catalog.GetAsync("all-MiniLM-L6-v2", Cancelled), Cancelled));
        var models = await Task.WhenAll(calls);
        models.Distinct().Count().ShouldBe(1);
        (await models[0].EmbedAsync(["apples"], new EmbedOptions(), Cancelled)).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("no-such-model")]
    [InlineData("../models/all-MiniLM-L6-v2")]
    [InlineData("")]
    public void A_model_that_is_not_there_is_refused_with_those_that_are(string name)
    {
        using var catalog = new ModelCatalog(Files.Models, Options);
        var refusal = Should.Throw<UnknownModelException>(() => catalog.Describe(name));
        refusal.Known.ShouldBe(catalog.Names);
        refusal.Message.ShouldContain("all-MiniLM-L6-v2, bge-small-zh-v1.5, multilingual-e5-small");
        Should.Throw<UnknownModelException>(() =>
        {
            _ = catalog.GetAsync(name, Cancelled);
        });
    }

    [Fact]
    public async Task A_load_that_failed_is_tried_again()
    {
        using var folder = new ModelFolderCopy(Files.Model("all-MiniLM-L6-v2"));
        using var catalog = new ModelCatalog(folder.Parent, Options);
        var pooling = await File.ReadAllTextAsync(folder.PathOf("1_Pooling/config.json"), Cancelled);
        folder.Write("1_Pooling/config.json", "{}");
        await catalog.GetAsync("all-MiniLM-L6-v2", Cancelled).ShouldThrowAsync<ModelFolderException>();
        folder.Write("1_Pooling/config.json", pooling);
        (await catalog.GetAsync("all-MiniLM-L6-v2", Cancelled)).Description.Dimensions.ShouldBe(384);
    }

    [Fact]
    public async Task Cancelling_stops_the_wait_and_not_the_load()
    {
        using var catalog = new ModelCatalog(Files.Models, Options);
        using var source = new CancellationTokenSource();
        var waiting = catalog.GetAsync("all-MiniLM-L6-v2", source.Token);
        await source.CancelAsync();
        await waiting.ShouldThrowAsync<OperationCanceledException>();
        (await catalog.GetAsync("all-MiniLM-L6-v2", Cancelled)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Disposing_disposes_its_models()
    {
        var catalog = new ModelCatalog(Files.Models, Options);
        var model = await catalog.GetAsync("all-MiniLM-L6-v2", Cancelled);
        var loading = catalog.GetAsync("bge-small-zh-v1.5", Cancelled);
        catalog.Dispose();
        await model.EmbedAsync(["a"], new EmbedOptions(), Cancelled).ShouldThrowAsync<ObjectDisposedException>();
        Should.Throw<ObjectDisposedException>(() =>
        {
            _ = catalog.GetAsync("all-MiniLM-L6-v2", Cancelled);
        });
        await loading.ShouldThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public void A_folder_that_is_not_there_is_refused() =>
        Should.Throw<ModelFolderException>(() => new ModelCatalog("no/such/folder", Options));
}
