namespace EmbeddingFunctions.Embeddings.Tokenizers.Models;

/// <summary>BERT's: the longest piece that a word begins with, then the longest continuation, and so on; or the unknown token.</summary>
/// <param name="pieces">The vocabulary.</param>
/// <param name="unknown">Id of the unknown token.</param>
/// <param name="continuation">What pieces begin with that do not begin a word: ##, as a rule.</param>
/// <param name="maxWordLength">Code points; a longer word is unknown.</param>
internal sealed class WordPiece(PieceTable pieces, int unknown, string continuation, int maxWordLength) : IPieceModel
{
    public void Tokenize(MappedSpan word, PooledList<Token> into)
    {
        var first = into.Count;
        if (IsTooLong(word.Chars) || !TryCut(word, into))
        {
            into.CutTo(first);
            into.Add(new Token(unknown, word.Source));
        }
    }

    private bool TryCut(MappedSpan word, PooledList<Token> into)
    {
        for (var start = 0; start < word.Length; )
        {
            var piece = pieces.FindLongest(start == 0 ? "" : continuation, word.Chars[start..], out var length);
            if (piece == PieceTable.None)
            {
                return false;
            }

            into.Add(new Token(pieces.Id(piece), word.Slice(start, length).Source));
            start += length;
        }

        return true;
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
