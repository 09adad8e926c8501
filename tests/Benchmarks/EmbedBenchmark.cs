using System.Diagnostics;
using System.Globalization;
using EmbeddingFunctions.Embeddings;
using Microsoft.ML.OnnxRuntime;

namespace Benchmarks;

internal static class EmbedBenchmark
{
    private const int Count = 200;

    public static async Task RunAsync(string name, int tokens, int rounds, CancellationToken cancellationToken)
    {
        var folder = System.IO.Path.Combine(Places.Repository, "models", name);
        using var model = EmbeddingModel.Load(folder);
        var texts = Texts.Of(model, tokens, Count);
        using var floor = new BareRuns(System.IO.Path.Combine(folder, "onnx", "model_int8.onnx"));

        List<double> ratios = [];
        for (var round = -1; round < rounds; round++)
        {
            var bare = await TimeAsync(() => floor.RunAsync(tokens, Count, cancellationToken));
            var ours = await TimeAsync(() => model.EmbedAsync(texts, new EmbedOptions(), cancellationToken));
            if (round >= 0)
            {
                ratios.Add(bare / ours);
                Console.WriteLine(
                    $"round {round}: bare {Count / bare:0.0}, EmbedAsync {Count / ours:0.0} texts/s, ratio {bare / ours:0.000}"
                );
            }
        }

        ratios.Sort();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}, {tokens} tokens: EmbedAsync is {ratios[ratios.Count / 2]:0.000} of bare session.run ({ratios[0]:0.000} to {ratios[^1]:0.000})"
            )
        );
    }

    /// <summary>Short texts that share runs against one a run.</summary>
    public static async Task BatchAsync(string name, int tokens, int rounds, CancellationToken cancellationToken)
    {
        using var model = EmbeddingModel.Load(System.IO.Path.Combine(Places.Repository, "models", name));
        var texts = Texts.Of(model, tokens, Count);
        List<double> ratios = [];
        for (var round = -1; round < rounds; round++)
        {
            var alone = await TimeAsync(() => model.EmbedAsync(texts, new EmbedOptions(), cancellationToken));
            var together = await TimeAsync(() =>
                model.EmbedAsync(texts, new EmbedOptions { Batch = true }, cancellationToken)
            );
            if (round >= 0)
            {
                ratios.Add(alone / together);
            }
        }

        ratios.Sort();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}, {tokens} tokens: sharing runs is {ratios[ratios.Count / 2]:0.00} times as fast ({ratios[0]:0.00} to {ratios[^1]:0.00})"
            )
        );
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>The floor: nothing but session.run, on as many threads as there are cores.</summary>
    private sealed class BareRuns : IDisposable
    {
        private readonly InferenceSession _session;

        public BareRuns(string file)
        {
            using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
            _session = new InferenceSession(file, options);
        }

        public Task RunAsync(int tokens, int count, CancellationToken cancellationToken)
        {
            var next = 0;
            var threads = Enumerable
                .Range(0, Environment.ProcessorCount)
                .Select(_ =>
                    Task.Factory.StartNew(
                        () =>
                        {
                            while (Interlocked.Increment(ref next) <= count)
                            {
                                cancellationToken.ThrowIfCancellationRequested();
                                Run(tokens, next);
                            }
                        },
                        cancellationToken,
                        TaskCreationOptions.LongRunning,
                        TaskScheduler.Default
                    )
                );
            return Task.WhenAll(threads);
        }

        public void Dispose() => _session.Dispose();

        private void Run(int tokens, int seed)
        {
            var random = new Random(seed);
            var ids = Enumerable.Range(0, tokens).Select(_ => (long)random.Next(1000, 20_000)).ToArray();
            var ones = Enumerable.Repeat(1L, tokens).ToArray();
            var inputs = _session.InputNames.ToDictionary(
                input => input,
                input =>
                    OrtValue.CreateTensorValueFromMemory(
                        input switch
                        {
                            "input_ids" => ids,
                            "attention_mask" => ones,
                            _ => new long[tokens],
                        },
                        [1, tokens]
                    )
            );
            using var run = new RunOptions();
            using var outputs = _session.Run(run, inputs, _session.OutputNames);
            foreach (var input in inputs.Values)
            {
                input.Dispose();
            }
        }
    }
}
