namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>
/// A step between text and model. A normaliser rewrites a whole text; a pre-tokenizer rewrites one word of it and parts it
/// into further words. Thread-safe; takes time in proportion to the text's length.
/// </summary>
internal interface ITextStep
{
    /// <param name="from">Not empty, without lone surrogates.</param>
    /// <param name="to">Added to.</param>
    void Apply(MappedSpan from, MappedText to);
}
