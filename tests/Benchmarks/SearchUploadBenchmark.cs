using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EmbeddingFunctions.SearchEmulator.Documents;
using EmbeddingFunctions.SearchEmulator.FullText;
using EmbeddingFunctions.SearchEmulator.Http;
using EmbeddingFunctions.SearchEmulator.Ranking;
using EmbeddingFunctions.SearchEmulator.Schema;
using EmbeddingFunctions.SearchEmulator.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Benchmarks;

/// <summary>Batches of 1000 documents with text and vector, whole and in parts, and text queries over what they leave.</summary>
internal static class SearchUploadBenchmark
{
    private const int Batch = 1000;
    private const int WordsPerText = 100;
    private const int Rounds = 7;
    private const int Queries = 300;
    private const int WordsPerQuery = 5;
    private const int Vocabulary = 50_000;

    private const string Definition = """
        {"name":"bench","fields":[
          {"name":"id","type":"Edm.String","key":true,"searchable":false},
          {"name":"text","type":"Edm.String","filterable":false,"sortable":false,"facetable":false},
          {"name":"number","type":"Edm.Int32"},
          {"name":"vector","type":"Collection(Edm.Single)","dimensions":384,"vectorSearchProfile":"p"}],
         "vectorSearch":{"profiles":[{"name":"p","algorithm":"a"}],"algorithms":[{"name":"a","kind":"hnsw"}]}}
        """;

