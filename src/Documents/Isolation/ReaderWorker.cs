using System.Diagnostics;
using System.Text;
using System.Text.Json;
using EmbeddingFunctions.Documents.Formats;

namespace EmbeddingFunctions.Documents.Isolation;

/// <summary>
/// The child process: reads files from standard input, one after the other, until it ends, and writes documents to standard output.
/// In: name, length (32 bits), bytes, as <see cref="BinaryReader"/> has them. Out: lines of JSON, a <see cref="ReaderAnswer"/> and then
/// its blocks.
/// </summary>
internal static class ReaderWorker
{
    private static int Main(string[] args)
    {
        if (args is not [var json] || JsonSerializer.Deserialize<ReadLimits>(json) is not { } limits)
        {
            Console.Error.WriteLine("This program is started by IsolatedReader.");
            return 2;
        }

        using var input = new BinaryReader(new BufferedStream(Console.OpenStandardInput(), 1 << 16));
        using var output = new StreamWriter(
            Console.OpenStandardOutput(),
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            1 << 16
        );
        while (Next(input, limits) is { } source)
        {
            // A parent that was killed cannot end this process; a parser that does not return, neither.
            using var orphan = new Timer(_ => Process.GetCurrentProcess().Kill(), null, 2 * limits.Time, limits.Time);
            var (answer, blocks) = Read(source);
            output.WriteLine(JsonSerializer.Serialize(answer, ReaderAnswer.Json));
            foreach (var block in blocks)
            {
                output.WriteLine(JsonSerializer.Serialize(block, ReaderAnswer.Json));
            }

            output.Flush();
            GiveBack(limits);
        }

        return 0;
    }

    private static Source? Next(BinaryReader input, ReadLimits limits)
    {
        try
        {
            var name = input.ReadString();
            return new Source(input.ReadBytes(input.ReadInt32()), name, limits, CancellationToken.None);
        }
        catch (EndOfStreamException)
        {
            return null;
        }
    }

    private static (ReaderAnswer Answer, IReadOnlyList<Block> Blocks) Read(Source source)
    {
        try
        {
            var document = DocumentReader.Read(source);
            return (new(document with { Blocks = [] }, document.Blocks.Count), document.Blocks);
        }
        catch (DocumentException e)
        {
            return (new(null, 0, e.Fault, e.Message), []);
        }
    }

    // What a large file took is not kept while the process waits for the next one.
    private static void GiveBack(ReadLimits limits)
    {
        if (GC.GetGCMemoryInfo().TotalCommittedBytes > limits.Memory / 4)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}

/// <summary>What became of a file: a document whose blocks follow, or a fault.</summary>
internal sealed record ReaderAnswer(Document? Document, int Blocks, DocumentFault Fault = default, string Message = "")
{
    /// <summary>Letters of every script stand for themselves.</summary>
    public static JsonSerializerOptions Json { get; } =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
