using System.Diagnostics;
using System.Globalization;
using EmbeddingFunctions.Documents;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace Benchmarks;

/// <summary>Peaks of resident memory, as the system counts them for each process from its start.</summary>
internal static class LargeBenchmark
{
    public static async Task RunAsync(int megabytes, int pages, bool ingest, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("embedding-functions-large-").FullName;
        try
        {
            var text = Path.Combine(folder, "large.txt");
            await WriteTextAsync(text, megabytes * 1_000_000L, cancellationToken);
            await ReadAsync(text, cancellationToken);
            if (!ingest)
            {
                return;
            }

            var pdf = Path.Combine(folder, "large.pdf");
            await WritePdfAsync(pdf, pages, cancellationToken);
            await IngestAsync(pdf, cancellationToken);
            await IngestAsync(text, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task ReadAsync(string file, CancellationToken cancellationToken)
    {
        var before = Peak(Environment.ProcessId);
        await using var content = File.OpenRead(file);
        var document = await DocumentReader.ReadAsync(content, file, cancellationToken: cancellationToken);
        var read = Peak(Environment.ProcessId);
        var chunks = Chunker.Chunk(document, new ChunkOptions(), text => 2 + (text.Length / 4)).Count();
        Tell(
            $"{Path.GetFileName(file)}, {content.Length / 1e6:0} MB, {chunks} chunks: this process {before} MB before, at most {read} MB when it was read, {Peak(Environment.ProcessId)} MB when it was cut"
        );
    }

    /// <summary>Ingests the file to its end: the ledger says Indexed, and by the one worker that began.</summary>
    private static async Task IngestAsync(string file, CancellationToken cancellationToken)
    {
        await using var product = await LocalProduct.StartAsync(cancellationToken);
        var worker = product.Worker;
        var before = Peak(worker);
        var clock = Stopwatch.StartNew();
        await using (var content = File.OpenRead(file))
        {
            await product.PutAsync(Path.GetFileName(file), content, cancellationToken);
        }

        var (reader, peak) = (0L, before);
        var states = Array.Empty<string>();
        while (!states.Contains("Indexed"))
        {
            if (states.Contains("Failed"))
            {
                throw new InvalidOperationException($"{Path.GetFileName(file)} is Failed.");
            }

            reader = product.Reader is { } id ? Math.Max(reader, Peak(id)) : reader;
            peak = Math.Max(peak, Peak(worker));
            await Task.Delay(1000, cancellationToken);
            states = await product.StatesAsync(cancellationToken);
        }

        if (product.Worker != worker)
        {
            throw new InvalidOperationException("The worker ended and another took its place.");
        }

        Tell(
            $"{Path.GetFileName(file)}, {new FileInfo(file).Length / 1e6:0} MB, {await product.CountAsync(cancellationToken)} chunks in {clock.Elapsed:hh\\:mm\\:ss}: the worker {before} MB before, at most {Math.Max(peak, Peak(worker))} MB until Indexed; the process that reads at most {reader} MB"
        );
    }

    private static async Task WriteTextAsync(string file, long bytes, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(file);
        for (var (seed, written) = (0, 0L); written < bytes; seed++)
        {
            var passage = Texts.Passage(600, seed) + "\n\n";
            await writer.WriteAsync(passage.AsMemory(), cancellationToken);
            written += passage.Length;
        }
    }

    private static async Task WritePdfAsync(string file, int pages, CancellationToken cancellationToken)
    {
        using var builder = new PdfDocumentBuilder();
        var font = builder.AddStandard14Font(Standard14Font.Helvetica);
        for (var seed = 0; seed < pages; seed++)
        {
            var page = builder.AddPage(PageSize.A4);
            var words = Texts.Passage(480, seed).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            foreach (var (line, part) in words.Chunk(12).Index())
            {
                page.AddText(string.Join(' ', part), 11, new(60, 780 - (17 * line)), font);
            }
        }

        await File.WriteAllBytesAsync(file, builder.Build(), cancellationToken);
    }

    private static long Peak(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.PeakWorkingSet64 >> 20;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return 0; // it has ended
        }
    }

    private static void Tell(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