    public static async Task RunAsync(int documents, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("search-benchmark-").FullName;
        try
        {
            await using var catalog = IndexCatalog.Open(folder, Settings());
            var index = await catalog.CreateAsync(Schema(Definition, catalog), cancellationToken);
            var random = new Random(2);
            var centres = SearchBenchmark.Centres(random);
            for (var first = 0; first < documents; first += Batch)
                await UploadAsync(index, Body(first, Batch, random, centres), cancellationToken);
            await CompareAsync(index, Path.Combine(folder, "parts"), documents, random, cancellationToken);
            TextQueries(index, documents, cancellationToken);
            FilteredQueries(index, documents, random, centres, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static IndexSettings Settings() => new(TimeProvider.System, TimeSpan.Zero, NullLogger.Instance);

    public static IndexSchema Schema(string definition, IndexCatalog catalog)
    {
        using var json = JsonDocument.Parse(definition);
        return DefinitionReader.Read(json.RootElement, catalog.Synonyms, ApiVersion.V2023);
    }

    public static async Task UploadAsync(SearchIndex index, byte[] body, CancellationToken cancellationToken)
    {
        var schema = index.Schema;
        var results = await index.WriteAsync(BatchReader.Read(body, schema), schema, cancellationToken);
        if (!results.All(r => r.Succeeded))
            throw new InvalidOperationException("A document was refused.");
    }

    private static byte[] Body(int first, int count, Random random, float[][] centres) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                value = Enumerable
                    .Range(first, count)
                    .Select(i => new
                    {
                        id = $"{i}",
                        text = Passage(random),
                        number = i,
                        vector = SearchBenchmark.Vector(random, centres),
                    }),
            }
        );

    private static string Passage(Random random) =>
        string.Join(' ', Enumerable.Range(0, WordsPerText).Select(_ => Word(random)));

    // Few words are in most texts and most words in few, as in a language: the n-th is 1/n as frequent as the first.
    private static string Word(Random random) =>
        "word" + ((int)Math.Exp(random.NextDouble() * Math.Log(Vocabulary))).ToString(CultureInfo.InvariantCulture);

    // In turns: the batch through the emulator; its text through Lucene alone and its documents through SQLite alone.
    private static async Task CompareAsync(
        SearchIndex index,
        string folder,
        int first,
        Random random,
        CancellationToken cancellationToken
    )
    {
        var centres = SearchBenchmark.Centres(random);
        var schema = index.Schema;
        Directory.CreateDirectory(folder);
        using var store = DocumentStore.Open(Path.Combine(folder, "index.db"));
        store.WriteSchema(schema, "\"1\"");
        using var text = TextIndex.Open(Path.Combine(folder, "lucene"), schema, "bench");
        List<double> wholes = [];
        List<double> texts = [];
        List<double> commits = [];
        var ord = 0L;
        for (var round = 0; round < Rounds; round++)
        {
            var body = Body(first + round * Batch, Batch, random, centres);
            var started = Stopwatch.GetTimestamp();
            await UploadAsync(index, body, cancellationToken);
            wholes.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            var actions = BatchReader.Read(body, schema);
            TextDocument[] documents =
            [
                .. actions.Select(
                    (a, i) => new TextDocument(i, a.Key, DocumentValues.Complete(a.Document, schema.Fields))
                ),
            ];
            texts.Add(
                SearchBenchmark.Milliseconds(() =>
                {
                    text.Add(documents);
                    text.Refresh(null).DecRef();
                })
            );
            commits.Add(
                SearchBenchmark.Milliseconds(() =>
                {
                    using var transaction = store.Begin(schema);
                    foreach (var document in documents)
                        transaction.Insert(++ord, document.Key, document.Values);
                    transaction.Commit();
                })
            );
        }
        var (whole, analysis, commit) = (
            SearchBenchmark.Median(wholes),
            SearchBenchmark.Median(texts),
            SearchBenchmark.Median(commits)
        );
        Console.WriteLine(
            $"upload of {Batch} documents: {whole:0} ms; text alone {analysis:0} ms, commit alone {commit:0} ms: {whole / (analysis + commit):0.00} of the two"
        );
    }

    // The filter's evaluation among it, unlike the scan alone.
    private static void FilteredQueries(
        SearchIndex index,
        int documents,
        Random random,
        float[][] centres,
        CancellationToken cancellationToken
    )
    {
        List<double> wholes = [];
        List<double> filtered = [];
        List<double> again = [];
        var first = documents / 2;
        SearchBenchmark.WarmUp(Ask);
        foreach (var times in new[] { wholes, filtered, again })
            times.Clear();
        for (var round = 0; round < Queries / 10; round++)
            Ask();
        var (whole, part, repeated) = (
            SearchBenchmark.Median(wholes),
            SearchBenchmark.Median(filtered),
            SearchBenchmark.Median(again)
        );
        Console.WriteLine(
            $"vector queries over {documents} documents: {whole:0.00} ms; with a filter that leaves 1 %, its evaluation included, {part:0.00} ms = {part / whole:0.000} of it, asked again {repeated:0.00} ms = {repeated / whole:0.000}"
        );

        void Ask()
        {
            var vector = SearchBenchmark.Vector(random, centres);
            var filter = $"number ge {++first} and number lt {first + (documents / 100)}";
            wholes.Add(Query(null));
            filtered.Add(Query(filter));
            again.Add(Query(filter));

            double Query(string? condition)
            {
                var body = new
                {
                    filter = condition,
                    top = 10,
                    vectorQueries = new[]
                    {
                        new
                        {
                            kind = "vector",
                            vector,
                            fields = "vector",
                            k = 10,
                        },
                    },
                };
                return Time(index, body, cancellationToken);
            }
        }
    }

    private static double Time(SearchIndex index, object body, CancellationToken cancellationToken)
    {
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(body));
        var request = SearchRequestReader.Read(json.RootElement, ApiVersion.V2023);
        return SearchBenchmark.Milliseconds(() =>
        {
            using var snapshot = index.Acquire();
            new Searcher(snapshot, request, TimeProvider.System.GetUtcNow(), cancellationToken).Run();
        });
    }

    private static void TextQueries(SearchIndex index, int documents, CancellationToken cancellationToken)
    {
        var random = new Random(3);
        List<double> times = [];
        for (var query = 0; query < Queries; query++)
        {
            var text = string.Join(' ', Enumerable.Range(0, WordsPerQuery).Select(_ => Word(random)));
            times.Add(Time(index, new { search = text, top = 10 }, cancellationToken));
        }
        double[] sorted = [.. times.Skip(Queries / 10).Order()];
        Console.WriteLine(
            $"text queries of {WordsPerQuery} words over {documents} documents: median {sorted[sorted.Length / 2]:0.0} ms, p95 {sorted[sorted.Length * 95 / 100]:0.0} ms"
        );
    }
}
