using System.Diagnostics;
using System.Globalization;
using System.Text;
using EmbeddingFunctions.Documents;
using EmbeddingFunctions.Embeddings;

namespace Benchmarks;

/// <summary>
/// What reading and chunking the files of a folder costs beside embedding what comes out, and how much of the text comes out. Times
/// are processor seconds: on a busy machine they say more than the clock. Files of each format are read and cut thirty
/// times before, so that none is charged with compiling the code that reads it.
/// </summary>
internal static class ReadBenchmark
{
    private const int Sample = 48;
    private const int WarmingReads = 30;

    public static async Task RunAsync(string folder, string name, int most, CancellationToken cancellationToken)
    {
        using var model = EmbeddingModel.Load(
            Path.Combine(Places.Repository, "models", name),
            new EmbeddingModelOptions { Concurrency = 1 }
        );
        var recall = new Recall(Path.Combine(folder, "oracle"));
        var formats = Directory
            .EnumerateFiles(folder)
            .Order(StringComparer.Ordinal)
            .GroupBy(file => Path.GetExtension(file).ToLowerInvariant());
        foreach (var format in formats)
        {
            var files = format.ToList();
            var some = files.Where(
                (_, i) => i * most / files.Count != (i - 1) * most / files.Count || files.Count <= most
            );
            foreach (var file in Enumerable.Repeat(some, WarmingReads).SelectMany(all => all).Take(WarmingReads))
            {
                await ReadAsync(file, model, new Cost(), null, cancellationToken);
            }

            var cost = new Cost();
            foreach (var file in some)
            {
                await ReadAsync(file, model, cost, recall, cancellationToken);
            }

            var embedding = await EmbedAsync(model, cost.Chunks, cancellationToken);
            Tell(
                $"{format.Key}: {cost.Files} files, {cost.Bytes / 1e6:0.0} MB, {cost.Pages} pages, {cost.Chunks.Count} chunks; {string.Join(", ", cost.Ends.Select(end => $"{end.Value} {end.Key}"))}"
            );
            Tell(
                $"{format.Key}: {cost.Bytes / 1e6 / cost.Reading:0.0} MB/s, {cost.Pages / cost.Reading:0} pages/s; reading {Share(cost.Reading)}, chunking {Share(cost.Chunking)} of embedding"
            );

            string Share(double seconds) => $"{100 * seconds / embedding:0.0} %";
        }

        recall.TellMedians();
        Tell($"peak of the process {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB, the model among it");
    }

    private static async Task ReadAsync(
        string file,
        EmbeddingModel model,
        Cost cost,
        Recall? recall,
        CancellationToken cancellationToken
    )
    {
        cost.Files++;
        cost.Bytes += new FileInfo(file).Length;
        try
        {
            var started = Environment.CpuUsage.TotalTime;
            await using var content = File.OpenRead(file);
            var document = await DocumentReader.ReadAsync(content, file, cancellationToken: cancellationToken);
            var read = Environment.CpuUsage.TotalTime;
            var chunks = Chunker
                .Chunk(document, new ChunkOptions(), text => model.CountTokens(text, InputType.Document))
                .Select(chunk => chunk.EmbeddedText)
                .ToList();
            cost.Reading += (read - started).TotalSeconds;
            cost.Chunking += (Environment.CpuUsage.TotalTime - read).TotalSeconds;
            cost.Pages += document.Blocks.Max(block => block.Page) ?? 0;
            cost.Chunks.AddRange(chunks);
            cost.Count("read");
            if (recall is not null)
            {
                await recall.CompareAsync(file, document.Text, cancellationToken);
            }
        }
        catch (DocumentException e)
        {
            cost.Count(e.Fault.ToString());
        }
    }

    // Processor seconds for all of them, by a sample.
    private static async Task<double> EmbedAsync(
        EmbeddingModel model,
        List<string> chunks,
        CancellationToken cancellationToken
    )
    {
        if (chunks.Count == 0)
        {
            return 0;
        }

        var step = Math.Max(1, chunks.Count / Sample);
        var sample = chunks.Where((_, i) => i % step == 0).ToList();
        var options = new EmbedOptions { InputType = InputType.Document };
        _ = await model.EmbedAsync([sample[0]], options, cancellationToken);
        var started = Environment.CpuUsage.TotalTime;
        _ = await model.EmbedAsync(sample, options, cancellationToken);
        return (Environment.CpuUsage.TotalTime - started).TotalSeconds * chunks.Count / sample.Count;
    }

