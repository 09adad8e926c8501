using UglyToad.PdfPig.Content;

namespace EmbeddingFunctions.Documents.Formats.Pdf;

/// <summary>A letter seen with its page turned so that it follows the one before from left to right.</summary>
internal sealed record PlacedLetter(Letter Letter, int Angle, double Left, double Right, double BaseLine)
{
    private const int Down = -90;
    private const int FewestInColumn = 3;

    public double Size => Letter.PointSize;

    public bool IsBlank => string.IsNullOrWhiteSpace(Letter.Value);

    /// <summary>A letter of a script that writes no spaces.</summary>
    public bool IsWide => IsIdeograph(Letter);

    /// <summary>True in a line of that base line and size for the mark of a footnote, or an exponent.</summary>
    public bool IsRaised(double baseLine, double size) => Size < 0.85 * size && BaseLine > baseLine + (0.15 * size);

    public static IEnumerable<PlacedLetter> Of(IReadOnlyList<Letter> letters)
    {
        for (var i = 0; i < letters.Count; )
        {
            var column = i + 1;
            while (column < letters.Count && IsBelow(letters[column - 1], letters[column]))
            {
                column++;
            }

            var isVertical =
                column - i >= FewestInColumn
                && Enumerable.Range(i, column - i).Any(at => letters[at].Value is [>= '\u1100', ..]);
            for (; i < column; i++)
            {
                yield return isVertical ? Vertical(letters[i]) : Along(letters[i]);
            }
        }
    }

    private static PlacedLetter Along(Letter letter)
    {
        var (start, end) = (letter.StartBaseLine, letter.EndBaseLine);
        if (letter.TextOrientation == TextOrientation.Horizontal)
        {
            return new(letter, 0, start.X, end.X, start.Y);
        }

        var angle = Math.Atan2(end.Y - start.Y, end.X - start.X);
        var (sin, cos) = Math.SinCos(angle);
        return new(
            letter,
            (int)Math.Round(angle * 180 / Math.PI),
            (start.X * cos) + (start.Y * sin),
            (end.X * cos) + (end.Y * sin),
            (start.Y * cos) - (start.X * sin)
        );
    }

    // In vertical writing the letters stand upright, each as high as its size.
    private static PlacedLetter Vertical(Letter letter) =>
        new(letter, Down, -letter.StartBaseLine.Y, letter.PointSize - letter.StartBaseLine.Y, Centre(letter));

    private static bool IsBelow(Letter letter, Letter next) =>
        letter.TextOrientation == TextOrientation.Horizontal
        && next.TextOrientation == TextOrientation.Horizontal
        && (letter.StartBaseLine.Y - next.StartBaseLine.Y) / letter.PointSize is > 0.7 and < 1.6
        && Math.Abs(Centre(letter) - Centre(next)) < 0.3 * letter.PointSize;

    private static double Centre(Letter letter) => (letter.StartBaseLine.X + letter.EndBaseLine.X) / 2;

    private static bool IsIdeograph(Letter letter) =>
        letter.Value
            is [(>= '\u2E80' and < '\uAC00') or (>= '\uF900' and <= '\uFAFF') or (>= '\uFF00' and <= '\uFF60'), ..];
}
