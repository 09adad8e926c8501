using System.Numerics.Tensors;
using EmbeddingFunctions.Embeddings.Folders;
using EmbeddingFunctions.Embeddings.Modules;
using EmbeddingFunctions.Embeddings.Running;

namespace EmbeddingFunctions.Embeddings;

/// <summary>
/// BGE-M3, loaded: a dense vector, lexical weights and a vector a token of each text, in one pass. Needs an ONNX file with
/// all three outputs. Thread-safe.
/// </summary>
public sealed class BgeM3 : IDisposable
{
    // XLM-R's <s>, <pad>, </s> and <unk>, which say nothing of a text.
    private const int LastSpecialId = 3;

    private readonly Engine<TextParts> _engine;
    private readonly TransformerFolder _folder;
    private readonly int _dimensions;
    private readonly string _onnxFile;
    private string[] _outputs = [];

    private BgeM3(string path, EmbeddingModelOptions options)
    {
        Name = Path.GetFileName(path);
        _folder = TransformerFolder.Read(path);
        if (_folder.Config["model_type"] is { Text: not "xlm-roberta" } type)
        {
            throw type.Unsupported($"'{type.Text}' is not supported (xlm-roberta)");
        }

        _dimensions = _folder.Config["hidden_size"].Within(1, ModelFolder.MaxDimensions);
        _onnxFile = OnnxFile.Find(path, OnnxFile.Model, options.Precision);
        _engine = new Engine<TextParts>(Open, sharedQueue: null, options, TimeProvider.System);
        try
        {
            _ = _engine.Use(parts => Embed(parts, "", 0, new EmbedOptions()));
        }
        catch
        {
            _engine.Dispose();
            throw;
        }
    }

    /// <summary>The folder's name.</summary>
    public string Name { get; }

    /// <summary>Most tokens of a text, special tokens counted.</summary>
    public int MaxTokens => _folder.MaxTokens;

    /// <summary>Reads and checks a folder of BGE-M3, opens its ONNX file and runs it once.</summary>
    /// <exception cref="ModelFolderException">The folder says something that is not understood, or lacks a part.</exception>
    public static BgeM3 Load(string folder, EmbeddingModelOptions? options = null) =>
        new(ModelFolder.FullPath(folder), (options ?? new EmbeddingModelOptions()).Checked());

    /// <summary>One result a text, in the order of the texts; each depends on its text alone.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="options">InputType, Prompt, MaxTokens and Truncate count; other options are refused.</param>
    /// <param name="cancellationToken">Ends the call at once.</param>
    /// <exception cref="TextTooLongException">A text is longer than the model takes and may not be truncated.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, or does not count here.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed, or is while texts wait.</exception>
    public async Task<IReadOnlyList<BgeM3Embedding>> EmbedAsync(
        IReadOnlyList<string> texts,
        EmbedOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options is not { Dimensions: null, Normalize: null, Batch: false })
        {
            throw new ArgumentException("Dimensions, Normalize and Batch are not for BGE-M3", nameof(options));
        }

        options.Check(Name, _dimensions, MaxTokens);
        var copy = Texts.Copy(texts);
        return await _engine.RunAsync(
            options.InputType,
            copy.Length,
            (parts, index) => Embed(parts, copy[index], index, options),
            cancellationToken
        );
    }

    /// <summary>Texts that run come to their end; those that wait fail with <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _engine.Dispose();

    private TextParts Open()
    {
        var parts = TextParts.Open(_folder, _onnxFile);
        try
        {
            var onnx = parts.Network.Onnx;
            _outputs =
            [
                onnx.Output(rank: 2, preferred: "dense_vecs"),
                onnx.Output(rank: 3, preferred: "sparse_vecs", shape => shape[^1] == 1),
                onnx.Output(rank: 3, preferred: "colbert_vecs", shape => shape[^1] != 1),
            ];
            return parts;
        }
        catch
        {
            parts.Dispose();
            throw;
        }
    }

    private BgeM3Embedding Embed(TextParts parts, string text, int index, EmbedOptions options)
    {
        var maxTokens = options.MaxTokens ?? MaxTokens;
        var prompt = options.Prompt ?? "";
        var tokens = parts.Tokenizer.Encode(prompt, text, maxTokens);
        if (tokens.Truncated && !options.Truncate)
        {
            throw new TextTooLongException(index, parts.Tokenizer.Count(prompt, text), maxTokens);
        }

        using var outputs = parts.Network.Run([tokens], _outputs);
        var onnx = parts.Network.Onnx;
        var dense = onnx.Read(outputs[0], _outputs[0], 1, _dimensions).ToArray();
        Normalize.InPlace(dense);
        var weights = onnx.Read(outputs[1], _outputs[1], 1, tokens.Count, 1);
        var vectors = onnx.Read(outputs[2], _outputs[2], 1, tokens.Count - 1, _dimensions);
        return new BgeM3Embedding(dense, Lexical(tokens, weights), Split(vectors), tokens.Count, tokens.Truncated);
    }

    /// <summary>Of several tokens with one id, the greatest weight counts.</summary>
    private static Dictionary<int, float> Lexical(TokenSequence tokens, ReadOnlySpan<float> weights)
    {
        var lexical = new Dictionary<int, float>();
        for (var i = 0; i < tokens.Count; i++)
        {
            var id = tokens.Ids.Span[i];
            if (id > LastSpecialId && weights[i] > lexical.GetValueOrDefault(id))
            {
                lexical[id] = weights[i];
            }
        }

        return lexical;
    }

    private ReadOnlyMemory<float>[] Split(ReadOnlySpan<float> vectors)
    {
        var split = new ReadOnlyMemory<float>[vectors.Length / _dimensions];
        for (var i = 0; i < split.Length; i++)
        {
            var vector = vectors.Slice(i * _dimensions, _dimensions).ToArray();
            Normalize.InPlace(vector);
            split[i] = vector;
        }

        return split;
    }
}

/// <summary>What BGE-M3 gives for one text.</summary>
/// <param name="Dense">Float32, of length 1. Compare with <see cref="Similarity.Dot"/>.</param>
/// <param name="Lexical">Weights above 0 by token id; special tokens and unknown ones are left out.</param>
/// <param name="Colbert">A vector of length 1 for each token but the first.</param>
/// <param name="Tokens">Tokens that went into the model, special tokens counted.</param>
/// <param name="Truncated">True if the text was longer than the model takes.</param>
public sealed record BgeM3Embedding(
    ReadOnlyMemory<float> Dense,
    IReadOnlyDictionary<int, float> Lexical,
    IReadOnlyList<ReadOnlyMemory<float>> Colbert,
    int Tokens,
    bool Truncated
)
{
    /// <summary>The sum, over the tokens that both have, of the product of their weights.</summary>
    public float LexicalScore(BgeM3Embedding other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Lexical.Sum(own => own.Value * other.Lexical.GetValueOrDefault(own.Key));
    }

    /// <summary>With this as the query: the mean, over its tokens, of the greatest dot product with a token of the passage.</summary>
    public float ColbertScore(BgeM3Embedding passage)
    {
        ArgumentNullException.ThrowIfNull(passage);
        return Colbert.Average(own => passage.Colbert.Max(theirs => TensorPrimitives.Dot(own.Span, theirs.Span)));
    }
}
