using Microsoft.ML.Tokenizers;

namespace EmbeddingFunctions.Embeddings.Tokenizers.Models;

/// <summary>
/// BERT's: the longest piece that a word begins with, then the longest continuation, and so on; or the unknown token.
/// Microsoft.ML.Tokenizers finds the pieces; where each lies in the word follows from their lengths.
/// </summary>
/// <param name="pieces">Knows the vocabulary; takes words of any length.</param>
/// <param name="lengths">By id: how many UTF-16 units of a word the piece takes, the mark of a continuation not counted.</param>
/// <param name="unknown">Id of the unknown token.</param>
/// <param name="maxWordLength">Code points; a longer word is unknown.</param>
internal sealed class WordPiece(WordPieceTokenizer pieces, int[] lengths, int unknown, int maxWordLength) : IPieceModel
{
    public void Tokenize(MappedSpan word, PooledList<Token> into)
    {
        if (IsTooLong(word.Chars))
        {
            into.Add(new Token(unknown, word.Source));
            return;
        }

        var ids = pieces.EncodeToIds(word.Chars, considerPreTokenization: false, considerNormalization: false);
        var start = 0;
        foreach (var id in ids)
        {
            // an unknown word is one token
            var length = id == unknown ? word.Length - start : lengths[id];
            into.Add(new Token(id, word.Slice(start, length).Source));
            start += length;
        }
    }

    private bool IsTooLong(ReadOnlySpan<char> word)
    {
        // two units at most for each code point
        if (word.Length <= maxWordLength || word.Length > maxWordLength * 2L)
        {
            return word.Length > maxWordLength;
        }

        var length = word.Length;
        foreach (var unit in word)
        {
            length -= char.IsHighSurrogate(unit) ? 1 : 0;
        }

        return length > maxWordLength;
    }
}