    private static void Tell(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private sealed class Cost
    {
        public int Files { get; set; }

        public long Bytes { get; set; }

        public int Pages { get; set; }

        public double Reading { get; set; }

        public double Chunking { get; set; }

        public List<string> Chunks { get; } = [];

        public SortedDictionary<string, int> Ends { get; } = new(StringComparer.Ordinal);

        public void Count(string end) => Ends[end] = Ends.GetValueOrDefault(end) + 1;
    }

    /// <summary>
    /// Runs of five letters, after compatibility normalisation: which part of those of another text are in ours (recall), and of
    /// ours in the other (precision). The other is what the authors published as text, and what pdftotext reads where it is installed.
    /// </summary>
    private sealed class Recall(string oracles)
    {
        private readonly List<double> _byTool = [];
        private readonly SortedDictionary<string, List<double>> _byOracle = new(StringComparer.Ordinal);

        public async Task CompareAsync(string file, string text, CancellationToken cancellationToken)
        {
            var tool = file.EndsWith(".pdf", StringComparison.Ordinal)
                ? await ByToolAsync(file, cancellationToken)
                : null;
            if (tool is { Length: > 1000 })
            {
                _byTool.Add(Of(Grams(tool), Grams(text)));
            }

            // What authors published is of the PDF and the EPUB alike, what another program reads is of one file.
            var oracle = ((string[])[Path.GetFileName(file), Path.GetFileNameWithoutExtension(file)])
                .Select(name => Path.Combine(oracles, name + ".txt"))
                .FirstOrDefault(File.Exists);
            if (oracle is not null)
            {
                var (ours, theirs) = (Grams(text), Grams(await File.ReadAllTextAsync(oracle, cancellationToken)));
                if (theirs.Count == 0)
                {
                    return;
                }

                var extension = Path.GetExtension(file).ToLowerInvariant();
                (_byOracle.TryGetValue(extension, out var known) ? known : _byOracle[extension] = []).Add(
                    Of(theirs, ours)
                );
                Tell(
                    $"{Path.GetFileName(file)}: recall {Of(theirs, ours):0.0} %, precision {Of(ours, theirs):0.0} %{(tool is null ? "" : $"; pdftotext recall {Of(theirs, Grams(tool)):0.0} %")}"
                );
            }
        }

        public void TellMedians()
        {
            foreach (var (extension, recalls) in _byOracle)
            {
                recalls.Sort();
                Tell(
                    $"{extension}: {recalls.Count} against another reading: recall at the median {recalls[recalls.Count / 2]:0.0} %, at least {recalls[0]:0.0} %, {recalls.Count(recall => recall >= 98)} with 98 % or more"
                );
            }

            if (_byTool.Count > 0)
            {
                _byTool.Sort();
                Tell(
                    $"{_byTool.Count} PDFs against pdftotext: recall at the median {_byTool[_byTool.Count / 2]:0.0} %, at the tenth percentile {_byTool[_byTool.Count / 10]:0.0} %"
                );
            }
        }

        private static double Of(Dictionary<string, int> wanted, Dictionary<string, int> found) =>
            100.0 * wanted.Where(gram => found.ContainsKey(gram.Key)).Sum(gram => gram.Value) / wanted.Values.Sum();

        private static Dictionary<string, int> Grams(string text)
        {
            var letters = string.Concat(text.Normalize(NormalizationForm.FormKC).Where(char.IsLetter));
            return Enumerable
                .Range(0, Math.Max(0, letters.Length - 4))
                .CountBy(i => letters.Substring(i, 5))
                .ToDictionary();
        }

        private static async Task<string?> ByToolAsync(string file, CancellationToken cancellationToken)
        {
            try
            {
                using var tool = Process.Start(
                    // In the order of drawing: without that it cuts across the columns of leaflets.
                    new ProcessStartInfo("pdftotext", ["-q", "-raw", file, "-"])
                    {
                        RedirectStandardOutput = true,
                        UseShellExecute = false,
                        StandardOutputEncoding = Encoding.UTF8,
                    }
                )!;
                return await tool.StandardOutput.ReadToEndAsync(cancellationToken);
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return null;
            }
        }
    }
}
