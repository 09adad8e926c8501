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
    public static async Task RunAsync(int megabytes, int pages, int chunks, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("embedding-functions-large-").FullName;
        try
        {
            var text = Path.Combine(folder, "large.txt");
            await WriteTextAsync(text, megabytes * 1_000_000L, cancellationToken);
            await ReadAsync(text, cancellationToken);
            if (chunks == 0)
            {
                return;
            }

            await TakeAsync(text, chunks, cancellationToken);
            var pdf = Path.Combine(folder, "large.pdf");
            await WritePdfAsync(pdf, pages, cancellationToken);
            await TakeAsync(pdf, chunks, cancellationToken);
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

    private static async Task TakeAsync(string file, int chunks, CancellationToken cancellationToken)
    {
        await using var product = await LocalProduct.StartAsync(cancellationToken);
        var before = Peak(product.Worker);
        await using (var content = File.OpenRead(file))
        {
            await product.PutAsync(Path.GetFileName(file), content, cancellationToken);
        }

        var reader = 0L;
        while (await product.CountAsync(cancellationToken) < chunks)
        {
            reader = product.Reader is { } id ? Math.Max(reader, Peak(id)) : reader;
            await Task.Delay(250, cancellationToken);
        }

        Tell(
            $"{Path.GetFileName(file)}, {new FileInfo(file).Length / 1e6:0} MB: the worker {before} MB before, at most {Peak(product.Worker)} MB until {chunks} chunks were in the index; the process that reads at most {reader} MB"
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
