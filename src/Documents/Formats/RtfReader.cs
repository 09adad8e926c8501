using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>
/// RTF 1.9: text by its code pages and \u, tables, headings by outline level or style name, notes. Without hidden and deleted
/// text, codes of fields, page headers and footers, pictures and comments.
/// </summary>
internal sealed partial class RtfReader : IFormatReader
{
    public string Name => "RTF document";

    public Document Read(Source source) => new Walk(source).Run();

    // What ends with a brace. Text: of the page, a note, the title; null of what is left out. Level: 0 text, -1 a list item.
    private record struct Group(StringBuilder? Text, int Fallback, int? Font, bool IsHidden, bool IsInTable, int Level);

    // Letters, a byte by number, a control word or symbol with its number, a brace. Line ends mean nothing.
    [GeneratedRegex(
        @"\G[\r\n]*(?:(?<letters>[^\\{}\r\n]+)|\\(?<letters>[\\{}])|\\'(?<code>[0-9A-Fa-f]{2})|(?<star>\\\*[\r\n]*)?"
            + @"\\(?<word>[A-Za-z]{1,32})(?<number>-?[0-9]{1,10})? ?|\\(?<word>[\s\S]?)|(?<brace>[{}])|\z)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 60_000
    )]
    private static partial Regex Token { get; }

    private sealed class Walk(Source source)
    {
        // Those that need no \* before them: what they hold is not on the page.
        private static readonly HashSet<string> Destinations =
        [
            .. "colortbl fldinst fonttbl footer footerf footerl footerr header headerf headerl headerr".Split(' '),
            .. "info listtext nonshppict pict pntext sn sv tc upr xe".Split(' '),
        ];

        private static readonly Dictionary<string, string> Letters =
            "~ \u00A0 _ - tab \t cell \v row \f line \n page \n sect \n nestrow \n nestcell \u2002 emspace \u2003 enspace \u2002 emdash — endash – bullet • lquote ‘ rquote ’ ldblquote “ rdblquote ”"
                .Split(' ')
                .Chunk(2)
                .ToDictionary(pair => pair[0], pair => pair[1]);

        // Code pages of the character sets of Windows; symbols (2) have none of their own.
        private static readonly Dictionary<string, int> CodePages =
            "0 1252 2 1252 77 10000 128 932 129 949 134 936 136 950 161 1253 162 1254 163 1258 177 1255 178 1256 186 1257 204 1251 222 874 238 1250"
                .Split(' ')
                .Chunk(2)
                .ToDictionary(pair => pair[0], pair => int.Parse(pair[1], CultureInfo.InvariantCulture));

        private static readonly Dictionary<string, Action<Walk, int?>> Words = new(StringComparer.Ordinal)
        {
            ["u"] = (walk, n) => walk.AddNumbered(n ?? '?'),
            ["uc"] = (walk, n) => walk._group.Fallback = Math.Clamp(n ?? 1, 0, 16),
            ["bin"] = (walk, n) => walk._at = (int)Math.Min(walk._rtf.Length, walk._at + Math.Max(0L, n ?? 0)),
            ["ansicpg"] = (walk, n) => walk._codePage = n ?? walk._codePage,
            ["mac"] = (walk, _) => walk._codePage = 10000,
            ["deff"] = (walk, n) => walk._defaultFont = n ?? 0,
            ["f"] = (walk, n) => walk._group.Font = n,
            ["fcharset"] = (walk, n) =>
                walk._fontPages[walk._group.Font ?? 0] = CodePages.GetValueOrDefault($"{n}", walk._codePage),
            ["cpg"] = (walk, n) => walk._fontPages[walk._group.Font ?? 0] = n ?? walk._codePage,
            ["plain"] = (walk, _) => (walk._group.Font, walk._group.IsHidden) = (null, false),
            ["v"] = (walk, n) => walk._group.IsHidden = n != 0,
            ["deleted"] = (walk, n) => walk._group.IsHidden = n != 0,
            ["par"] = (walk, _) => walk.EndParagraph(),
            ["\r"] = (walk, _) => walk.EndParagraph(),
            ["\n"] = (walk, _) => walk.EndParagraph(),
            ["pard"] = (walk, _) => (walk._group.Level, walk._group.IsInTable) = (0, false),
            ["intbl"] = (walk, _) => walk._group.IsInTable = true,
            ["s"] = (walk, n) => walk._group.Level = walk._levels.GetValueOrDefault(walk._style = n ?? 0),
            ["outlinelevel"] = (walk, n) => walk._group.Level = n is >= 0 and <= 5 ? n.Value + 1 : 0,
            ["footnote"] = (walk, _) => walk.BeginAside($"[{++walk._notes}]"),
            ["shptxt"] = (walk, _) => walk.BeginAside(""),
            ["shpinst"] = (_, _) => { },
            ["ls"] = (walk, n) => walk._group.Level = walk._group.Level == 0 && n > 0 ? -1 : walk._group.Level,
            ["stylesheet"] = (walk, _) => walk._group.Text = walk._styleNames,
            ["title"] = (walk, _) => walk._group.Text = walk._title,
            // LibreOffice says who changed it last by the same word.
            ["author"] = (walk, _) => walk._group.Text = walk._author.Length == 0 ? walk._author : new(),
            ["ud"] = (walk, _) => walk._group.Text = walk._groups.Skip(1).FirstOrDefault().Text,
        };

