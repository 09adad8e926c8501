using EmbeddingFunctions.Embeddings.Tests.Tiny;
using Microsoft.Extensions.Time.Testing;

namespace EmbeddingFunctions.Embeddings.Tests.Running;

/// <summary>A model that is idle gives its memory back and comes again.</summary>
public sealed class UnloadTests
{
    private static readonly EmbeddingModelOptions Options = new() { UnloadAfter = TimeSpan.FromMinutes(5) };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_unloads_when_nobody_has_used_it_for_the_time_and_loads_for_the_next_text()
    {
        using var folder = new TinyModel();
        var time = new FakeTimeProvider();
        using var model = EmbeddingModel.Load(folder.Folder, queue: null, Options, time);
        var before = (await model.EmbedAsync(["w1"], new EmbedOptions(), Cancelled))[0].Vector.ToArray();
        time.Advance(TimeSpan.FromMinutes(4));
        model.CountTokens("w1", InputType.Document).ShouldBe(3);
        time.Advance(TimeSpan.FromMinutes(4));
        model.IsLoaded.ShouldBeTrue();
        time.Advance(TimeSpan.FromMinutes(2));
        model.IsLoaded.ShouldBeFalse();
        (await model.EmbedAsync(["w1"], new EmbedOptions(), Cancelled))[0].Vector.ToArray().ShouldBe(before);
        model.IsLoaded.ShouldBeTrue();
    }

    [Fact]
    public async Task A_folder_that_was_spoilt_meanwhile_fails_the_call_and_not_the_model()
    {
        using var folder = new TinyModel();
        var time = new FakeTimeProvider();
        using var model = EmbeddingModel.Load(folder.Folder, queue: null, Options, time);
        time.Advance(TimeSpan.FromMinutes(6));
        folder.Write("onnx/model.onnx", "nothing");
        await model.EmbedAsync(["w1"], new EmbedOptions(), Cancelled).ShouldThrowAsync<ModelFolderException>();
        folder.WriteOnnx();
        (await model.EmbedAsync(["w1"], new EmbedOptions(), Cancelled)).Count.ShouldBe(1);
    }

    [Fact]
    public void It_stays_where_no_time_is_set()
    {
        using var folder = new TinyModel();
        var time = new FakeTimeProvider();
        using var model = EmbeddingModel.Load(folder.Folder, queue: null, new EmbeddingModelOptions(), time);
        time.Advance(TimeSpan.FromDays(10));
        model.IsLoaded.ShouldBeTrue();
    }

    [Fact]
    public async Task Unloading_amid_calls_costs_no_answer()
    {
        using var folder = new TinyModel();
        var time = new FakeTimeProvider();
        using var model = EmbeddingModel.Load(folder.Folder, queue: null, Options, time);
        var calls = Enumerable
            .Range(0, 200)
            .Select(_ => model.EmbedAsync(["w1", "w2 w3"], new EmbedOptions(), Cancelled))
            .ToList();
        while (!calls.TrueForAll(call => call.IsCompleted))
        {
            time.Advance(TimeSpan.FromMinutes(5));
            await Task.Yield();
        }

        (await Task.WhenAll(calls)).ShouldAllBe(results => results.Count == 2);
    }
}
