using System.Buffers;

namespace EmbeddingFunctions.Embeddings.Tokenizers;

/// <summary>
/// XLM-R's tokenizer: the characters mapped, words parted at white space and begun with ▁, and each word cut into the
/// pieces of the highest total score (Viterbi).
/// </summary>
internal sealed class Unigram(UnigramPieces pieces, CharacterMap characters, SpecialTokens special)
    : TextTokenizer(special)
{
    private const char WordStart = '▁';

    protected override int Section(ReadOnlySpan<char> text, int offset, TokenSequence? into)
    {
        using var mapped = characters.Map(text, offset);
        using var words = new MappedText(mapped.Length + 16);
        var count = 0;
        for (var at = 0; at < mapped.Length; )
        {
            if (char.IsWhiteSpace(mapped.Chars[at]))
            {
                at++;
                continue;
            }

            // The mark stands on the word's first character; a word that begins with one gets no second.
            words.Clear();
            if (mapped.Chars[at] != WordStart)
            {
                words.Add(WordStart, mapped, at);
            }

            do
            {
                words.Add(mapped.Chars[at], mapped, at);
                at++;
            } while (at < mapped.Length && !char.IsWhiteSpace(mapped.Chars[at]) && mapped.Chars[at] != WordStart);

            count += Word(words, into);
        }

        return count;
    }

    private int Word(MappedText word, TokenSequence? into)
    {
        var path = ArrayPool<PathStep>.Shared.Rent(word.Length + 1);
        try
        {
            pieces.BestPath(word.Chars, path);
            return Collect(word, path, into);
        }
        finally
        {
            ArrayPool<PathStep>.Shared.Return(path);
        }
    }

    /// <summary>Turns the path round, from its last step to its first, and joins unknown pieces in a row.</summary>
    private int Collect(MappedText word, PathStep[] path, TokenSequence? into)
    {
        var first = into?.Ids.Count ?? 0;
        var count = 0;
        for (var end = word.Length; end > 0; )
        {
            var (id, start) = (path[end].Id, path[end].Start);
            while (id == pieces.Unknown && start > 0 && path[start].Id == pieces.Unknown)
            {
                start = path[start].Start;
            }

            into?.Add(id, word.Source(start, end));
            count++;
            end = start;
        }

        into?.Ids.Reverse(first, count);
        into?.Spans.Reverse(first, count);
        return count;
    }
}

/// <summary>The best way to reach a place in a word: the piece that ends there, where it starts, the score so far.</summary>
internal record struct PathStep(double Score, int Id, int Start);
