namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>Pieces with their scores and the model's ids.</summary>
internal sealed class UnigramPieces
{
    /// <summary>An unknown character costs this much more than the worst piece, as SentencePiece has it.</summary>
    private const double UnknownPenalty = 10;

    private readonly PieceTrie _trie;
    private readonly float[] _scores;
    private readonly double _unknownScore;

    /// <param name="pieces">Id and text of each piece; ids from 0.</param>
    /// <param name="scores">By id.</param>
    /// <param name="unknown">Id of the unknown token.</param>
    public UnigramPieces(IReadOnlyCollection<(int Id, string Text)> pieces, float[] scores, int unknown)
    {
        _trie = new PieceTrie(pieces.Count);
        foreach (var (id, text) in pieces)
        {
            _trie.Add(text, id);
        }

        _scores = scores;
        _unknownScore = scores.Min() - UnknownPenalty;
        Unknown = unknown;
    }

    public int Unknown { get; }

    /// <summary>Fills <paramref name="path"/>, one longer than the word, with the best step to each place in it.</summary>
    /// <param name="word">Without lone surrogates.</param>
    /// <param name="path">Its old content does not matter.</param>
    public void BestPath(ReadOnlySpan<char> word, Span<PathStep> path)
    {
        path[..(word.Length + 1)].Fill(new PathStep(double.NegativeInfinity, Unknown, -1));
        path[0] = default;
        for (var start = 0; start < word.Length; )
        {
            var length = char.IsHighSurrogate(word[start]) && start + 1 < word.Length ? 2 : 1;
            var known = false;
            var node = _trie.Child(PieceTrie.Root, word[start]);
            for (var end = start + 1; node != PieceTrie.None; end++)
            {
                if (_trie.PieceAt(node) is not PieceTrie.None and var id)
                {
                    Offer(path, new PathStep(path[start].Score + _scores[id], id, start), end);
                    known |= end == start + length;
                }

                node = end < word.Length ? _trie.Child(node, word[end]) : PieceTrie.None;
            }

            if (!known)
            {
                Offer(path, new PathStep(path[start].Score + _unknownScore, Unknown, start), start + length);
            }

            start += length;
        }
    }

    private static void Offer(Span<PathStep> path, PathStep step, int end)
    {
        if (step.Score > path[end].Score)
        {
            path[end] = step;
        }
    }
}
