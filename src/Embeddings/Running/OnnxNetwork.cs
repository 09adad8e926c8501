using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EmbeddingFunctions.Embeddings.Running;

/// <summary>An ONNX file, open: any number of runs at once, each on the thread that calls and on no other.</summary>
internal sealed class OnnxNetwork : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly string[] _inputs;

    private OnnxNetwork(string file, InferenceSession session)
    {
        (File, _session) = (file, session);
        _inputs = [.. session.InputNames];
    }

    public string File { get; }

    /// <summary>In the order in which <see cref="Run"/> takes them.</summary>
    public IReadOnlyList<string> Inputs => _inputs;

    /// <param name="file">Its external data, if any, lies beside it.</param>
    /// <param name="type">Of every input.</param>
    /// <param name="known">The inputs that the caller can fill.</param>
    /// <exception cref="ModelFolderException">The file cannot be read, or wants an input that is not known.</exception>
    public static OnnxNetwork Open(string file, TensorElementType type, params IReadOnlyList<string> known)
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
            session = new InferenceSession(file, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelFolderException($"{file}: ONNX Runtime cannot load it: {e.Message}", e);
        }

        foreach (var (name, input) in session.InputMetadata)
        {
            if (!known.Contains(name, StringComparer.Ordinal) || !input.IsTensor || input.ElementDataType != type)
            {
                session.Dispose();
                throw new ModelFolderException(
                    $"{file}: input '{name}' of {(input.IsTensor ? input.ElementDataType : "no tensor")} is not supported ({string.Join(", ", known)} of {type})"
                );
            }
        }

        return new OnnxNetwork(file, session);
    }

    /// <summary>
    /// The float output of a rank: exporters name outputs as they like, and add others of other types and ranks.
    /// </summary>
    /// <param name="rank">Number of dimensions.</param>
    /// <param name="preferred">The name that counts where several outputs fit.</param>
    /// <param name="fits">What must hold of its dimensions, of which -1 are not fixed; null: nothing.</param>
    /// <exception cref="ModelFolderException">None fits, or several and none has the name.</exception>
    public string Output(int rank, string preferred, Func<int[], bool>? fits = null)
    {
        string[] fitting =
        [
            .. _session
                .OutputMetadata.Where(output =>
                    output.Value.IsTensor
                    && output.Value.ElementDataType == TensorElementType.Float
                    && output.Value.Dimensions.Length == rank
                    && fits?.Invoke(output.Value.Dimensions) != false
                )
                .Select(output => output.Key),
        ];
        return fitting switch
        {
            [var only] => only,
            _ when fitting.Contains(preferred, StringComparer.Ordinal) => preferred,
            _ => throw new ModelFolderException(
                $"{File}: found {fitting.Length} float outputs of rank {rank} that fit among {string.Join(", ", _session.OutputNames)}, expected one, or one named {preferred}"
            ),
        };
    }

    /// <param name="inputs">One for each of <see cref="Inputs"/>.</param>
    /// <param name="outputs">The outputs that are wanted; no other is worked out.</param>
    /// <exception cref="ModelFolderException">The network cannot take them.</exception>
    public IDisposableReadOnlyCollection<OrtValue> Run(OrtValue[] inputs, string[] outputs)
    {
        try
        {
            return _session.Run(_runOptions, _inputs, inputs, outputs);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ModelFolderException($"{File}: ONNX Runtime cannot run it: {e.Message}", e);
        }
    }

    /// <exception cref="ModelFolderException">The output has another shape.</exception>
    public ReadOnlySpan<float> Read(OrtValue output, string name, params ReadOnlySpan<long> expected)
    {
        var shape = output.GetTensorTypeAndShape().Shape;
        return shape.AsSpan().SequenceEqual(expected)
            ? output.GetTensorDataAsSpan<float>()
            : throw new ModelFolderException(
                $"{File}: output '{name}' is [{string.Join(", ", shape)}], expected [{string.Join(", ", expected.ToArray())}]"
            );
    }

    public void Dispose()
    {
        _session.Dispose();
        _runOptions.Dispose();
    }
}
