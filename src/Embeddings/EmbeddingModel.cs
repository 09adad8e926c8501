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
    private readonly TextTokenizer _tokenizer;
    private readonly Network _network;
    private readonly RunQueue _queue;
    private readonly RunQueue? _ownQueue;
    private readonly EmbeddingGeneratorMetadata _metadata;

    // The model itself and each run: the last one out closes the network, which native code may still be using.
    private int _users = 1;
    private int _disposed;

    private EmbeddingModel(ModelFolder folder, RunQueue? sharedQueue, EmbeddingModelOptions options)
    {
        _folder = folder;
        _tokenizer = TextTokenizer.Load(folder.Path);
        _network = Network.Open(folder);
        _metadata = new EmbeddingGeneratorMetadata(
            providerName: "onnx",
            defaultModelId: Description.Name,
            defaultModelDimensions: Description.Dimensions
        );
        try
        {
            // The first run is slow, and shows whether tokenizer, network and description agree.
            _ = Run("", InputType.Query, new EmbedOptions());
            _ownQueue = sharedQueue is null ? new RunQueue(options) : null;
            _queue = sharedQueue ?? _ownQueue!;
        }
        catch
        {
            _network.Dispose();
            throw;
        }
    }

    /// <summary>What the folder says of the model.</summary>
    public ModelDescription Description => _folder.Description;

    /// <summary>Reads and checks a model folder, opens its ONNX file and runs it once. Takes up to a second.</summary>
    /// <exception cref="ModelFolderException">The folder says something that is not understood, or lacks a part.</exception>
    public static EmbeddingModel Load(string folder, EmbeddingModelOptions? options = null) =>
        new(ModelFolder.Read(folder), sharedQueue: null, options ?? new EmbeddingModelOptions());

    internal static EmbeddingModel Load(string folder, RunQueue queue) =>
        new(ModelFolder.Read(folder), queue, new EmbeddingModelOptions());

    /// <summary>Tokens of <paramref name="text"/> as it would be embedded: prompt and special tokens counted, nothing truncated.</summary>
    public int CountTokens(string text, InputType inputType)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _tokenizer.Count(_folder.Prompt(inputType), text);
    }

    /// <summary>One vector for each text, in the order of the texts. A text's vector depends on that text alone.</summary>
    /// <exception cref="TextTooLongException">A text is longer than the model takes and <see cref="EmbedOptions.Truncate"/> is false.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="EmbedOptions.Dimensions"/> is not 1 to the model's.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed, or is while texts wait.</exception>
    public async Task<IReadOnlyList<TextEmbedding>> EmbedAsync(
        IReadOnlyList<string> texts,
        EmbedOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(options);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        if (options.Dimensions is { } dimensions && (dimensions < 1 || dimensions > Description.Dimensions))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options),
                dimensions,
                $"Dimensions is {dimensions}; {Description.Name} gives 1 to {Description.Dimensions}"
            );
        }

        // The caller's list may change while the call waits.
        string[] copy = [.. texts];
        if (Array.IndexOf(copy, null) is >= 0 and var missing)
        {
            throw new ArgumentException($"text {missing} is null", nameof(texts));
        }

        _ = _folder.Prompt(options.InputType);
        cancellationToken.ThrowIfCancellationRequested();
        if (copy is [])
        {
            return [];
        }

        return await _queue.RunAsync(
            options.InputType,
            copy.Length,
            index => RunNumbered(copy[index], index, options),
            cancellationToken
        );
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
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _ownQueue?.Dispose();
            Leave();
        }
    }

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

    private TextEmbedding RunNumbered(string text, int index, EmbedOptions options)
    {
        Enter();
        try
        {
            return Run(text, options.InputType, options)
                ?? throw new TextTooLongException(index, CountTokens(text, options.InputType), Description.MaxTokens);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Null if the text is too long and may not be truncated.</summary>
    private TextEmbedding? Run(string text, InputType inputType, EmbedOptions options)
    {
        var tokens = _tokenizer.Encode(_folder.Prompt(inputType), text, Description.MaxTokens);
        if (tokens.Truncated && !options.Truncate)
        {
            return null;
        }

        var vector = _network.Run(tokens.Ids.Span);
        if (options.Dimensions is { } dimensions && dimensions < vector.Length)
        {
            vector = vector[..dimensions];
            if (Description.Normalized)
            {
                Network.Normalize(vector);
            }
        }

        return new TextEmbedding(vector, tokens.Count, tokens.Truncated);
    }

    private void Enter()
    {
        var users = Volatile.Read(ref _users);
        while (true)
        {
            ObjectDisposedException.ThrowIf(users == 0 || Volatile.Read(ref _disposed) != 0, this);
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return;
            }

            users = seen;
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _network.Dispose();
        }
    }
}
