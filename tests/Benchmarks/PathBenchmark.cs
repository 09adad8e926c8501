using System.Diagnostics;
using System.Text;
using EmbeddingFunctions.Documents;
using EmbeddingFunctions.Embeddings;

namespace Benchmarks;

internal static class PathBenchmark
{
    /// <summary>Words of a page.</summary>
    public const int Page = 450;

    public static async Task RunAsync(int documents, CancellationToken cancellationToken)
    {
        string[] texts = [.. Enumerable.Range(0, documents).Select(seed => Texts.Passage(Page, seed))];
        var (alone, chunks) = await EmbedAloneAsync(texts, cancellationToken);
        await using var product = await LocalProduct.StartAsync(cancellationToken);
        var before = product.Used();
        var started = Stopwatch.GetTimestamp();
        await product.PutAsync(texts, cancellationToken);
        await product.IndexedAsync(chunks, documents, cancellationToken);
        var whole = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var used = product.Used();
        var resident = product.WorkerResident();
        var (again, _) = await EmbedAloneAsync(texts, cancellationToken);
        var mean = (alone + again) / 2;
        Console.WriteLine(
            $"embedding alone {alone:0.0} s before and {again:0.0} s after, whole path {whole:0.0} s for {documents} documents"
        );
        Console.WriteLine($"whole path: {mean / whole:0.00} of the speed of embedding alone");
        Console.WriteLine(
            $"processor seconds: worker {used.Worker - before.Worker:0.0}, Local {used.Local - before.Local:0.0}, Azurite {used.Azurite - before.Azurite:0.0}"
        );
        Console.WriteLine($"worker: {resident / 1048576.0:0} MB resident");
    }

    private static async Task<(double Seconds, int Chunks)> EmbedAloneAsync(
        string[] texts,
        CancellationToken cancellationToken
    )
    {
        using var model = EmbeddingModel.Load(Path.Combine(Places.Repository, "models", "multilingual-e5-small"));
        List<string> chunks = [];
        for (var number = 0; number < texts.Length; number++)
        {
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(texts[number]));
            var document = await DocumentReader.ReadAsync(content, "page.txt", cancellationToken: cancellationToken);
            chunks.AddRange(
                Chunker
                    .Chunk(document, new ChunkOptions(), text => model.CountTokens(text, InputType.Document))
                    .Select(chunk => chunk.EmbeddedText)
            );
        }

        var started = Stopwatch.GetTimestamp();
        await model.EmbedAsync(chunks, new EmbedOptions(), cancellationToken);
        return (Stopwatch.GetElapsedTime(started).TotalSeconds, chunks.Count);
    }
}
