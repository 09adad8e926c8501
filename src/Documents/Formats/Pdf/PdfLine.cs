using System.Text;
using System.Text.RegularExpressions;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Util;

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
    private const double WideGap = 1.5;

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
        private readonly List<PdfCell> _cells = [];
        private readonly StringBuilder _text = new();
        private readonly Dictionary<double, int> _sizes = [];
        private double _left;
        private PlacedLetter? _first;
        private PlacedLetter? _previous;
        private PlacedLetter? _last;

        public bool IsEmpty => _first is null;

        public bool IsEndedBy(PlacedLetter letter) =>
            !letter.IsBlank
            && _last is { } last
            && (
                last.Angle != letter.Angle
                || Math.Abs(last.BaseLine - letter.BaseLine)
                    > 0.9 * Math.Min(Math.Round(last.Size), Math.Round(letter.Size))
            );

        public void Append(PlacedLetter letter)
        {
            if (letter.IsBlank)
            {
                _previous = letter;
                Space();
                return;
            }

            if (
                _previous is { } previous
                && WhitespaceSizeStatistics.IsProbablyWhitespace(letter.Left - previous.Right, previous.Letter)
            )
            {
                Space();
            }

            if (_last is { } last && letter.Left - last.Right > WideGap * last.Size)
            {
                EndCell();
            }

            if (_text.Length == 0)
            {
                _left = letter.Left;
            }

            _text.Append(letter.Letter.Value);
            var size = Math.Round(letter.Size * 2) / 2;
            _sizes[size] = _sizes.GetValueOrDefault(size) + 1;
            _first ??= letter;
            _previous = _last = letter;
        }

        public PdfLine Take()
        {
            EndCell();
            var line = new PdfLine(
                [.. _cells],
                _sizes.MaxBy(size => size.Value).Key,
                _first!.BaseLine,
                _first.Angle,
                page
            );
            _cells.Clear();
            _sizes.Clear();
            _first = _previous = _last = null;
            return line;
        }

        // Leaders are cells of their own, or fill the gap between two.
        private void EndCell()
        {
            var text = PdfLetters.Plain(Leader.Replace(_text.ToString().TrimEnd(), "\t"));
            foreach (var part in text.Split('\t', StringSplitOptions.RemoveEmptyEntries))
            {
                _cells.Add(new PdfCell(part, _left, _last!.Right));
            }

            if (_cells.Count == 0)
            {
                _cells.Add(new PdfCell("", _left, _last!.Right));
            }

            _text.Clear();
        }

        private void Space()
        {
            if (_text.Length > 0 && _text[^1] != ' ')
            {
                _text.Append(' ');
            }
        }
    }
}

/// <summary>A piece of a line between wide gaps.</summary>
/// <param name="Text">Its letters.</param>
/// <param name="Left">Where it begins.</param>
/// <param name="Right">Where it ends.</param>
internal sealed record PdfCell(string Text, double Left, double Right);
