using Azure.Search.Documents.Indexes.Models;
using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Functions.Index;
using EmbeddingFunctions.Functions.Tests.Sync;

namespace EmbeddingFunctions.Functions.Tests.Index;

/// <summary>An index that was made with other settings is not written to.</summary>
public sealed class IndexSchemaTests(Bench bench) : IClassFixture<Bench>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Models:Default", "bge-small-zh-v1.5", "'all-MiniLM-L6-v2-384'", "'bge-small-zh-v1.5-512'")]
    [InlineData("Search:Analyzer", "en.lucene", "'zh-Hans.lucene'", "'en.lucene'")]
    public async Task Another_model_or_analyzer_is_refused_with_both_named(
        string setting,
        string value,
        string found,
        string expected
    )
    {
        var container = bench.NewContainer();
        await using (var worker = bench.NewWorker(container))
        {
            await worker.Index.EnsureAsync(Cancellation);
        }

        await using var other = bench.NewWorker(
            container,
            settings: new Dictionary<string, string> { [setting] = value }
        );
        var mismatch = await Should.ThrowAsync<IndexMismatchException>(other.Index.EnsureAsync(Cancellation));
        mismatch.Message.ShouldContain(found);
        mismatch.Message.ShouldContain(expected);
        mismatch.Message.ShouldContain("delete the index");

        // the way out that it names
        await other.Search.Indexes.DeleteIndexAsync(container, Cancellation);
        await other.Index.EnsureAsync(Cancellation);
    }

    [Fact]
    public async Task A_default_model_that_is_not_there_is_said_as_the_settings_fault()
    {
        var settings = new Dictionary<string, string> { ["Models:Default"] = "nowhere" };
        await using var worker = bench.NewWorker(bench.NewContainer(), settings: settings);

        var failure = await Should.ThrowAsync<ModelFolderException>(worker.Index.EnsureAsync(Cancellation));

        failure.Message.ShouldStartWith("Models__Default: model 'nowhere' is not known");
    }

    [Fact]
    public async Task An_index_of_an_earlier_version_gets_the_fields_that_came_since()
    {
        var container = bench.NewContainer();
        await using var worker = bench.NewWorker(container);
        await worker.Index.EnsureAsync(Cancellation);
        SearchIndex wanted = await worker.Search.Indexes.GetIndexAsync(container, Cancellation);
        await worker.Search.Indexes.DeleteIndexAsync(container, Cancellation);
        var earlier = new SearchIndex(container) { VectorSearch = wanted.VectorSearch };
        foreach (var field in wanted.Fields.Where(field => field.Name is not ("place" or "author" or "created")))
        {
            earlier.Fields.Add(field);
        }

        earlier.Fields.Add(new SimpleField("ours", SearchFieldDataType.String));
        await worker.Search.Indexes.CreateIndexAsync(earlier, Cancellation);

        await using var later = bench.NewWorker(container);
        await using var another = bench.NewWorker(container);
        await Task.WhenAll(later.Index.EnsureAsync(Cancellation), another.Index.EnsureAsync(Cancellation));

        SearchIndex found = await worker.Search.Indexes.GetIndexAsync(container, Cancellation);
        found
            .Fields.Select(field => (field.Name, field.IsFilterable, field.IsFacetable, field.IsSortable))
            .ShouldBe(
                wanted
                    .Fields.Select(field => (field.Name, field.IsFilterable, field.IsFacetable, field.IsSortable))
                    .Append(("ours", false, false, false)),
                ignoreOrder: true
            );
    }

    [Fact]
    public async Task The_same_settings_are_taken_again()
    {
        var container = bench.NewContainer();
        for (var start = 0; start < 2; start++)
        {
            await using var worker = bench.NewWorker(container);
            await worker.Index.EnsureAsync(Cancellation);
        }
    }
}
