using System.Text;
using System.Text.RegularExpressions;
using UglyToad.PdfPig.Content;

namespace EmbeddingFunctions.Documents.Formats.Pdf;

/// <summary>
/// Letters that were drawn one after the other on one base line. Lengths in points, seen with the page turned so that the line
/// runs from left to right; a vertical line is turned too, and the next one is below it.
/// </summary>
/// <param name="Cells">Its pieces, where the letters leave wide gaps between them: one, or more in what looks like a row of a table.</param>
/// <param name="Size">The size of most of its letters.</param>
/// <param name="BaseLine">Its height.</param>
/// <param name="Angle">Degrees by which the page was turned.</param>
/// <param name="Page">Its page, from 1.</param>
internal sealed partial record PdfLine(IReadOnlyList<PdfCell> Cells, double Size, double BaseLine, int Angle, int Page)
{
    // In ems. A word space is a quarter or a third, and shrinks in a tight line; kerning is less.
    private const double Space = 0.13;
    private const double WideSpace = 0.5;
    private const double WideGap = 1.5;
    private const int FewestTracked = 4;

    /// <summary>The line with a space where the letters leave a gap, a tab where they leave a wide one.</summary>
    public string Text { get; } = string.Join('\t', Cells.Select(cell => cell.Text));

    public double Left => Cells[0].Left;

    public double Right => Cells[^1].Right;

    /// <summary>True for what looks like a row of a table.</summary>
    public bool IsRow => Cells.Count > 1;

    // The dots between a title and its page number.
    [GeneratedRegex(@"[\t ]*(?: ?\.){5,}[\t ]*", RegexOptions.NonBacktracking)]
    private static partial Regex Leader { get; }

    /// <summary>The lines of a page in the order in which they were drawn.</summary>
    public static IEnumerable<PdfLine> LinesOf(Page page)
    {
        var line = new Builder(page.Number);
        foreach (var letter in PlacedLetter.Of([.. PdfLetters.WithoutRepeats(page.Letters)]))
        {
            if (line.IsEndedBy(letter))
            {
                yield return line.Take();
            }

            line.Append(letter);
        }

        if (!line.IsEmpty)
        {
            yield return line.Take();
        }
    }

    private sealed class Builder(int page)
    {
        private readonly List<(PlacedLetter Letter, bool AfterSpace)> _letters = [];
        private bool _afterSpace;

        public bool IsEmpty => _letters.Count == 0;

        public bool IsEndedBy(PlacedLetter letter) =>
            !letter.IsBlank
            && !IsEmpty
            && _letters[^1].Letter is var last
            && (
                last.Angle != letter.Angle
                || Math.Abs(last.BaseLine - letter.BaseLine)
                    > 0.9 * Math.Min(Math.Round(last.Size), Math.Round(letter.Size))
            );

        public void Append(PlacedLetter letter)
        {
            if (letter.IsBlank)
            {
                _afterSpace = true;
                return;
            }

            _letters.Add((letter, _afterSpace));
            _afterSpace = false;
        }

        public PdfLine Take()
        {
            var most = _letters
                .GroupBy(letter => Math.Round(letter.Letter.Size * 2) / 2, letter => letter.Letter)
                .MaxBy(size => size.Count())!;
            var baseLine = most.First().BaseLine;
            var line = new PdfLine(
                [.. Cells(letter => letter.IsRaised(baseLine, most.Key))],
                most.Key,
                baseLine,
                _letters[0].Letter.Angle,
                page
            );
            _letters.Clear();
            _afterSpace = false;
            return line;
        }

        private IEnumerable<PdfCell> Cells(Func<PlacedLetter, bool> isRaised)
        {
            var text = new StringBuilder();
            var tracking = Tracking();
            var left = _letters[0].Letter.Left;
            var isNote = isRaised(_letters[0].Letter);
            for (var i = 0; i < _letters.Count; i++)
            {
                var (letter, afterSpace) = _letters[i];
                if (i > 0 && _letters[i - 1].Letter is var last)
                {
                    var gap = letter.Left - last.Right;
                    if (gap > WideGap * last.Size)
                    {
                        foreach (var cell in CellsOf(text.ToString(), left, last.Right))
                        {
                            yield return cell;
                        }

                        text.Clear();
                        left = letter.Left;
                    }
                    else if (
                        afterSpace
                        || (isNote && !isRaised(letter))
                        || gap > ((last.IsWide && letter.IsWide ? WideSpace : Space) + tracking) * last.Size
                    )
                    {
                        text.Append(' ');
                    }
                }

                isNote &= isRaised(letter);
                text.Append(
                    isRaised(letter) && !IsFraction(i) ? PdfLetters.Raised(letter.Letter.Value) : letter.Letter.Value
                );
            }

            foreach (var cell in CellsOf(text.ToString(), left, _letters[^1].Letter.Right))
            {
                yield return cell;
            }
        }

        private bool IsFraction(int i) => _letters.Skip(i + 1).FirstOrDefault().Letter?.Letter.Value is "/" or "\u2044";

        // What a line that is set wide, such as a title, leaves between any two letters but a few that are kerned; in ems.
        private double Tracking()
        {
            var gaps = _letters
                .Zip(_letters.Skip(1), (last, next) => (next.Letter.Left - last.Letter.Right) / last.Letter.Size)
                .Order()
                .ToList();
            return gaps.Count >= FewestTracked && gaps[gaps.Count / 8] is > Space and < WideGap and var gap ? gap : 0;
        }

        // Leaders fill the gap between two cells.
        private static IEnumerable<PdfCell> CellsOf(string text, double left, double right)
        {
            var parts = PdfLetters.Plain(Leader.Replace(text, "\t")).Split('\t');
            return parts
                .Select(part => new PdfCell(part.Trim(), left, right))
                .Where(cell => cell.Text.Length > 0 || parts.Length == 1);
        }
    }
}

/// <summary>A piece of a line between wide gaps.</summary>
/// <param name="Text">Its letters.</param>
/// <param name="Left">Where it begins.</param>
/// <param name="Right">Where it ends.</param>
internal sealed record PdfCell(string Text, double Left, double Right);
