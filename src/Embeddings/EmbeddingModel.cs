using EmbeddingFunctions.Embeddings.Folders;
using EmbeddingFunctions.Embeddings.Modules;
using EmbeddingFunctions.Embeddings.Running;
using Microsoft.Extensions.AI;

namespace EmbeddingFunctions.Embeddings;

/// <summary>
/// A sentence-transformers folder, loaded: texts in, the vectors that sentence-transformers itself would give out.
/// Thread-safe; one instance serves any number of callers, evenly, and queries do not wait for documents.
/// </summary>
public sealed class EmbeddingModel : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly ModelFolder _folder;
    private readonly Engine<TextParts> _engine;
    private readonly EmbeddingGeneratorMetadata _metadata;

    // Written by every load, always with the same name.
    private string[] _outputs = [];

    private EmbeddingModel(ModelFolder folder, RunQueue? sharedQueue, EmbeddingModelOptions options, TimeProvider time)
    {
        _folder = folder;
        _metadata = new EmbeddingGeneratorMetadata(
            providerName: "onnx",
            defaultModelId: Description.Name,
            defaultModelDimensions: Description.Dimensions
        );
        _engine = new Engine<TextParts>(Open, sharedQueue, options, time);
        try
        {
            // The first run is slow, and shows whether tokenizer, network and description agree.
            _ = _engine.Use(parts => Embed(parts, [""], [0], new EmbedOptions { InputType = InputType.Query }));
        }
        catch
        {
            _engine.Dispose();
            throw;
        }
    }

    /// <summary>What the folder says of the model.</summary>
    public ModelDescription Description => _folder.Description;

    /// <summary>False while the model has given its memory back; see <see cref="EmbeddingModelOptions.UnloadAfter"/>.</summary>
    public bool IsLoaded => _engine.IsLoaded;

    /// <summary>Reads and checks a model folder, opens its ONNX file and runs it once. Takes up to a second.</summary>
    /// <exception cref="ModelFolderException">The folder says something that is not understood, or lacks a part.</exception>
    public static EmbeddingModel Load(string folder, EmbeddingModelOptions? options = null) =>
        Load(folder, queue: null, (options ?? new EmbeddingModelOptions()).Checked());

    internal static EmbeddingModel Load(
        string folder,
        RunQueue? queue,
        EmbeddingModelOptions options,
        TimeProvider? time = null
    ) => new(ModelFolder.Read(folder, options.Precision), queue, options, time ?? TimeProvider.System);

    /// <summary>Tokens of <paramref name="text"/> as it would be embedded: prompt and special tokens counted, nothing truncated.</summary>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public int CountTokens(string text, InputType inputType)
    {
        ArgumentNullException.ThrowIfNull(text);
        var prompt = _folder.Prompt(inputType);
        return _engine.Use(parts => parts.Tokenizer.Count(prompt, text));
    }

    /// <summary>
    /// One vector for each text, in the order of the texts. A text's vector depends on that text alone, unless
    /// <see cref="EmbedOptions.Batch"/> allows otherwise.
    /// </summary>
    /// <exception cref="TextTooLongException">A text is longer than the model takes and <see cref="EmbedOptions.Truncate"/> is false.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed, or is while texts wait.</exception>
    public async Task<IReadOnlyList<TextEmbedding>> EmbedAsync(
        IReadOnlyList<string> texts,
        EmbedOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check(Description.Name, Description.Dimensions, Description.MaxTokens);
        _ = _folder.Prompt(options.InputType);
        var copy = Texts.Copy(texts);
        var groups = Texts.Groups(copy, options.Batch);
        var results = new TextEmbedding[copy.Length];
        _ = await _engine.RunAsync(
            options.InputType,
            groups.Length,
            (parts, group) =>
            {
                var indexes = groups[group];
                var embeddings = Embed(parts, copy, indexes, options);
                for (var i = 0; i < indexes.Length; i++)
                {
                    results[indexes[i]] = embeddings[i];
                }

                return true;
            },
            cancellationToken
        );
        return results;
    }

    async Task<GeneratedEmbeddings<Embedding<float>>> IEmbeddingGenerator<string, Embedding<float>>.GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(values);
        if (options?.ModelId is { } modelId && !string.Equals(modelId, Description.Name, StringComparison.Ordinal))
        {
            throw new ArgumentException($"ModelId is '{modelId}'; this model is '{Description.Name}'", nameof(options));
        }

        var embedOptions = new EmbedOptions { InputType = InputTypeOf(options), Dimensions = options?.Dimensions };
        var results = await EmbedAsync([.. values], embedOptions, cancellationToken);
        var tokens = results.Sum(result => (long)result.Tokens);
        return new GeneratedEmbeddings<Embedding<float>>(
            results.Select(result => new Embedding<float>(result.Vector) { ModelId = Description.Name })
        )
        {
            Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens },
        };
    }

    object? IEmbeddingGenerator.GetService(Type serviceType, object? serviceKey)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType == typeof(ModelDescription) ? Description
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Texts that run come to their end; those that wait fail with <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _engine.Dispose();

    private static InputType InputTypeOf(EmbeddingGenerationOptions? options)
    {
        object? value = null;
        _ = options?.AdditionalProperties?.TryGetValue("input_type", out value);
        return value switch
        {
            null or "document" => InputType.Document,
            "query" => InputType.Query,
            InputType type => type,
            _ => throw new ArgumentException($"input_type is '{value}', expected query or document", nameof(options)),
        };
    }

    private TextParts Open()
    {
        var parts = TextParts.Open(_folder.Transformer, _folder.OnnxFile);
        try
        {
            _outputs = [parts.Network.Onnx.Output(rank: 3, preferred: "last_hidden_state")];
            return parts;
        }
        catch
        {
            parts.Dispose();
            throw;
        }
    }

    /// <summary>The vectors of some texts, which share a run if the network can tell them apart.</summary>
    private TextEmbedding[] Embed(TextParts parts, string[] texts, int[] indexes, EmbedOptions options)
    {
        if (indexes.Length > 1 && !parts.Network.TakesBatches)
        {
            return [.. indexes.SelectMany(index => Embed(parts, texts, [index], options))];
        }

        var prompt = options.Prompt ?? _folder.Prompt(options.InputType);
        var maxTokens = options.MaxTokens ?? Description.MaxTokens;
        var tokens = new TokenSequence[indexes.Length];
        var longest = 0;
        for (var i = 0; i < tokens.Length; i++)
        {
            tokens[i] = parts.Tokenizer.Encode(prompt, texts[indexes[i]], maxTokens);
            if (tokens[i].Truncated && !options.Truncate)
            {
                var count = parts.Tokenizer.Count(prompt, texts[indexes[i]]);
                throw new TextTooLongException(indexes[i], count, maxTokens);
            }

            longest = Math.Max(longest, tokens[i].Count);
        }

        var width = _folder.Modules.Pooling.TokenDimensions;
        using var outputs = parts.Network.Run(tokens, _outputs);
        var rows = parts.Network.Onnx.Read(outputs[0], _outputs[0], tokens.Length, longest, width);
        var promptTokens = PromptTokens(parts, prompt, maxTokens);
        var results = new TextEmbedding[tokens.Length];
        for (var i = 0; i < tokens.Length; i++)
        {
            var ofText = rows.Slice(i * longest * width, tokens[i].Count * width);
            var vector = _folder.Modules.Pooling.Pool(ofText, promptTokens);
            foreach (var module in _folder.Modules.After)
            {
                vector = module.Apply(vector);
            }

            results[i] = new TextEmbedding(Finish(vector, options), tokens[i].Count, tokens[i].Truncated)
            {
                Batched = tokens.Length > 1,
            };
        }

        return results;
    }

    private float[] Finish(float[] vector, EmbedOptions options)
    {
        var isCut = options.Dimensions < vector.Length;
        if (isCut)
        {
            vector = vector[..options.Dimensions!.Value];
        }

        if (options.Normalize ?? (isCut && Description.Normalized))
        {
            Normalize.InPlace(vector);
        }

        return vector;
    }

    /// <summary>As the reference counts them: the prompt as a text of its own, less the token that closes it.</summary>
    private int PromptTokens(TextParts parts, string prompt, int maxTokens)
    {
        if (prompt is "" || _folder.Modules.Pooling.IncludePrompt)
        {
            return 0;
        }

        var tokens = parts.Tokenizer.Encode(prompt, "", maxTokens);
        return tokens.Special.Span[^1] ? tokens.Count - 1 : tokens.Count;
    }
}
