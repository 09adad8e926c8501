using EmbeddingFunctions.Embeddings.Folders;
using EmbeddingFunctions.Embeddings.Modules;
using EmbeddingFunctions.Embeddings.Running;

namespace EmbeddingFunctions.Embeddings;

/// <summary>
/// A reranker's folder, loaded: how well texts answer a query, as sentence-transformers' CrossEncoder has it. Slower than
/// comparing vectors and better: for the first few dozen results of a search. Thread-safe.
/// </summary>
public sealed class CrossEncoder : IDisposable
{
    private readonly Engine<TextParts> _engine;
    private readonly TransformerFolder _folder;
    private readonly Activation _activation;
    private readonly string _onnxFile;
    private string[] _outputs = [];

    private CrossEncoder(string path, EmbeddingModelOptions options)
    {
        Name = Path.GetFileName(path);
        _folder = TransformerFolder.Read(path);
        _activation = ReadActivation(_folder.Config);
        _onnxFile = OnnxFile.Find(path, OnnxFile.Model, options.Precision);
        _engine = new Engine<TextParts>(Open, sharedQueue: null, options, TimeProvider.System);
        try
        {
            _ = _engine.Use(parts => Score(parts, "", "", 0, new ScoreOptions()));
        }
        catch
        {
            _engine.Dispose();
            throw;
        }
    }

    /// <summary>The folder's name.</summary>
    public string Name { get; }

    /// <summary>Most tokens of query and text together, special tokens counted.</summary>
    public int MaxTokens => _folder.MaxTokens;

    /// <summary>Reads and checks a folder of a reranker with one score, opens its ONNX file and runs it once.</summary>
    /// <exception cref="ModelFolderException">The folder says something that is not understood, or lacks a part.</exception>
    public static CrossEncoder Load(string folder, EmbeddingModelOptions? options = null) =>
        new(ModelFolder.FullPath(folder), (options ?? new EmbeddingModelOptions()).Checked());

    /// <summary>One score a text, in the order of the texts. A score depends on query and text alone.</summary>
    /// <exception cref="TextTooLongException">Query and text are longer than the model takes and may not be truncated.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed, or is while texts wait.</exception>
    public async Task<IReadOnlyList<TextScore>> ScoreAsync(
        string query,
        IReadOnlyList<string> texts,
        ScoreOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(query);
        options ??= new ScoreOptions();
        OptionRange.Check(
            nameof(options.MaxTokens),
            options.MaxTokens,
            TransformerFolder.FewestPairTokens,
            MaxTokens,
            $"{Name} takes"
        );
        var copy = Texts.Copy(texts);
        return await _engine.RunAsync(
            InputType.Query,
            copy.Length,
            (parts, index) => Score(parts, query, copy[index], index, options),
            cancellationToken
        );
    }

    /// <summary>Texts that run come to their end; those that wait fail with <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _engine.Dispose();

    internal static bool IsReranker(Json architecture) =>
        architecture.Text.EndsWith("ForSequenceClassification", StringComparison.Ordinal);

    private TextParts Open()
    {
        var parts = TextParts.Open(_folder, _onnxFile);
        try
        {
            _outputs = [parts.Network.Onnx.Output(rank: 2, preferred: "logits")];
            return parts;
        }
        catch
        {
            parts.Dispose();
            throw;
        }
    }

    private TextScore Score(TextParts parts, string query, string text, int index, ScoreOptions options)
    {
        var maxTokens = options.MaxTokens ?? MaxTokens;
        var tokens = parts.Tokenizer.EncodePair(query, text, maxTokens);
        if (tokens.Truncated && !options.Truncate)
        {
            throw new TextTooLongException(index, parts.Tokenizer.EncodePair(query, text).Count, maxTokens);
        }

        using var outputs = parts.Network.Run([tokens], _outputs);
        var logit = parts.Network.Onnx.Read(outputs[0], _outputs[0], 1, 1)[0];
        return new TextScore(_activation.Apply(logit), logit, tokens.Count, tokens.Truncated);
    }

    /// <summary>What the folder states, in its newer form or its older one; else Sigmoid, as the reference has it for one label.</summary>
    private static Activation ReadActivation(Json config)
    {
        var architectures = config["architectures"];
        if (!architectures.Items.Any(IsReranker))
        {
            throw architectures.Unsupported("found no ForSequenceClassification, which a reranker is");
        }

        var labels =
            config.OptionalValue("id2label")?.Members.Count()
            ?? config.OptionalValue("num_labels")?.Number
            ?? throw config.Unsupported("found no 'id2label'; it is needed");
        if (labels != 1)
        {
            throw config.Unsupported($"found {labels} labels, expected 1: a score");
        }

        var stated =
            config.OptionalValue("sentence_transformers")?.OptionalValue("activation_fn")
            ?? config.OptionalValue("sbert_ce_default_activation_function");
        return stated is { } name ? Activation.Read(name) : Activation.Sigmoid;
    }
}

/// <summary>How to score. Immutable; change with <c>with</c>.</summary>
public sealed record ScoreOptions
{
    /// <summary>Most tokens of query and text together, if fewer than the model takes; null (the default) is what the model takes.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Cut the longer of query and text where they are too long, and say so; false refuses them.</summary>
    public bool Truncate { get; init; } = true;
}

/// <summary>How well a text answers a query.</summary>
/// <param name="Score">With the model's activation; larger is better. 0 to 1 where that is a sigmoid.</param>
/// <param name="Logit">Without.</param>
/// <param name="Tokens">Tokens that went into the model, special tokens counted.</param>
/// <param name="Truncated">True if query and text were longer than the model takes.</param>
public sealed record TextScore(float Score, float Logit, int Tokens, bool Truncated);
