using System.Globalization;

namespace EmbeddingFunctions.Documents.Chunking;

/// <summary>Finds how much of a text that is too large can be taken.</summary>
internal static class Prefix
{
    private const string ClauseMarks = "，、；：｡。！？";
    private const int FirstGuess = 2;

    /// <summary>
    /// The furthest place at which a text may be cut and still fits: after a word, unless that word is too large as well;
    /// else between characters as people see them; else between code points.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="from">Where the piece to cut begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="tokens">All tokens if the cut is at a place.</param>
    /// <returns>A place after <paramref name="from"/>, or that itself if nothing fits.</returns>
    public static int Longest(string text, int from, int to, TokenLimit limit, Func<int, int> tokens)
    {
        // Tokenizers may refuse half a surrogate pair: no count is ever asked for one.
        var most = Furthest(from, to, limit, at => tokens(at < to && char.IsLowSurrogate(text[at]) ? at - 1 : at));
        var cut = most == to ? to : Align(text, from, most, to);
        // Fewer characters may count as more tokens: what was found for one place need not hold for one before it.
        while (cut > from && tokens(cut) > limit.Max)
        {
            cut = AtCharacter(text, from, from + ((cut - from) / 2));
        }

        var first = char.IsHighSurrogate(text[from]) && from + 1 < to ? from + 2 : from + 1;
        return cut == from && tokens(first) <= limit.Max ? first : cut;
    }

    // Doubles until too much, then closes in: by proportion, as tokens grow about evenly, and by halves lest it crawls.
    private static int Furthest(int from, int to, TokenLimit limit, Func<int, int> tokens)
    {
        var most = Math.Min(to, from + limit.MaxChars);
        var (low, lowTokens) = (from, limit.Fixed);
        var high = Math.Min(most, from + (FirstGuess * limit.Max));
        int highTokens;
        while ((highTokens = tokens(high)) <= limit.Max)
        {
            if (high == most)
            {
                return high;
            }

            (low, lowTokens) = (high, highTokens);
            high = (int)Math.Min(most, from + (2L * (high - from)));
        }

        for (var halve = false; high - low > 1; halve = !halve)
        {
            if (low > from && lowTokens >= limit.Max - (limit.Max / 32))
            {
                break;
            }

            var share = halve ? 0.5 : (limit.Max - lowTokens) / (double)Math.Max(1, highTokens - lowTokens);
            var middle = Math.Clamp(low + (int)((high - low) * share), low + 1, high - 1);
            var middleTokens = tokens(middle);
            if (middleTokens <= limit.Max)
            {
                (low, lowTokens) = (middle, middleTokens);
            }
            else
            {
                (high, highTokens) = (middle, middleTokens);
            }
        }

        return low;
    }

    private static int Align(string text, int from, int most, int to)
    {
        var word = most;
        while (word > from && !IsBetweenWords(text, word))
        {
            word--;
        }

        var wordEnd = word + 1;
        while (wordEnd < to && wordEnd - word <= most - from && !IsBetweenWords(text, wordEnd))
        {
            wordEnd++;
        }

        return word > from && wordEnd - word <= most - from ? word : AtCharacter(text, from, most);
    }

    private static bool IsBetweenWords(string text, int at) =>
        char.IsWhiteSpace(text[at])
        || char.IsWhiteSpace(text[at - 1])
        || ClauseMarks.Contains(text[at - 1], StringComparison.Ordinal);

    private static int AtCharacter(string text, int from, int most)
    {
        var cut = from;
        while (cut < most)
        {
            var length = StringInfo.GetNextTextElementLength(text.AsSpan(cut, Math.Min(most + 1, text.Length) - cut));
            if (cut + length > most)
            {
                break;
            }

            cut += length;
        }

        return cut == from && most > from && char.IsLowSurrogate(text[most]) ? most - 1
            : cut == from ? most
            : cut;
    }
}
