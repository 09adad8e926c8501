using Azure;
using Azure.Search.Documents;
using Azure.Search.Documents.Indexes.Models;
using Azure.Search.Documents.Models;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>The unmodified .NET client over a real port.</summary>
public sealed class SdkTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_index_is_created_changed_under_its_etag_listed_and_deleted()
    {
        await using var emulator = await Emulator.StartAsync();
        var indexes = emulator.Indexes();
        SearchIndex created = await indexes.CreateIndexAsync(Definition(), Token);
        SearchIndex same = await indexes.GetIndexAsync("chunks", Token);
        same.ETag.ShouldBe(created.ETag);
        same.Fields.Single(f => f.Name == "vector").VectorSearchDimensions.ShouldBe(3);

        same.Fields.Add(new SimpleField("added", SearchFieldDataType.Int32) { IsFilterable = true });
        SearchIndex changed = await indexes.CreateOrUpdateIndexAsync(
            same,
            onlyIfUnchanged: true,
            cancellationToken: Token
        );
        changed.ETag.ShouldNotBe(created.ETag);
        var stale = await Should.ThrowAsync<RequestFailedException>(() =>
            indexes.CreateOrUpdateIndexAsync(created, onlyIfUnchanged: true, cancellationToken: Token)
        );
        stale.Status.ShouldBe(412);

        (await indexes.GetIndexNamesAsync(Token).ToListAsync(Token)).ShouldBe(["chunks"]);
        (await indexes.GetIndexesAsync(Token).ToListAsync(Token)).Single().Fields.Count.ShouldBe(7);
        (await indexes.GetIndexStatisticsAsync("chunks", Token)).Value.DocumentCount.ShouldBe(0);
        (await indexes.GetServiceStatisticsAsync(Token)).Value.Counters.IndexCounter.Usage.ShouldBe(1);
        await indexes.DeleteIndexAsync("chunks", Token);
        var missing = await Should.ThrowAsync<RequestFailedException>(() => indexes.GetIndexAsync("chunks", Token));
        missing.Status.ShouldBe(404);
    }

    [Fact]
    public async Task Documents_are_uploaded_merged_found_read_and_deleted()
    {
        await using var emulator = await StartAsync();
        var documents = emulator.Documents("chunks");
        Chunk[] chunks =
        [
            new()
            {
                Id = "a",
                Text = "red apples",
                Tags = ["fruit"],
                Vector = [1, 0, 0],
            },
            new()
            {
                Id = "b",
                Text = "green pears",
                Tags = ["fruit", "green"],
                Vector = [0, 1, 0],
            },
            new()
            {
                Id = "c",
                Text = "apples and pears",
                Tags = [],
                Vector = [0.6f, 0.8f, 0],
            },
        ];
        IndexDocumentsResult uploaded = await documents.UploadDocumentsAsync(chunks, cancellationToken: Token);
        uploaded.Results.Select(r => r.Status).ShouldBe([201, 201, 201]);
        await documents.MergeDocumentsAsync(
            [new SearchDocument { ["id"] = "b", ["page"] = 7 }],
            cancellationToken: Token
        );

        Chunk read = await documents.GetDocumentAsync<Chunk>("b", cancellationToken: Token);
        read.Page.ShouldBe(7);
        read.Vector.ShouldBe([0, 1, 0]);
        read.Tags.ShouldBe(["fruit", "green"]);

        SearchResults<Chunk> hybrid = await documents.SearchAsync<Chunk>(
            "apples",
            new SearchOptions
            {
                Filter = SearchFilter.Create($"tags/any(t: t eq {"fruit"}) or id eq {"c"}"),
                IncludeTotalCount = true,
                Size = 2,
                Select = { "id", "text" },
                VectorSearch = new() { Queries = { Query([1, 0, 0]) } },
            },
            Token
        );
        hybrid.TotalCount.ShouldBe(3);
        var results = await hybrid.GetResultsAsync().ToListAsync(Token);
        results.Select(r => r.Document.Id).ShouldBe(["a", "c"]);
        results[0].Document.Vector.ShouldBeNull();
        ((float)results[0].Score!.Value).ShouldBe(1f / 60 + 1f / 60);

        IndexDocumentsResult deleted = await documents.DeleteDocumentsAsync(
            "id",
            ["a", "none"],
            cancellationToken: Token
        );
        deleted.Results.ShouldAllBe(r => r.Succeeded && r.Status == 200);
        (await documents.GetDocumentCountAsync(Token)).Value.ShouldBe(2);
        var gone = await Should.ThrowAsync<RequestFailedException>(() =>
            documents.GetDocumentAsync<Chunk>("a", cancellationToken: Token)
        );
        gone.Status.ShouldBe(404);
    }

    [Fact]
    public async Task All_pages_of_a_long_result_are_read()
    {
        await using var emulator = await StartAsync();
        var documents = emulator.Documents("chunks");
        foreach (var part in Enumerable.Range(0, 2500).Chunk(1000))
            await documents.UploadDocumentsAsync(
                part.Select(i => new Chunk { Id = $"{i:0000}" }),
                cancellationToken: Token
            );
        foreach (int? size in new int?[] { null, 2200 })
        {
            SearchResults<Chunk> found = await documents.SearchAsync<Chunk>(
                "*",
                new SearchOptions
                {
                    Size = size,
                    OrderBy = { "id desc" },
                    Select = { "id" },
                },
                Token
            );
            var ids = await found.GetResultsAsync().Select(r => r.Document.Id).ToListAsync(Token);
            ids.ShouldBe(Enumerable.Range(0, 2500).Reverse().Take(size ?? 2500).Select(i => $"{i:0000}"));
        }
    }

    [Fact]
    public async Task The_buffered_sender_gets_everything_in_through_failures()
    {
        await using var emulator = await StartAsync();
        var documents = emulator.Documents("chunks", o => o.Retry.Delay = TimeSpan.FromMilliseconds(1));
        emulator.Faults.FailRequests(2);
        emulator.Faults.FailDocuments(2);
        await using var sender = new SearchIndexingBufferedSender<Chunk>(
            documents,
            new SearchIndexingBufferedSenderOptions<Chunk>
            {
                KeyFieldAccessor = c => c.Id,
                InitialBatchActionCount = 100,
            }
        );
        var failed = 0;
        sender.ActionFailed += _ =>
        {
            failed++;
            return Task.CompletedTask;
        };
        await sender.UploadDocumentsAsync(Enumerable.Range(0, 450).Select(i => new Chunk { Id = $"{i}" }), Token);
        await sender.FlushAsync(Token);
        failed.ShouldBe(0);
        (await documents.GetDocumentCountAsync(Token)).Value.ShouldBe(450);
    }

    [Fact]
    public async Task Injected_failures_reach_the_client_as_the_service_sends_them()
    {
        await using var emulator = await StartAsync();
        var documents = emulator.Documents("chunks", o => o.Retry.MaxRetries = 0);
        emulator.Faults.FailRequests(1, 429, retryAfterSeconds: 1);
        var refused = await Should.ThrowAsync<RequestFailedException>(() =>
            documents.UploadDocumentsAsync([new Chunk { Id = "a" }], cancellationToken: Token)
        );
        refused.Status.ShouldBe(429);
        emulator.Faults.FailDocuments(1, key => key == "b", 422);
        IndexDocumentsResult partly = await documents.UploadDocumentsAsync(
            [new Chunk { Id = "a" }, new Chunk { Id = "b" }, new Chunk { Id = "c" }],
            cancellationToken: Token
        );
        partly.Results.Select(r => (r.Key, r.Status)).ShouldBe([("a", 201), ("b", 422), ("c", 201)]);
        (await documents.GetDocumentCountAsync(Token)).Value.ShouldBe(2);
    }

    [Fact]
    public async Task A_batch_above_16_MB_is_refused_with_413_and_the_sender_halves_it()
    {
        await using var emulator = await StartAsync();
        var documents = emulator.Documents("chunks");
        var text = new string('字', 60_000);
        Chunk[] chunks = [.. Enumerable.Range(0, 60).Select(i => new Chunk { Id = $"{i}", Note = text })];
        var refused = await Should.ThrowAsync<RequestFailedException>(() =>
            documents.UploadDocumentsAsync(chunks, cancellationToken: Token)
        );
        refused.Status.ShouldBe(413);
        await using var sender = new SearchIndexingBufferedSender<Chunk>(
            documents,
            new SearchIndexingBufferedSenderOptions<Chunk> { KeyFieldAccessor = c => c.Id }
        );
        await sender.UploadDocumentsAsync(chunks, Token);
        await sender.FlushAsync(Token);
        (await documents.GetDocumentCountAsync(Token)).Value.ShouldBe(60);
    }

    private static async Task<Emulator> StartAsync()
    {
        var emulator = await Emulator.StartAsync();
        await emulator.Indexes().CreateIndexAsync(Definition(), Token);
        return emulator;
    }

    private static VectorizedQuery Query(float[] vector) =>
        new(vector) { KNearestNeighborsCount = 3, Fields = { "vector" } };

    private static SearchIndex Definition() =>
        new("chunks")
        {
            Fields =
            {
                new SimpleField("id", SearchFieldDataType.String)
                {
                    IsKey = true,
                    IsSortable = true,
                    IsFilterable = true,
                },
                new SearchableField("text") { AnalyzerName = LexicalAnalyzerName.ZhHansLucene },
                new SimpleField("tags", SearchFieldDataType.Collection(SearchFieldDataType.String))
                {
                    IsFilterable = true,
                },
                new SimpleField("page", SearchFieldDataType.Int32) { IsFilterable = true },
                new SimpleField("note", SearchFieldDataType.String),
                new VectorSearchField("vector", 3, "model-3"),
            },
            VectorSearch = new()
            {
                Profiles = { new VectorSearchProfile("model-3", "hnsw") },
                Algorithms = { new HnswAlgorithmConfiguration("hnsw") },
            },
        };

    private sealed class Chunk
    {
        [System.Text.Json.Serialization.JsonPropertyName("id")]
        public string Id { get; set; } = "";

        [System.Text.Json.Serialization.JsonPropertyName("text")]
        public string? Text { get; set; }

        [System.Text.Json.Serialization.JsonPropertyName("note")]
        public string? Note { get; set; }

        [System.Text.Json.Serialization.JsonPropertyName("tags")]
        public string[] Tags { get; set; } = [];

        [System.Text.Json.Serialization.JsonPropertyName("page")]
        public int? Page { get; set; }

        [System.Text.Json.Serialization.JsonPropertyName("vector")]
        public float[]? Vector { get; set; }
    }
}
