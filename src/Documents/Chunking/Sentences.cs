namespace EmbeddingFunctions.Documents.Chunking;

/// <summary>Where sentences end, by their marks.</summary>
internal static class Sentences
{
    private const string Stops = "。！？!?…؟۔।॥｡．።។။";
    private const string Closers = "\"'”’»›)]}）」』】〉》〕”’";

    // A dot after these ends no sentence: English, German, French, Spanish, Italian and Portuguese, Russian.
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Abbreviations = Words(
        "mr mrs ms dr prof st vs etc figs eq nos pp approx inc ltd co corp dept jr sr e.g i.e cf al ca jan feb apr aug"
            + " sept oct nov dec gen col lt capt sgt rev hon messrs ave blvd ext tel incl excl max min resp viz ibid",
        "z.b d.h u.a u.ä o.ä s.o s.u i.d.r bzw vgl usw sog hr fr hrsg bspw evtl ggf inkl zzgl mio mrd ing dipl geb"
            + " verf jh jhd st",
        "mm mme mmes mlle mlles me p.ex c.-à-d env av apr ex éd cie janv févr juil déc boul",
        "sra sres srta dra d.ª ud uds p.ej ee.uu a.c d.c admón avda ej aprox izq dcha",
        "sig sig.ra dott ecc es sr.ª exmo exma av",
        "т.е т.д т.п т.к и.о г ул рис стр им проф акад млн млрд тыс руб"
    );

    // And after these if a number follows: "No. 7", but "He said no. Seven came."
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> BeforeNumbers = Words(
        "no nr fig art vol bd abb tab kap ch chap sec par pos ziff abs anm núm nº pág págs cap tel p s § стр рис гл"
    );

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

        // Thai writes no mark at the end of a sentence, but no space within one.
        if (mark == ' ' && at > 0 && IsThai(text[at - 1]) && at + 1 < text.Length && IsThai(text[at + 1]))
        {
            return (true, at + 1);
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

        // French puts a space before its closing marks.
        if (end + 1 < text.Length && text[end + 1] == '»' && !IsLetterAt(text, end + 2) && char.IsWhiteSpace(text[end]))
        {
            end += 2;
        }

        var next = SkipSpace(text, end);
        // Scripts that write no space between sentences have marks of their own; the others need one.
        var needsSpace = mark is '.' or '!' or '?' or '…';
        var goesOn = needsSpace && (next == end || GoesOn(text, next));
        return (!goesOn && !(mark == '.' && end == at + 1 && IsAbbreviation(text, at)), next);
    }

    private static bool IsThai(char c) => c is >= '\u0E01' and <= '\u0E5B';

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
        var word = WordBefore(text, dot);
        var start = dot - word.Length;
        return Abbreviations.Contains(word)
            || (BeforeNumbers.Contains(word) && SkipSpace(text, dot + 1) is var next && IsDigitAt(text, next))
            || IsInitial(word)
            || IsOrdinal(word, text, start);
    }

    private static ReadOnlySpan<char> WordBefore(string text, int dot)
    {
        var start = dot;
        while (
            start > 0 && dot - start < 12 && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] is '.' or '-')
        )
        {
            start--;
        }

        return text.AsSpan(start, dot - start);
    }

    private static bool IsDigitAt(string text, int at) => at < text.Length && char.IsDigit(text[at]);

    private static bool IsLetterAt(string text, int at) => at < text.Length && char.IsLetterOrDigit(text[at]);

    private static bool IsInitial(ReadOnlySpan<char> word) => word.Length == 1 && char.IsLetter(word[0]);

    // "3. Oktober", and the number of a list item at the start of a line; but not that of "Abb. 3."
    private static bool IsOrdinal(ReadOnlySpan<char> word, string text, int start) =>
        word.Length is 1 or 2
        && !word.ContainsAnyExceptInRange('0', '9')
        && (start == 0 || text[start - 1] is ' ' or '\n')
        && !(start > 1 && text[start - 2] == '.' && BeforeNumbers.Contains(WordBefore(text, start - 2)));

    private static HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Words(params string[] lists) =>
        lists
            .SelectMany(list => list.Split(' '))
            .ToHashSet(StringComparer.OrdinalIgnoreCase)
            .GetAlternateLookup<ReadOnlySpan<char>>();
}
