using System.Buffers;

namespace EmbeddingFunctions.Embeddings.Tokenizers.Models;

/// <summary>
/// Byte pair encoding of words of byte-level letters: of all neighbours that can be merged those that come first in the list
/// of merges become one, the leftmost first, until none can. A heap holds the candidates, so that a word without end, as a
/// Chinese text without punctuation is one, takes little more than its length. Microsoft.ML.Tokenizers' BpeTokenizer (2.0.1)
/// gives the same ids, but its time grows with the square of a word's length: 9 s for 100,000 Chinese characters.
/// </summary>
/// <param name="letters">By letter (all of them below its length): the id of a letter inside a word.</param>
/// <param name="lastLetters">By letter: the id of a letter that ends a word.</param>
/// <param name="merges">By the ids of two neighbours.</param>
internal sealed class BytePairs(int[] letters, int[] lastLetters, Dictionary<(int Left, int Right), Merge> merges)
    : IPieceModel
{
    private const int None = -1;

    public void Tokenize(MappedSpan word, PooledList<Token> into)
    {
        var symbols = ArrayPool<Symbol>.Shared.Rent(word.Length);
        try
        {
            Tokenize(word, symbols.AsSpan(0, word.Length), into);
        }
        finally
        {
            ArrayPool<Symbol>.Shared.Return(symbols);
        }
    }

    private void Tokenize(MappedSpan word, Span<Symbol> symbols, PooledList<Token> into)
    {
        for (var at = 0; at < symbols.Length; at++)
        {
            var last = at == symbols.Length - 1;
            symbols[at] = new Symbol((last ? lastLetters : letters)[word.Chars[at]], at - 1, last ? None : at + 1);
        }

        MergeAll(symbols);
        for (var at = 0; at != None; at = symbols[at].Next)
        {
            var end = symbols[at].Next is not None and var next ? next : word.Length;
            into.Add(new Token(symbols[at].Id, word[at..end].Source));
        }
    }

    private void MergeAll(Span<Symbol> symbols)
    {
        var candidates = new PriorityQueue<int, long>();
        for (var at = 0; at < symbols.Length - 1; at++)
        {
            Offer(symbols, at, candidates);
        }

        while (candidates.TryDequeue(out var merged, out var priority))
        {
            var at = (int)(uint)priority;
            ref var left = ref symbols[at];

            // A candidate is void once its symbols are others, unless they make the same piece, as in the reference.
            if (left.Next is None or Symbol.Gone || !TryMerge(symbols, at, out var merge) || merge.Id != merged)
            {
                continue;
            }

            ref var right = ref symbols[left.Next];
            (left.Id, left.Next, right.Next) = (merged, right.Next, Symbol.Gone);
            if (left.Next != None)
            {
                symbols[left.Next].Previous = at;
                Offer(symbols, at, candidates);
            }

            if (left.Previous != None)
            {
                Offer(symbols, left.Previous, candidates);
            }
        }
    }

    private void Offer(Span<Symbol> symbols, int at, PriorityQueue<int, long> candidates)
    {
        if (TryMerge(symbols, at, out var merge))
        {
            candidates.Enqueue(merge.Id, ((long)merge.Rank << 32) | (uint)at);
        }
    }

    private bool TryMerge(Span<Symbol> symbols, int at, out Merge merge) =>
        merges.TryGetValue((symbols[at].Id, symbols[symbols[at].Next].Id), out merge);

    /// <summary>A piece of the word in a chain of them; its place is that of its first letter.</summary>
    private record struct Symbol(int Id, int Previous, int Next)
    {
        /// <summary>In <see cref="Next"/>: it is part of the piece before.</summary>
        public const int Gone = -2;
    }
}

/// <param name="Rank">Lower goes first.</param>
/// <param name="Id">Of the piece that two become.</param>
internal readonly record struct Merge(int Rank, int Id);
