using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace EmbeddingFunctions.Embeddings.Running;

/// <summary>
/// A network that takes tokens. One text a run unless the caller gives several: in a batch, dynamic quantisation takes one
/// scale for all its texts, so that a vector no longer depends on its text alone. Any number of runs at once.
/// </summary>
internal sealed class TokenNetwork : IDisposable
{
    private const string Ids = "input_ids";
    private const string Mask = "attention_mask";
    private const string Types = "token_type_ids";

    private readonly int _padding;
    private readonly ConcurrentBag<Buffers> _idle = [];

    private TokenNetwork(OnnxNetwork onnx, int padding) => (Onnx, _padding) = (onnx, padding);

    public OnnxNetwork Onnx { get; }

    /// <summary>Without an attention mask it could not tell padding from text.</summary>
    public bool TakesBatches => Onnx.Inputs.Contains(Mask, StringComparer.Ordinal);

    /// <param name="file">The ONNX file.</param>
    /// <param name="padding">The id that fills the shorter texts of a batch.</param>
    /// <exception cref="ModelFolderException">The file cannot be read, or wants inputs that are not understood.</exception>
    public static TokenNetwork Open(string file, int padding) =>
        new(OnnxNetwork.Open(file, TensorElementType.Int64, Ids, Mask, Types), padding);

    /// <param name="texts">One, or several that are padded to the longest of them.</param>
    /// <param name="outputs">The outputs that are wanted.</param>
    public IDisposableReadOnlyCollection<OrtValue> Run(ReadOnlySpan<TokenSequence> texts, string[] outputs)
    {
        var longest = 0;
        foreach (var text in texts)
        {
            longest = Math.Max(longest, text.Count);
        }

        var buffers = _idle.TryTake(out var idle) ? idle : new Buffers();
        var inputs = new OrtValue[Onnx.Inputs.Count];
        try
        {
            buffers.Fill(texts, longest, _padding);
            for (var i = 0; i < inputs.Length; i++)
            {
                inputs[i] = OrtValue.CreateTensorValueFromMemory(
                    OrtMemoryInfo.DefaultInstance,
                    buffers.Of(Onnx.Inputs[i]).AsMemory(0, texts.Length * longest),
                    [texts.Length, longest]
                );
            }

            return Onnx.Run(inputs, outputs);
        }
        finally
        {
            foreach (var input in inputs)
            {
                input?.Dispose();
            }

            _idle.Add(buffers);
        }
    }

    public void Dispose() => Onnx.Dispose();

    /// <summary>Memory for the inputs of one run, pinned for native code; as many as there are runs at once.</summary>
    private sealed class Buffers
    {
        private long[] _ids = [];
        private long[] _mask = [];
        private long[] _types = [];

        public void Fill(ReadOnlySpan<TokenSequence> texts, int longest, int padding)
        {
            var length = texts.Length * longest;
            if (_ids.Length < length)
            {
                var capacity = Math.Max(length, Math.Min(2 * _ids.Length, Array.MaxLength));
                _ids = GC.AllocateUninitializedArray<long>(capacity, pinned: true);
                _mask = GC.AllocateUninitializedArray<long>(capacity, pinned: true);
                _types = GC.AllocateUninitializedArray<long>(capacity, pinned: true);
            }

            for (var row = 0; row < texts.Length; row++)
            {
                var text = texts[row];
                Widen(text.Ids.Span, _ids.AsSpan(row * longest, longest), padding);
                Widen(text.TypeIds.Span, _types.AsSpan(row * longest, longest), 0);
                var mask = _mask.AsSpan(row * longest, longest);
                mask[..text.Count].Fill(1);
                mask[text.Count..].Clear();
            }
        }

        public long[] Of(string input) =>
            input switch
            {
                Ids => _ids,
                Mask => _mask,
                _ => _types,
            };

        private static void Widen(ReadOnlySpan<int> from, Span<long> to, int rest)
        {
            for (var at = 0; at < from.Length; at++)
            {
                to[at] = from[at];
            }

            to[from.Length..].Fill(rest);
        }
    }
}
