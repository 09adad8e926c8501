namespace EmbeddingFunctions.Embeddings.Tokenizers.Models;

/// <summary>Cuts a word into pieces of the vocabulary. Thread-safe.</summary>
internal interface IPieceModel
{
    /// <param name="word">Not empty, without lone surrogates.</param>
    /// <param name="into">Added to.</param>
    void Tokenize(MappedSpan word, PooledList<Token> into);
}
