using System.Buffers;
using System.Numerics.Tensors;

namespace EmbeddingFunctions.Embeddings.Tokenizers.Models;

/// <summary>SentencePiece's: of all ways to cut a word into pieces the one with the highest total score (Viterbi).</summary>
internal sealed class Unigram : IPieceModel
{
    /// <summary>An unknown character costs this much more than the worst piece, as SentencePiece has it.</summary>
    private const double UnknownPenalty = 10;

    private readonly PieceTable _pieces;
    private readonly float[] _scores;
    private readonly int _unknown;
    private readonly double _unknownScore;

    /// <param name="pieces">The vocabulary; a piece's id is its number.</param>
    /// <param name="scores">By id.</param>
    /// <param name="unknown">Id of the unknown token.</param>
    public Unigram(PieceTable pieces, float[] scores, int unknown)
    {
        (_pieces, _scores, _unknown) = (pieces, scores, unknown);
        _unknownScore = TensorPrimitives.Min<float>(scores) - UnknownPenalty;
    }

    public void Tokenize(MappedSpan word, PooledList<Token> into)
    {
        var steps = ArrayPool<Step>.Shared.Rent(word.Length + 1);
        try
        {
            FindBestPath(word.Chars, steps.AsSpan(0, word.Length + 1));
            Collect(word, steps, into);
        }
        finally
        {
            ArrayPool<Step>.Shared.Return(steps);
        }
    }

    /// <summary>Fills in the best step to each place in the word.</summary>
    private void FindBestPath(ReadOnlySpan<char> word, Span<Step> steps)
    {
        steps.Fill(new Step(double.NegativeInfinity, _unknown, -1));
        steps[0] = default;
        for (var start = 0; start < word.Length; )
        {
            var length = char.IsHighSurrogate(word[start]) ? 2 : 1;
            var known = false;
            var walk = new PieceTable.Walk(_pieces, "", word[start..]);
            while (walk.Next())
            {
                if (walk.Piece is not PieceTable.None and var id)
                {
                    Offer(steps, new Step(steps[start].Score + _scores[id], id, start), start + walk.Length);
                    known |= walk.Length == length;
                }
            }

            if (!known)
            {
                Offer(steps, new Step(steps[start].Score + _unknownScore, _unknown, start), start + length);
            }

            start += length;
        }
    }

    private static void Offer(Span<Step> steps, Step step, int end)
    {
        if (step.Score > steps[end].Score)
        {
            steps[end] = step;
        }
    }

    /// <summary>Turns the path round, from its last step to its first, and joins unknown pieces in a row.</summary>
    private void Collect(MappedSpan word, ReadOnlySpan<Step> steps, PooledList<Token> into)
    {
        var first = into.Count;
        for (var end = word.Length; end > 0; )
        {
            var (id, start) = (steps[end].Id, steps[end].Start);
            while (id == _unknown && start > 0 && steps[start].Id == _unknown)
            {
                start = steps[start].Start;
            }

            into.Add(new Token(id, word[start..end].Source));
            end = start;
        }

        into.Items[first..].Reverse();
    }

    /// <summary>The best way to a place in a word: the piece that ends there, where it starts, the score so far.</summary>
    private readonly record struct Step(double Score, int Id, int Start);
}
