namespace EmbeddingFunctions.Embeddings.Folders;

/// <summary>
/// What the original's modules.json says of models whose ONNX copies are often published without it. Counts only where the
/// copy names the original exactly.
/// </summary>
internal sealed record KnownModel(string Name, Pooling Pooling, bool Normalizes, int MaxTokens)
{
    private static readonly KnownModel[] All =
    [
        new("BAAI/bge-small-en-v1.5", Pooling.Cls, true, 512),
        new("BAAI/bge-base-en-v1.5", Pooling.Cls, true, 512),
        new("BAAI/bge-large-en-v1.5", Pooling.Cls, true, 512),
        new("BAAI/bge-small-zh-v1.5", Pooling.Cls, true, 512),
        new("BAAI/bge-base-zh-v1.5", Pooling.Cls, true, 512),
        new("BAAI/bge-large-zh-v1.5", Pooling.Cls, true, 512),
        new("BAAI/bge-m3", Pooling.Cls, true, 8192),
        new("intfloat/multilingual-e5-small", Pooling.Mean, true, 512),
        new("intfloat/multilingual-e5-base", Pooling.Mean, true, 512),
        new("intfloat/multilingual-e5-large", Pooling.Mean, true, 512),
        new("mixedbread-ai/mxbai-embed-large-v1", Pooling.Cls, false, 512),
        new("sentence-transformers/all-MiniLM-L6-v2", Pooling.Mean, true, 256),
        new("sentence-transformers/all-MiniLM-L12-v2", Pooling.Mean, true, 128),
        new("sentence-transformers/all-mpnet-base-v2", Pooling.Mean, true, 384),
        new("sentence-transformers/paraphrase-MiniLM-L3-v2", Pooling.Mean, false, 128),
        new("sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2", Pooling.Mean, false, 128),
        new("thenlper/gte-small", Pooling.Mean, true, 512),
        new("thenlper/gte-base", Pooling.Mean, true, 512),
        new("thenlper/gte-large", Pooling.Mean, true, 512),
    ];

    private string OwnName => Name[(Name.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <param name="name">With its owner, or without.</param>
    public static KnownModel? Find(string name) =>
        Array.Find(All, model => name == model.Name || name == model.OwnName);

    /// <summary>Whether a name looks like a copy of a known model, and does not say so exactly.</summary>
    public static bool IsLikeOne(string name) =>
        Array.Exists(All, model => name.Contains(model.OwnName, StringComparison.OrdinalIgnoreCase));
}
