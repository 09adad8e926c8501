using Microsoft.Extensions.AI;

namespace EmbeddingFunctions.Embeddings;

/// <summary>
/// A sentence-transformers folder, loaded: texts in, the vectors that sentence-transformers itself would give out.
/// Thread-safe; one instance serves any number of callers.
/// </summary>
public sealed class EmbeddingModel : IEmbeddingGenerator<string, Embedding<float>>
{
    private EmbeddingModel(ModelDescription description) => Description = description;

    /// <summary>What the folder says of the model.</summary>
    public ModelDescription Description { get; }

    /// <summary>Reads and checks a model folder and opens its ONNX file.</summary>
    /// <exception cref="ModelFolderException">The folder says something that is not understood, or lacks a part.</exception>
    public static EmbeddingModel Load(string folder, EmbeddingModelOptions? options = null) =>
        throw new ModelFolderException($"{folder}: {options} {new EmbeddingModel(null!).Description}");

    /// <summary>Tokens of <paramref name="text"/> as it would be embedded: prompt and special tokens counted, nothing truncated.</summary>
    public int CountTokens(string text, InputType inputType) => throw new NotSupportedException(text + inputType);

    /// <summary>One vector for each text, in the order of the texts. A text's vector depends on that text alone.</summary>
    /// <exception cref="TextTooLongException">A text is longer than the model takes and <see cref="EmbedOptions.Truncate"/> is false.</exception>
    public Task<IReadOnlyList<TextEmbedding>> EmbedAsync(
        IReadOnlyList<string> texts,
        EmbedOptions options,
        CancellationToken cancellationToken = default
    ) =>
        Task.FromException<IReadOnlyList<TextEmbedding>>(
            new NotSupportedException($"{Description}{texts.Count}{options}{cancellationToken.IsCancellationRequested}")
        );

    Task<GeneratedEmbeddings<Embedding<float>>> IEmbeddingGenerator<string, Embedding<float>>.GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options,
        CancellationToken cancellationToken
    ) =>
        Task.FromException<GeneratedEmbeddings<Embedding<float>>>(
            new NotSupportedException($"{values.Count()}{options?.ModelId}{cancellationToken.IsCancellationRequested}")
        );

    object? IEmbeddingGenerator.GetService(Type serviceType, object? serviceKey) => null;

    public void Dispose() { }
}
