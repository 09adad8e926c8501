using System.Collections;
using System.Globalization;
using System.Text;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>Blocks as a reader finds them: cleaned, and none blank.</summary>
internal sealed class BlockList : IReadOnlyList<Block>
{
    /// <summary>The deepest level of headings.</summary>
    public const int DeepestHeading = 6;

    private readonly List<Block> _blocks = [];

    public int Count => _blocks.Count;

    public Block this[int index] => _blocks[index];

    public void Add(BlockKind kind, string text, int level = 0, int? page = null, string? place = null)
    {
        // Headings, list items and the like are one line: a line break in them is layout.
        var clean = Clean(kind is BlockKind.Heading ? OneLine(text) : text, kind);
        if (!string.IsNullOrWhiteSpace(clean))
        {
            _blocks.Add(new Block(kind, clean, level, page, place));
        }
    }

    /// <summary>A block that another reader has cleaned.</summary>
    public void Add(Block block) => _blocks.Add(block);

    /// <summary>Lets the block at a place begin a section, if there is one and it is no heading.</summary>
    public void BeginSection(int at)
    {
        if (at < Count && _blocks[at].Level == 0)
        {
            _blocks[at] = _blocks[at] with { Level = 1 };
        }
    }

    /// <summary>A last paragraph with the names of parts that were not read, and why: someone may look for them.</summary>
    public void AddUnread(IEnumerable<(string Name, string Reason)> parts)
    {
        var names = string.Join(", ", parts.Select(part => $"{OneLine(part.Name)} ({part.Reason})"));
        if (names.Length > 0)
        {
            Add(BlockKind.Paragraph, $"Not read: {names}");
        }
    }

    /// <summary>A table row by row, its first row the header; cells that span several lines become one line.</summary>
    public void AddTable(IEnumerable<IReadOnlyList<string>> rows, int? page = null, string? place = null) =>
        Add(
            BlockKind.Table,
            string.Join(
                '\n',
                rows.Select(row => row.Select(OneLine).ToList())
                    .Where(row => row.Exists(cell => cell.Length > 0))
                    .Select(row => string.Join(" | ", row))
            ),
            page: page,
            place: place
        );

    public IEnumerator<Block> GetEnumerator() => _blocks.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>All white space as one space, none at the ends.</summary>
    public static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (!char.IsWhiteSpace(c))
            {
                line.Append(c);
            }
            else if (line.Length > 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }
        }

        return line.ToString().TrimEnd();
    }

    // Line ends become line feeds; what nobody sees goes: control characters, byte order marks, soft hyphens, white
    // space at the ends of lines. Half surrogate pairs become U+FFFD, as no UTF-8 can carry them.
    private static string Clean(string text, BlockKind kind)
    {
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            switch (c)
            {
                case '\r' when i + 1 < text.Length && text[i + 1] == '\n':
                case '\uFEFF' or '\u00AD':
                    break;
                case '\r' or '\n' or '\u0085' or '\u2028' or '\u2029' or '\v' or '\f':
                    TrimLineEnd(clean);
                    clean.Append('\n');
                    break;
                case '\u00A0':
                    clean.Append(' ');
                    break;
                case '\t':
                    clean.Append('\t');
                    break;
                case var _ when char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]):
                    clean.Append(c).Append(text[++i]);
                    break;
                case var _ when char.IsSurrogate(c):
                    clean.Append('\uFFFD');
                    break;
                case var _ when char.GetUnicodeCategory(c) != UnicodeCategory.Control:
                    clean.Append(c);
                    break;
            }
        }

        TrimLineEnd(clean);
        return kind == BlockKind.Code ? clean.ToString().Trim('\n') : clean.ToString().Trim();
    }

    private static void TrimLineEnd(StringBuilder text)
    {
        var end = text.Length;
        while (end > 0 && text[end - 1] is ' ' or '\t' or '\u3000')
        {
            end--;
        }

        text.Length = end;
    }
}
