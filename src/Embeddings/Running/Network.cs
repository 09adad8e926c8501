using System.Collections.Concurrent;
using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EmbeddingFunctions.Embeddings.Running;

/// <summary>
/// The weights: token ids in, one vector out. Each run is one text on the calling thread, so that a vector depends on
/// that text alone: in a batch, dynamic quantisation takes one scale for all its texts. Any number of runs at once.
/// </summary>
internal sealed class Network : IDisposable
{
    private static readonly string[] KnownInputs = ["input_ids", "attention_mask", "token_type_ids"];

    // PyTorch's normalize divides by at least this.
    private const float SmallestLength = 1e-12f;

    private readonly ModelFolder _folder;
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly string[] _inputs;
    private readonly string[] _output;
    private readonly ConcurrentBag<Buffers> _idle = [];

    private Network(ModelFolder folder, InferenceSession session, string output)
    {
        (_folder, _session, _output) = (folder, session, [output]);
        _inputs = [.. session.InputNames];
    }

    /// <exception cref="ModelFolderException">The file cannot be read, or its inputs or outputs are not understood.</exception>
    public static Network Open(ModelFolder folder)
    {
        InferenceSession session;
        try
        {
            using var options = new SessionOptions
            {
                IntraOpNumThreads = 1,
                InterOpNumThreads = 1,
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            };
            session = new InferenceSession(folder.OnnxFile, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelFolderException($"{folder.OnnxFile}: ONNX Runtime cannot load it: {e.Message}", e);
        }

        try
        {
            return new Network(folder, session, TokenOutput(folder, session));
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>The pooled vector of one text, normalised if the model normalises.</summary>
    /// <param name="ids">At most the model's MaxTokens.</param>
    public float[] Run(ReadOnlySpan<int> ids)
    {
        var buffers = _idle.TryTake(out var idle) ? idle : new Buffers(_folder.Description.MaxTokens);
        try
        {
            TensorPrimitives.ConvertChecked<int, long>(ids, buffers.Ids);
            return Run(buffers, ids.Length);
        }
        finally
        {
            _idle.Add(buffers);
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _runOptions.Dispose();
    }

    private float[] Run(Buffers buffers, int tokens)
    {
        var inputs = new OrtValue[_inputs.Length];
        try
        {
            for (var i = 0; i < inputs.Length; i++)
            {
                inputs[i] = OrtValue.CreateTensorValueFromMemory(
                    OrtMemoryInfo.DefaultInstance,
                    buffers.Of(_inputs[i]).AsMemory(0, tokens),
                    [1, tokens]
                );
            }

            using var outputs = _session.Run(_runOptions, _inputs, inputs, _output);
            return Pool(outputs[0], tokens);
        }
        finally
        {
            foreach (var input in inputs)
            {
                input?.Dispose();
            }
        }
    }

    private float[] Pool(OrtValue output, int tokens)
    {
        var dimensions = _folder.Description.Dimensions;
        var shape = output.GetTensorTypeAndShape().Shape;
        if (shape is not [1, var rows, var columns] || rows != tokens || columns != dimensions)
        {
            throw new ModelFolderException(
                $"{_folder.OnnxFile}: output '{_output[0]}' is [{string.Join(", ", shape)}], expected [1, {tokens}, {dimensions}]"
            );
        }

        var vectors = output.GetTensorDataAsSpan<float>();
        var pooled = vectors[..dimensions].ToArray();
        if (_folder.Description.Pooling == Pooling.Mean)
        {
            for (var token = 1; token < tokens; token++)
            {
                TensorPrimitives.Add(pooled, vectors.Slice(token * dimensions, dimensions), pooled);
            }

            TensorPrimitives.Divide(pooled, (float)tokens, pooled);
        }

        if (_folder.Description.Normalized)
        {
            Normalize(pooled);
        }

        return pooled;
    }

    public static void Normalize(Span<float> vector) =>
        TensorPrimitives.Divide(vector, Math.Max(TensorPrimitives.Norm<float>(vector), SmallestLength), vector);

    /// <summary>Found by type and rank: exporters name outputs as they like. last_hidden_state where several fit.</summary>
    private static string TokenOutput(ModelFolder folder, InferenceSession session)
    {
        if (session.InputNames.Except(KnownInputs, StringComparer.Ordinal).ToList() is [_, ..] unknown)
        {
            throw new ModelFolderException(
                $"{folder.OnnxFile}: inputs {string.Join(", ", unknown)} are not supported ({string.Join(", ", KnownInputs)})"
            );
        }

        var fitting = session
            .OutputMetadata.Where(output =>
                output.Value is { IsTensor: true, Dimensions.Length: 3 }
                && output.Value.ElementDataType == TensorElementType.Float
            )
            .Select(output => output.Key)
            .ToList();
        return fitting switch
        {
            [var only] => only,
            _ when fitting.Contains("last_hidden_state", StringComparer.Ordinal) => "last_hidden_state",
            _ => throw new ModelFolderException(
                $"{folder.OnnxFile}: found {fitting.Count} float outputs of rank 3 among {string.Join(", ", session.OutputNames)}, expected one, or one named last_hidden_state"
            ),
        };
    }

    /// <summary>Memory for the inputs of one run, pinned for native code.</summary>
    private sealed class Buffers
    {
        private readonly long[] _ones;
        private readonly long[] _zeros;

        public Buffers(int maxTokens)
        {
            Ids = GC.AllocateArray<long>(maxTokens, pinned: true);
            _ones = GC.AllocateArray<long>(maxTokens, pinned: true);
            _zeros = GC.AllocateArray<long>(maxTokens, pinned: true);
            _ones.AsSpan().Fill(1);
        }

        public long[] Ids { get; }

        public long[] Of(string input) =>
            input switch
            {
                "input_ids" => Ids,
                "attention_mask" => _ones,
                _ => _zeros,
            };
    }
}
