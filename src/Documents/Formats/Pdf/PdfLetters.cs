using System.Text;
using UglyToad.PdfPig.Content;

namespace EmbeddingFunctions.Documents.Formats.Pdf;

/// <summary>What has to be undone in the letters of a PDF before they are text.</summary>
internal static class PdfLetters
{
    private const double CellSize = 4;
    private const int MostInCell = 64;

    /// <summary>Leaves out letters drawn again, slightly moved, over the same letter: that is how some programs draw bold.</summary>
    public static IEnumerable<Letter> WithoutRepeats(IEnumerable<Letter> letters)
    {
        var seen = new Dictionary<(int X, int Y), List<Letter>>();
        foreach (var letter in letters)
        {
            if (string.IsNullOrEmpty(letter.Value))
            {
                continue;
            }

            if (string.IsNullOrWhiteSpace(letter.Value) || !IsRepeat(letter, seen))
            {
                yield return letter;
            }
        }
    }

    /// <summary>
    /// Composed letters, and plain letters for forms that only fonts need: ligatures, radicals that stand for
    /// ideographs, shaped Arabic, mathematical alphabets. Superscripts and full-width signs keep their meaning and form.
    /// </summary>
    public static string Plain(string text)
    {
        var composed = WellFormed(text).Normalize(NormalizationForm.FormC);
        if (!composed.EnumerateRunes().Any(IsForm))
        {
            return composed;
        }

        var plain = new StringBuilder(composed.Length);
        foreach (var rune in composed.EnumerateRunes())
        {
            plain.Append(IsForm(rune) ? rune.ToString().Normalize(NormalizationForm.FormKC) : rune.ToString());
        }

        return plain.ToString();
    }

    /// <summary>
    /// A raised digit as a letter of its own: the mark of a footnote is no part of the word before it, nor an exponent of the number.
    /// </summary>
    public static string Raised(string text) =>
        text is [>= '0' and <= '9' and var digit] ? "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit - '0'].ToString() : text;

    private static bool IsForm(Rune rune) =>
        rune.Value
            is (>= 0xFB00 and <= 0xFDFF)
                or (>= 0xFE70 and <= 0xFEFE)
                or (>= 0x2E80 and <= 0x2FDF)
                or (>= 0xF900 and <= 0xFAFF)
                or (>= 0x1D400 and <= 0x1D7FF);

    // Normalize refuses half surrogate pairs.
    private static string WellFormed(string text)
    {
        var runes = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            runes.Append(rune.ToString());
        }

        return runes.ToString();
    }

    private static bool IsRepeat(Letter letter, Dictionary<(int X, int Y), List<Letter>> seen)
    {
        var at = letter.StartBaseLine;
        var tolerance = Math.Min(Math.Abs(letter.Width) / letter.Value.Length / 3, CellSize);
        var (x, y) = ((int)Math.Floor(at.X / CellSize), (int)Math.Floor(at.Y / CellSize));
        for (var dx = -1; dx <= 1; dx++)
        {
            for (var dy = -1; dy <= 1; dy++)
            {
                if (seen.TryGetValue((x + dx, y + dy), out var near) && near.Exists(IsSame))
                {
                    return true;
                }
            }
        }

        if (!seen.TryGetValue((x, y), out var cell))
        {
            seen[(x, y)] = cell = [];
        }

        if (cell.Count < MostInCell)
        {
            cell.Add(letter);
        }

        return false;

        bool IsSame(Letter other) =>
            string.Equals(other.Value, letter.Value, StringComparison.Ordinal)
            && Math.Abs(other.StartBaseLine.X - at.X) <= tolerance
            && Math.Abs(other.StartBaseLine.Y - at.Y) <= tolerance;
    }
}
