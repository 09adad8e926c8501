namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>What is put round one text, or round and between two.</summary>
internal sealed record Template(IReadOnlyList<TemplatePart> Parts)
{
    /// <summary>How many tokens it adds.</summary>
    public int Added { get; } = Parts.Count(part => part.Text is null);
}

/// <param name="Text">Here stand the tokens of text 0 or 1; null: here stands the special token <paramref name="Id"/>.</param>
/// <param name="Id">Of the special token.</param>
/// <param name="TypeId">token_type_ids of what stands here.</param>
internal readonly record struct TemplatePart(int? Text, int Id, int TypeId)
{
    public static TemplatePart Special(int id, int typeId) => new(Text: null, id, typeId);

    public static TemplatePart Sequence(int text, int typeId) => new(text, Id: 0, typeId);
}
