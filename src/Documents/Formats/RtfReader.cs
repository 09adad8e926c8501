using System.Globalization;
using System.Text;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>
/// RTF 1.9: text by its code pages and \u, tables, headings by outline level, notes and text boxes behind their paragraph.
/// Without hidden and deleted text, fields' codes, page headers and footers, pictures and comments.
/// </summary>
internal sealed class RtfReader : IFormatReader
{
    public string Name => "RTF document";

    public Document Read(Source source) => new Walk(source).Run();

    private enum Into
    {
        Text,
        Nothing,
        Fonts,
        Styles,
        Info,
        Title,
        Author,
        Created,
        Modified,
    }

    private static readonly HashSet<string> LeftOut = new(
        """
        pict object objdata nonshppict header headerl headerr headerf footer footerl footerr footerf fldinst colortbl listtext
        pntext listtable listoverridetable revtbl rsidtbl generator xe tc txe rxe sn sv ftnsep ftnsepc aftnsep aftnsepc annotation
        atnid atnauthor bkmkstart bkmkend filetbl themedata datastore template
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
        StringComparer.Ordinal
    );

    private static readonly Dictionary<string, string> Letters = new(StringComparer.Ordinal)
    {
        ["tab"] = "\t",
        ["line"] = "\n",
        ["nestrow"] = "\n",
        ["nestcell"] = " ",
        ["emspace"] = " ",
        ["enspace"] = " ",
        ["qmspace"] = " ",
        ["emdash"] = "—",
        ["endash"] = "–",
        ["bullet"] = "•",
        ["lquote"] = "‘",
        ["rquote"] = "’",
        ["ldblquote"] = "“",
        ["rdblquote"] = "”",
    };

    private static readonly Dictionary<int, int> CodePages = new()
    {
        [0] = 1252,
        [77] = 10000,
        [128] = 932,
        [129] = 949,
        [130] = 1361,
        [134] = 936,
        [136] = 950,
        [161] = 1253,
        [162] = 1254,
        [163] = 1258,
        [177] = 1255,
        [178] = 1256,
        [186] = 1257,
        [204] = 1251,
        [222] = 874,
        [238] = 1250,
        [254] = 437,
        [255] = 850,
    };

    private readonly record struct Group(Into Into, int Font, int Fallback, bool IsHidden, bool IsAside);

    private sealed record Flow(StringBuilder Text, List<string> Row, List<List<string>> Table);

    private sealed class Walk(Source source)
    {
        private readonly byte[] _bytes = source.Bytes;
        private readonly BlockList _blocks = new();
        private readonly Stack<Group> _groups = new();
        private readonly Stack<Flow> _hosts = new();
        private readonly List<string> _asides = [];
        private readonly List<byte> _run = [];
        private readonly Dictionary<int, int> _fontPages = [];
        private readonly Dictionary<int, int> _styleLevels = [];
        private readonly Dictionary<Into, StringBuilder> _info = [];
        private readonly Dictionary<(Into, string), int> _dates = [];
        private Group _group = new(Into.Text, -1, 1, IsHidden: false, IsAside: false);
        private Flow _flow = new(new(), [], []);
        private int _at;
        private int _skip;
        private int _codePage = 1252;
        private int _defaultFont;
        private int _font;
        private int _style;
        private int _notes;
        private int _level;
        private bool _isStarred;
        private bool _isInTable;
        private bool _isListItem;

        public Document Run()
        {
            while (_at < _bytes.Length && (_groups.Count > 0 || _at == 0))
            {
                source.CancellationToken.ThrowIfCancellationRequested();
                switch (_bytes[_at++])
                {
                    case (byte)'{':
                        Begin();
                        break;
                    case (byte)'}':
                        End();
                        break;
                    case (byte)'\\':
                        Control();
                        break;
                    case (byte)'\r' or (byte)'\n':
                        break;
                    case var letter:
                        Add(letter);
                        break;
                }
            }

            while (_groups.Count > 0)
            {
                End();
            }

            _isInTable = false;
            EndParagraph();
            return new Document
            {
                ContentType = "application/rtf",
                Title = Stated(Into.Title),
                Author = Stated(Into.Author),
                Created = Date(Into.Created),
                Modified = Date(Into.Modified),
                Language = Language.Of(_blocks),
                Blocks = _blocks,
            };
        }

        private void Begin()
        {
            EndRun();
            if (_groups.Count >= source.Limits.Depth)
            {
                throw new DocumentException(
                    DocumentFault.TooLarge,
                    $"The RTF document nests deeper than the {source.Limits.Depth} levels allowed."
                );
            }

            _groups.Push(_group);
            _group = _group with { IsAside = false };
            (_skip, _isStarred) = (0, false);
        }

        private void End()
        {
            EndRun();
            (_skip, _isStarred) = (0, false);
            if (_group.IsAside)
            {
                FlushTable();
                _asides.Add(_flow.Text.ToString());
                _flow = _hosts.Pop();
            }

            _group = _groups.TryPop(out var outer) ? outer : _group;
        }

        private void Control()
        {
            var start = _at;
            while (_at < _bytes.Length && char.IsAsciiLetter((char)_bytes[_at]) && _at - start < 32)
            {
                _at++;
            }

            if (_at == start)
            {
                Symbol();
                return;
            }

            var word = Encoding.ASCII.GetString(_bytes, start, _at - start);
            start = _at;
            while (
                _at < _bytes.Length && (char.IsAsciiDigit((char)_bytes[_at]) || (_at == start && _bytes[_at] == '-'))
            )
            {
                _at++;
            }

            var digits = Encoding.ASCII.GetString(_bytes, start, Math.Min(_at - start, 10));
            int? number = int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n)
                ? n
                : null;
            _at += _at < _bytes.Length && _bytes[_at] == ' ' ? 1 : 0;
            if (_skip > 0 && word is not ("u" or "par" or "cell" or "row"))
            {
                _skip--;
                return;
            }

            Apply(word, number);
            _isStarred = false;
        }

        private void Symbol()
        {
            var symbol = _at < _bytes.Length ? _bytes[_at++] : (byte)0;
            switch ((char)symbol)
            {
                case '\'':
                    var hex = Encoding.ASCII.GetString(_bytes, _at, Math.Min(2, _bytes.Length - _at));
                    _at += hex.Length;
                    Add(
                        byte.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var b)
                            ? b
                            : (byte)'?'
                    );
                    break;
                case '\\' or '{' or '}':
                    Add(symbol);
                    break;
                case '*':
                    _isStarred = true;
                    break;
                case var _ when _skip > 0:
                    _skip--;
                    break;
                case '~':
                    Add(" ");
                    break;
                case '_':
                    Add("-");
                    break;
                case '\r' or '\n':
                    EndParagraph();
                    break;
            }
        }

        private void Apply(string word, int? number)
        {
            switch (word)
            {
                case "u":
                    Add(((char)(ushort)(number ?? '?')).ToString());
                    _skip = _group.Fallback;
                    break;
                case "uc":
                    _group = _group with { Fallback = Math.Clamp(number ?? 1, 0, 16) };
                    break;
                case "bin":
                    _at = (int)Math.Min(_bytes.Length, _at + (long)Math.Max(0, number ?? 0));
                    break;
                case "ansicpg":
                    _codePage = number ?? _codePage;
                    break;
                case "mac":
                    _codePage = 10000;
                    break;
                case "pc":
                    _codePage = 437;
                    break;
                case "pca":
                    _codePage = 850;
                    break;
                case "deff":
                    _defaultFont = number ?? 0;
                    break;
                case "f" when _group.Into == Into.Fonts:
                    _font = number ?? 0;
                    break;
                case "fcharset" when _group.Into == Into.Fonts && CodePages.TryGetValue(number ?? 0, out var page):
                    _fontPages[_font] = page;
                    break;
                case "cpg" when _group.Into == Into.Fonts && number > 0:
                    _fontPages[_font] = number.Value;
                    break;
                case "f":
                    EndRun();
                    _group = _group with { Font = number ?? 0 };
                    break;
                case "plain":
                    EndRun();
                    _group = _group with { Font = -1, IsHidden = false };
                    break;
                case "v" or "deleted":
                    EndRun();
                    _group = _group with { IsHidden = number != 0 };
                    break;
                case "yr" or "mo" or "dy" or "hr" or "min":
                    _dates[(_group.Into, word)] = number ?? 0;
                    break;
                default:
                    if (!ApplyParagraph(word, number) && !ApplyGroup(word) && _isStarred)
                    {
                        _group = _group with { Into = Into.Nothing };
                    }

                    break;
            }
        }

        private bool ApplyParagraph(string word, int? number)
        {
            switch (word)
            {
                case "par" or "sect" or "page":
                    EndParagraph();
                    return true;
                case "cell" when _group.Into == Into.Text:
                    EndRun();
                    _flow.Row.Add(_flow.Text.ToString());
                    _flow.Text.Clear();
                    return true;
                case "row" when _group.Into == Into.Text:
                    EndRun();
                    _flow.Table.Add([.. _flow.Row]);
                    _flow.Row.Clear();
                    return true;
                case "intbl":
                    _isInTable = true;
                    return true;
                case "pard":
                    (_isInTable, _isListItem, _level) = (false, false, 0);
                    return true;
                case "s" when _group.Into == Into.Styles:
                    _style = number ?? 0;
                    return true;
                case "s":
                    _level = _styleLevels.GetValueOrDefault(number ?? 0);
                    return true;
                case "outlinelevel" when _group.Into == Into.Styles:
                    _styleLevels[_style] = Level(number);
                    return true;
                case "outlinelevel":
                    _level = Level(number);
                    return true;
                case "ls":
                    _isListItem = number > 0;
                    return true;
                case var _ when Letters.TryGetValue(word, out var letter):
                    Add(letter);
                    return true;
                default:
                    return false;
            }
        }

        private bool ApplyGroup(string word)
        {
            _isListItem |= word is "listtext" or "pntext";
            switch (word)
            {
                case "footnote" or "shptxt" when _group.Into != Into.Nothing || word is "shptxt":
                    BeginAside(word is "footnote" ? $"[{++_notes}]" : "");
                    return true;
                case "shpinst" or "ud":
                    return true;
                default:
                    var into = word switch
                    {
                        "fonttbl" => Into.Fonts,
                        "stylesheet" => Into.Styles,
                        "info" => Into.Info,
                        "title" when _group.Into == Into.Info => Into.Title,
                        "author" when _group.Into == Into.Info => Into.Author,
                        "creatim" when _group.Into == Into.Info => Into.Created,
                        "revtim" when _group.Into == Into.Info => Into.Modified,
                        _ when LeftOut.Contains(word) => Into.Nothing,
                        _ => (Into?)null,
                    };
                    _group = _group with { Into = into ?? _group.Into };
                    return into is not null;
            }
        }

        private void BeginAside(string mark)
        {
            EndRun();
            _flow.Text.Append(mark);
            _hosts.Push(_flow);
            _flow = new Flow(new StringBuilder(mark.Length > 0 ? mark + " " : ""), [], []);
            _group = _group with { Into = Into.Text, IsAside = true, IsHidden = false };
        }

        private void Add(byte letter)
        {
            _isStarred = false;
            if (_skip > 0)
            {
                _skip--;
            }
            else
            {
                _run.Add(letter);
            }
        }

        private void Add(string text)
        {
            EndRun();
            if (_group is { Into: Into.Text, IsHidden: false })
            {
                _flow.Text.Append(text);
            }
            else if (_group.Into is Into.Title or Into.Author)
            {
                _info[_group.Into] = _info.GetValueOrDefault(_group.Into, new()).Append(text);
            }
        }

        // Bytes make letters together: the second of a pair may be written as a letter of its own.
        private void EndRun()
        {
            if (_run.Count == 0)
            {
                return;
            }

            var bytes = _run.ToArray();
            _run.Clear();
            if (_group.Into is Into.Text or Into.Title or Into.Author)
            {
                var font = _group.Font < 0 ? _defaultFont : _group.Font;
                Add(Charset.OfCodePage(_fontPages.GetValueOrDefault(font, _codePage)).GetString(bytes));
            }
        }

        private void EndParagraph()
        {
            EndRun();
            if (_group.Into != Into.Text)
            {
                return;
            }

            if (_isInTable || _hosts.Count > 0)
            {
                _flow.Text.Append('\n');
                return;
            }

            FlushTable();
            var kind =
                _level > 0 ? BlockKind.Heading
                : _isListItem ? BlockKind.ListItem
                : BlockKind.Paragraph;
            _blocks.Add(kind, _flow.Text.ToString(), _level);
            _flow.Text.Clear();
            _asides.ForEach(aside => _blocks.Add(BlockKind.Paragraph, aside));
            _asides.Clear();
        }

        private void FlushTable()
        {
            _blocks.AddTable(_flow.Row.Count > 0 ? [.. _flow.Table, _flow.Row] : _flow.Table);
            _flow.Table.Clear();
            _flow.Row.Clear();
        }

        private static int Level(int? outline) => outline is >= 0 and <= 5 ? outline.Value + 1 : 0;

        private string? Stated(Into into) =>
            _info.TryGetValue(into, out var text) && BlockList.OneLine(text.ToString()) is { Length: > 0 } line
                ? line
                : null;

        // RTF knows no time zone.
        private DateTimeOffset? Date(Into into)
        {
            int Part(string word) => _dates.GetValueOrDefault((into, word));
            var text = $"{Part("yr"):0000}-{Part("mo"):00}-{Part("dy"):00} {Part("hr"):00}:{Part("min"):00}";
            return DateTimeOffset.TryParseExact(
                text,
                "yyyy-MM-dd HH:mm",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var date
            )
                ? date
                : null;
        }
    }
}
