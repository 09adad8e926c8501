namespace EmbeddingFunctions.Documents.Chunking;

/// <summary>Where sentences end, by their marks.</summary>
internal static class Sentences
{
    private const string Stops = "。！？!?…؟۔।॥｡．";
    private const string Closers = "\"'”’»›)]}）」』】〉》〕”’";

    // A dot after these ends no sentence.
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Abbreviations = new HashSet<string>(
        StringComparer.OrdinalIgnoreCase
    )
    {
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "vs",
        "etc",
        "fig",
        "figs",
        "eq",
        "no",
        "nos",
        "vol",
        "pp",
        "approx",
        "inc",
        "ltd",
        "co",
        "corp",
        "dept",
        "est",
        "jr",
        "sr",
        "e.g",
        "i.e",
        "cf",
        "al",
        "ca",
        "z.b",
        "d.h",
        "u.a",
        "bzw",
        "nr",
        "str",
        "abb",
        "vgl",
        "usw",
        "sog",
        "art",
        "bd",
        "hr",
        "jan",
        "feb",
        "apr",
        "aug",
        "sept",
        "oct",
        "nov",
        "dec",
        "т.е",
        "т.д",
        "т.п",
        "г",
        "ул",
        "рис",
        "стр",
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The place after each sentence and the white space behind it, in order; the last is the text's end.</summary>
    public static IEnumerable<int> Ends(string text)
    {
        for (var at = 0; at < text.Length; )
        {
            var (isEnd, next) = Look(text, at);
            if (isEnd && next < text.Length)
            {
                yield return next;
            }

            at = next;
        }

        yield return text.Length;
    }

    // Whether a sentence ends with the character at the place, and the place to look at next: marks and white space
    // are passed in one step, however many there are.
    private static (bool IsEnd, int Next) Look(string text, int at)
    {
        var mark = text[at];
        if (mark == '\n')
        {
            var line = SkipSpace(text, at);
            // A line that goes on in lower case was wrapped.
            return (!GoesOn(text, line), line);
        }

        if (!IsStop(mark))
        {
            return (false, at + 1);
        }

        var end = at + 1;
        while (end < text.Length && IsStop(text[end]))
        {
            end++;
        }

        while (end < text.Length && Closers.Contains(text[end], StringComparison.Ordinal))
        {
            end++;
        }

        var next = SkipSpace(text, end);
        // Scripts that write no space between sentences have marks of their own; the others need one.
        var needsSpace = mark is '.' or '!' or '?' or '…';
        var goesOn = needsSpace && (next == end || GoesOn(text, next));
        return (!goesOn && !(mark == '.' && end == at + 1 && IsAbbreviation(text, at)), next);
    }

    private static bool IsStop(char c) => c == '.' || Stops.Contains(c, StringComparison.Ordinal);

    private static bool GoesOn(string text, int next) => next < text.Length && char.IsLower(text[next]);

    private static int SkipSpace(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at;
    }

    private static bool IsAbbreviation(string text, int dot)
    {
        var start = dot;
        while (start > 0 && dot - start < 12 && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] == '.'))
        {
            start--;
        }

        var word = text.AsSpan(start, dot - start);
        return Abbreviations.Contains(word) || IsInitial(word) || IsOrdinal(word, text, start);
    }

    private static bool IsInitial(ReadOnlySpan<char> word) => word.Length == 1 && char.IsLetter(word[0]);

    // "3. Oktober", and the number of a list item at the start of a line.
    private static bool IsOrdinal(ReadOnlySpan<char> word, string text, int start) =>
        word.Length is 1 or 2
        && !word.ContainsAnyExceptInRange('0', '9')
        && (start == 0 || text[start - 1] is ' ' or '\n');
}
