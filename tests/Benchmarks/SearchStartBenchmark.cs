using System.Diagnostics;
using System.Text.Json;
using EmbeddingFunctions.SearchEmulator.Storage;

namespace Benchmarks;

/// <summary>From a closed data folder with many vectors to the first answer.</summary>
internal static class SearchStartBenchmark
{
    private const int Batch = 1000;

    private const string Definition = """
        {"name":"bench","fields":[
          {"name":"id","type":"Edm.String","key":true,"searchable":false},
          {"name":"parent","type":"Edm.String","searchable":false},
          {"name":"vector","type":"Collection(Edm.Single)","dimensions":384,"vectorSearchProfile":"p"}],
         "vectorSearch":{"profiles":[{"name":"p","algorithm":"a"}],"algorithms":[{"name":"a","kind":"hnsw"}]}}
        """;

    public static async Task RunAsync(int vectors, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("search-benchmark-").FullName;
        try
        {
            var started = Stopwatch.GetTimestamp();
            await using (var catalog = IndexCatalog.Open(folder, SearchUploadBenchmark.Settings()))
            {
                var schema = SearchUploadBenchmark.Schema(Definition, catalog);
                var index = await catalog.CreateAsync(schema, cancellationToken);
                var random = new Random(4);
                var centres = SearchBenchmark.Centres(random);
                for (var first = 0; first < vectors; first += Batch)
                    await SearchUploadBenchmark.UploadAsync(
                        index,
                        JsonSerializer.SerializeToUtf8Bytes(
                            new
                            {
                                value = Enumerable
                                    .Range(first, Batch)
                                    .Select(i => new
                                    {
                                        id = $"{i}",
                                        parent = $"document{i / 20}",
                                        vector = SearchBenchmark.Vector(random, centres),
                                    }),
                            }
                        ),
                        cancellationToken
                    );
            }
            Console.WriteLine(
                $"start: {vectors} vectors written and closed in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s"
            );
            GC.Collect();
            var before = GC.GetTotalMemory(forceFullCollection: true);
            started = Stopwatch.GetTimestamp();
            await using var again = IndexCatalog.Open(folder, SearchUploadBenchmark.Settings());
            using var snapshot = again.Get("bench").Acquire();
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
            Console.WriteLine(
                $"start: {snapshot.LiveCount} documents ready after {seconds:0.0} s, {bytes / (double)vectors:0} bytes of memory each"
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
