using System.Text;
using System.Text.RegularExpressions;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Util;

namespace EmbeddingFunctions.Documents.Formats.Pdf;

/// <summary>Letters that were drawn one after the other on one base line. Lengths in points.</summary>
/// <param name="Text">The line with a space where the letters leave a gap, a tab where they leave a wide one.</param>
/// <param name="Size">The size of most of its letters.</param>
/// <param name="Left">Where it begins.</param>
/// <param name="Right">Where it ends.</param>
/// <param name="BaseLine">Its height above the foot of the page.</param>
/// <param name="Page">Its page, from 1.</param>
internal sealed partial record PdfLine(string Text, double Size, double Left, double Right, double BaseLine, int Page)
{
    private const double WideGap = 1.5;

    /// <summary>True for what looks like a row of a table.</summary>
    public bool IsRow => Text.Contains('\t', StringComparison.Ordinal);

    // The dots between a title and its page number.
    [GeneratedRegex(@"[\t ]*(?: ?\.){5,}[\t ]*", RegexOptions.NonBacktracking)]
    private static partial Regex Leader { get; }

    /// <summary>The lines of a page in the order in which they were drawn.</summary>
    public static IEnumerable<PdfLine> LinesOf(Page page)
    {
        var line = new Builder(page.Number);
        foreach (var letter in PdfLetters.WithoutRepeats(page.Letters))
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
        private readonly StringBuilder _text = new();
        private readonly Dictionary<double, int> _sizes = [];
        private Letter? _first;
        private Letter? _previous;
        private Letter? _last;

        public bool IsEmpty => _first is null;

        public bool IsEndedBy(Letter letter) =>
            !string.IsNullOrWhiteSpace(letter.Value)
            && _last is { } last
            && Math.Abs(last.StartBaseLine.Y - letter.StartBaseLine.Y)
                > 0.9 * Math.Min(Math.Round(last.PointSize), Math.Round(letter.PointSize));

        public void Append(Letter letter)
        {
            if (string.IsNullOrWhiteSpace(letter.Value))
            {
                _previous = letter;
                Space();
                return;
            }

            if (
                _previous is { } previous
                && WhitespaceSizeStatistics.IsProbablyWhitespace(
                    letter.StartBaseLine.X - previous.EndBaseLine.X,
                    previous
                )
            )
            {
                Space();
            }

            if (_last is { } last && letter.StartBaseLine.X - last.EndBaseLine.X > WideGap * last.PointSize)
            {
                _text.Length -= _text[^1] == ' ' ? 1 : 0;
                _text.Append('\t');
            }

            _text.Append(letter.Value);
            var size = Math.Round(letter.PointSize * 2) / 2;
            _sizes[size] = _sizes.GetValueOrDefault(size) + 1;
            _first ??= letter;
            _previous = _last = letter;
        }

        public PdfLine Take()
        {
            var line = new PdfLine(
                PdfLetters.Plain(Leader.Replace(_text.ToString().TrimEnd(), "\t")),
                _sizes.MaxBy(size => size.Value).Key,
                _first!.StartBaseLine.X,
                _last!.EndBaseLine.X,
                _first.StartBaseLine.Y,
                page
            );
            _text.Clear();
            _sizes.Clear();
            _first = _previous = _last = null;
            return line;
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