        private readonly string _rtf = Encoding.Latin1.GetString(source.Bytes);
        private readonly BlockList _blocks = new();
        private readonly Stack<Group> _groups = new();
        private readonly StringBuilder _page = new(),
            _title = new(),
            _author = new(),
            _styleNames = new(),
            _bytes = new();
        private readonly List<StringBuilder> _asides = [];
        private readonly Dictionary<int, int> _fontPages = [],
            _levels = [];
        private Group _group;
        private int _at,
            _skip,
            _style,
            _notes,
            _defaultFont,
            _codePage = 1252;

        public Document Run()
        {
            var first = _group = new Group { Text = _page, Fallback = 1 };
            do
            {
                source.CancellationToken.ThrowIfCancellationRequested();
                var token = Token.Match(_rtf, _at);
                _at += token.Length;
                Take(token);
            } while (_at < _rtf.Length && _groups.Count > 0);

            EndBytes();
            _group = first;
            EndParagraph();
            return new Document
            {
                ContentType = "application/rtf",
                Title = Properties.Line(_title.ToString()),
                Author = Properties.Line(_author.ToString()),
                Language = Language.Of(_blocks),
                Blocks = _blocks,
            };
        }

        private void Take(Match token)
        {
            var (letters, word, code) = (token.Groups["letters"], token.Groups["word"], token.Groups["code"]);
            if (token.Groups["brace"] is { Success: true, Value: var brace })
            {
                Nest(isOpening: brace == "{");
            }
            else if (letters.Success)
            {
                var fallback = Math.Min(_skip, letters.Length);
                _skip -= fallback;
                _bytes.Append(letters.ValueSpan[fallback..]);
            }
            // Anything else stands in for one letter by number, too.
            else if (_skip > 0 && word.Value is not ("u" or "bin" or "par" or "cell" or "row"))
            {
                _skip--;
            }
            else if (code.Success)
            {
                _bytes.Append((char)Convert.ToByte(code.Value, 16));
            }
            else if (Words.TryGetValue(word.Value, out var apply))
            {
                var number = token.Groups["number"].ValueSpan;
                EndBytes();
                apply(this, int.TryParse(number, CultureInfo.InvariantCulture, out var n) ? n : null);
            }
            else if (token.Groups["star"].Success || Destinations.Contains(word.Value))
            {
                EndBytes();
                _group.Text = null;
            }
            else
            {
                Add(Letters.GetValueOrDefault(word.Value, ""));
            }
        }

        private void Nest(bool isOpening)
        {
            EndBytes();
            _skip = 0;
            if (isOpening)
            {
                _groups.Push(_group);
            }
            else
            {
                _group = _groups.Pop();
            }

            if (_groups.Count > source.Limits.Depth)
            {
                throw source.TooDeep("RTF document");
            }
        }

        private void EndParagraph()
        {
            if (_group.IsInTable || _group.Text != _page)
            {
                Add("\n");
                return;
            }

            // A table may stand before it: rows end with \f, cells with \v.
            var rows = _page.ToString().Split('\f');
            _blocks.AddTable(rows[..^1].Select(row => (row.EndsWith('\v') ? row[..^1] : row).Split('\v')));
            var kind =
                _group.Level > 0 ? BlockKind.Heading
                : _group.Level < 0 ? BlockKind.ListItem
                : BlockKind.Paragraph;
            _blocks.Add(kind, rows[^1], Math.Max(0, _group.Level));
            _page.Clear();
            _asides.ForEach(aside => _blocks.Add(BlockKind.Paragraph, aside.ToString()));
            _asides.Clear();
        }

        // A note or a box follows the paragraph that it is in.
        private void BeginAside(string mark)
        {
            Add(mark);
            if (_group.Text is not null)
            {
                _asides.Add(_group.Text = new StringBuilder(mark).Append(' '));
            }
        }

        private void AddNumbered(int number)
        {
            Add(((char)(ushort)number).ToString());
            _skip = _group.Fallback;
        }

        private void Add(string text)
        {
            EndBytes();
            if (_group.Text == _styleNames && text.Length > 0)
            {
                var isHeading = text.StartsWith("heading ", StringComparison.OrdinalIgnoreCase) && text.Length > 8;
                var level = isHeading ? text[8] - '0' : 0;
                _levels.TryAdd(_style, level is > 0 and <= 6 ? level : _group.Level);
            }
            else if (!_group.IsHidden)
            {
                _group.Text?.Append(text);
            }
        }

        // Bytes make letters together: the second of a pair may be written as a letter of its own.
        private void EndBytes()
        {
            if (_bytes.Length > 0)
            {
                var bytes = Encoding.Latin1.GetBytes(_bytes.ToString());
                _bytes.Clear();
                var page = _fontPages.GetValueOrDefault(_group.Font ?? _defaultFont, _codePage);
                Add(Charset.OfCodePage(page).GetString(bytes));
            }
        }
    }
}
