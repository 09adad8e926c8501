using Azure.Search.Documents.Models;
using EmbeddingFunctions.Functions.Index;
using EmbeddingFunctions.Functions.Search;
using EmbeddingFunctions.Functions.Sync;
using EmbeddingFunctions.Functions.Tests.Sync;

namespace EmbeddingFunctions.Functions.Tests.Search;

/// <summary>What a file says of itself and where a chunk stands in it are found, and can be filtered by.</summary>
public sealed class DocumentFieldTests(Bench bench) : IClassFixture<Bench>
{
    private const string Mail =
        "From: Ann Lee <ann@example.org>\nTo: Bo <bo@example.org>\nSubject: Harbour dues\n"
        + "Date: Tue, 03 Feb 2026 09:30:00 +0800\n\nThe harbour dues rise in spring.";

    private static readonly DateTimeOffset Sent = new(2026, 2, 3, 1, 30, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, string> Whole = new() { ["Chunks:MaxTokens"] = "200" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Author_and_date_of_a_mail_are_found_and_filtered_by()
    {
        await using var worker = bench.NewWorker(bench.NewContainer(), settings: Whole);
        await worker.PutAsync("dues.eml", Mail);
        await worker.PutAsync("dues.txt", "The harbour dues rise in spring.");
        await worker.PutAsync("dues.json", """[{"harbour":"dues"},{"spring":"rise"}]""");
        await worker.SyncAsync("dues.eml");
        await worker.SyncAsync("dues.txt");
        await worker.SyncAsync("dues.json");
        var all = new SearchRequest { Query = "harbour dues" };

        var hits = (await FindAsync(worker, all)).ToDictionary(hit => hit.Path);
        hits.Count.ShouldBe(3);
        (hits["dues.eml"].Author, hits["dues.eml"].Created, hits["dues.eml"].Place).ShouldBe(("Ann Lee", Sent, null));
        (hits["dues.txt"].Author, hits["dues.txt"].Created, hits["dues.txt"].Place).ShouldBe((null, null, null));
        hits["dues.json"].Place.ShouldBe("[0]");

        await FindsMailAsync(true, all with { Author = "Ann Lee" });
        await FindsMailAsync(false, all with { Author = "Ann" });
        await FindsMailAsync(true, all with { CreatedSince = Sent, CreatedBefore = Sent.AddSeconds(1) });
        await FindsMailAsync(false, all with { CreatedSince = Sent.AddSeconds(1) });
        await FindsMailAsync(false, all with { CreatedBefore = Sent });
        await FindsMailAsync(false, all with { ModifiedSince = Sent });
        await FindsMailAsync(false, all with { ModifiedBefore = Sent.AddYears(1) });
        await FindsMailAsync(true, all with { Author = "Ann Lee", Filter = "created lt 2027-01-01T00:00:00Z" });

        async Task FindsMailAsync(bool found, SearchRequest request) =>
            (await FindAsync(worker, request))
                .Select(hit => hit.Path)
                .ShouldBe(found ? ["dues.eml"] : Array.Empty<string>());
    }

    [Fact]
    public async Task A_document_of_an_earlier_version_gets_its_fields_without_being_embedded_again()
    {
        var container = bench.NewContainer();
        await using var worker = bench.NewWorker(container, settings: Whole);
        await worker.PutAsync("dues.eml", Mail);
        await worker.SyncAsync("dues.eml");
        var row = (await worker.RowAsync("dues.eml"))!;
        var keys = await worker.KeysAsync();
        await worker.Index.MergeAsync(
            keys.Select(key => new SearchDocument
            {
                [Fields.Id] = key,
                [Fields.Author] = null,
                [Fields.Created] = null,
            }),
            Cancellation
        );
        await worker.Ledger.WriteAsync(
            row with
            {
                Recipe = row.Recipe.Replace("1.2", "1", StringComparison.Ordinal),
            },
            Cancellation
        );
        List<string> bodies = [];
        var watched = new Faults
        {
            Before = (_, address) =>
            {
                bodies.Add(address.AbsolutePath);
                return Task.CompletedTask;
            },
        };

        await using var later = bench.NewWorker(container, watched, settings: Whole);
        (await later.SyncAsync("dues.eml")).ShouldBeTrue();

        var hit = (await FindAsync(worker, new SearchRequest { Query = "harbour dues" })).ShouldHaveSingleItem();
        (hit.Author, hit.Created).ShouldBe(("Ann Lee", Sent));
        (await worker.KeysAsync()).ShouldBe(keys);
        (await worker.RowAsync("dues.eml"))!.Recipe.ShouldBe(row.Recipe);
        // one merge and no upload
        bodies.Count(path => path.EndsWith("search.index", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData(1500, 1000)]
    [InlineData(1000, 1000)]
    public void A_mail_from_very_many_is_from_the_first_ones(int length, int kept)
    {
        var source = Of(new string('a', length));
        source.Author!.Length.ShouldBe(kept);
        Of(new string('a', 999) + "😀 and others").Author.ShouldBe(new string('a', 999));

        static SourceDocument Of(string author) =>
            new(
                new DocumentPath("c", "a.eml"),
                new EmbeddingFunctions.Documents.Document
                {
                    ContentType = "message/rfc822",
                    Author = author,
                    Blocks = [],
                },
                Azure.Storage.Blobs.Models.BlobsModelFactory.BlobDownloadDetails(
                    metadata: new Dictionary<string, string>()
                ),
                ""
            );
    }

    private static async Task<IReadOnlyList<SearchHit>> FindAsync(Worker worker, SearchRequest request) =>
        (await worker.Get<Retriever>().FindAsync(request, Cancellation)).Results;
}
