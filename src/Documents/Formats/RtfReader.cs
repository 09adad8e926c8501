using System.Globalization;
using System.Text;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>
/// RTF 1.9: text by its code pages and \u, tables, headings by outline level, notes and text boxes behind their paragraph.
/// Without hidden and deleted text, codes of fields, page headers and footers, pictures and comments.
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
    }

    private readonly record struct Group(Into Into, int Font, int Fallback, bool IsHidden, bool IsAside);

    private sealed record Flow(StringBuilder Text, List<string> Row, List<List<string>> Table);

    private sealed class Walk(Source source)
    {
        private static readonly Dictionary<string, Action<Walk, int?>> Words = new(StringComparer.Ordinal)
        {
            ["u"] = (walk, n) => walk.AddNumbered(n ?? '?'),
            ["uc"] = (walk, n) => walk._group = walk._group with { Fallback = Math.Clamp(n ?? 1, 0, 16) },
            ["bin"] = (walk, n) => walk._at = (int)Math.Min(walk._bytes.Length, walk._at + Math.Max(0L, n ?? 0)),
            ["ansicpg"] = (walk, n) => walk._codePage = n ?? 1252,
            ["mac"] = (walk, _) => walk._codePage = 10000,
            ["pc"] = (walk, _) => walk._codePage = 437,
            ["pca"] = (walk, _) => walk._codePage = 850,
            ["deff"] = (walk, n) => walk._defaultFont = n ?? 0,
            ["f"] = (walk, n) => walk.SetFont(n ?? 0),
            ["fcharset"] = (walk, n) => walk.SetFontPage(PageOfCharset(n)),
            ["cpg"] = (walk, n) => walk.SetFontPage(n),
            ["plain"] = (walk, _) => walk._group = walk._group with { Font = -1, IsHidden = false },
            ["v"] = (walk, n) => walk._group = walk._group with { IsHidden = n != 0 },
            ["deleted"] = (walk, n) => walk._group = walk._group with { IsHidden = n != 0 },
            ["par"] = (walk, _) => walk.EndParagraph(),
            ["sect"] = (walk, _) => walk.EndParagraph(),
            ["page"] = (walk, _) => walk.EndParagraph(),
            ["pard"] = (walk, _) => (walk._isInTable, walk._isListItem, walk._level) = (false, false, 0),
            ["intbl"] = (walk, _) => walk._isInTable = true,
            ["cell"] = (walk, _) => walk.EndCell(),
            ["row"] = (walk, _) => walk.EndRow(),
            ["s"] = (walk, n) => walk.SetStyle(n ?? 0),
            ["outlinelevel"] = (walk, n) => walk.SetLevel(n is >= 0 and <= 5 ? n.Value + 1 : 0),
            ["ls"] = (walk, n) => walk._isListItem = n > 0,
            ["listtext"] = (walk, _) => walk.BeginListText(),
            ["pntext"] = (walk, _) => walk.BeginListText(),
            ["footnote"] = (walk, _) => walk.BeginAside($"[{++walk._notes}]"),
            ["shptxt"] = (walk, _) => walk.BeginAside(""),
            ["shpinst"] = (_, _) => { },
            ["ud"] = (walk, _) => walk.Go(walk._groups.Skip(1).FirstOrDefault().Into),
            ["fonttbl"] = (walk, _) => walk.Go(Into.Fonts),
            ["stylesheet"] = (walk, _) => walk.Go(Into.Styles),
            ["info"] = (walk, _) => walk.Go(Into.Info),
            ["title"] = (walk, _) => walk.Go(walk._group.Into == Into.Info ? Into.Title : Into.Nothing),
            ["author"] = (walk, _) => walk.Go(walk._group.Into == Into.Info ? Into.Author : Into.Nothing),
        };

        static Walk()
        {
            const string LeftOut =
                "annotation atnauthor atnid bkmkend bkmkstart colortbl datastore fldinst footer footerf footerl footerr ftnsep"
                + " generator header headerf headerl headerr listoverridetable listtable nonshppict objdata pict rsidtbl sn sv"
                + " tc template themedata upr xe";
            const string Letters =
                "tab \t line \n nestrow \n nestcell \u2002 emspace \u2003 enspace \u2002 emdash — endash – bullet • lquote ‘ rquote ’"
                + " ldblquote “ rdblquote ”";
            foreach (var word in LeftOut.Split(' '))
            {
                Words[word] = (walk, _) => walk.Go(Into.Nothing);
            }

            foreach (var pair in Letters.Split(' ').Chunk(2))
            {
                Words[pair[0]] = (walk, _) => walk.Add(pair[1]);
            }
        }

        private readonly byte[] _bytes = source.Bytes;
        private readonly BlockList _blocks = new();
        private readonly Stack<Group> _groups = new();
        private readonly Stack<Flow> _hosts = new();
        private readonly List<string> _asides = [];
        private readonly List<byte> _run = [];
        private readonly Dictionary<int, int> _fontPages = [];
        private readonly Dictionary<int, int> _styleLevels = [];
        private readonly Dictionary<Into, StringBuilder> _stated = [];
        private Group _group = new(Into.Text, Font: -1, Fallback: 1, IsHidden: false, IsAside: false);
        private Flow _flow = new(new(), [], []);
        private bool _isStarred;
        private bool _isInTable;
        private bool _isListItem;
        private int _at;
        private int _skip;
        private int _codePage = 1252;
        private int _defaultFont;
        private int _font;
        private int _style;
        private int _level;
        private int _notes;

        public Document Run()
        {
            do
            {
                source.CancellationToken.ThrowIfCancellationRequested();
                Take(_bytes[_at++]);
            } while (_at < _bytes.Length && _groups.Count > 0);

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
                Language = Language.Of(_blocks),
                Blocks = _blocks,
            };
        }

        private void Take(byte letter)
        {
            switch (letter)
            {
                case (byte)'{':
                    Begin();
                    break;
                case (byte)'}':
                    End();
                    break;
                case (byte)'\\':
                    TakeControl();
                    break;
                case (byte)'\r' or (byte)'\n':
                    break;
                default:
                    Add(letter);
                    break;
            }
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
            if (_group.IsAside)
            {
                EndTable();
                _asides.Add(_flow.Text.ToString());
                _flow = _hosts.Pop();
            }

            _group = _groups.Pop();
            (_skip, _isStarred) = (0, false);
        }

        private void TakeControl()
        {
            var word = TakeWhile(char.IsAsciiLetter);
            if (word.Length == 0)
            {
                TakeSymbol(_at < _bytes.Length ? (char)_bytes[_at++] : '\0');
                return;
            }

            var sign = _at < _bytes.Length && _bytes[_at] == '-' ? 1 : 0;
            _at += sign;
            int? number = int.TryParse(TakeWhile(char.IsAsciiDigit), CultureInfo.InvariantCulture, out var n)
                ? n
                : null;
            _at += _at < _bytes.Length && _bytes[_at] == ' ' ? 1 : 0;
            if (_skip > 0 && word is not ("u" or "par" or "cell" or "row"))
            {
                _skip--;
                return;
            }

            EndRun();
            if (Words.TryGetValue(word, out var apply))
            {
                apply(this, sign > 0 ? -number : number);
            }
            else if (_isStarred)
            {
                Go(Into.Nothing);
            }

            _isStarred = false;
        }

        private string TakeWhile(Func<char, bool> isPart)
        {
            var start = _at;
            while (_at < _bytes.Length && _at - start < 32 && isPart((char)_bytes[_at]))
            {
                _at++;
            }

            return Encoding.ASCII.GetString(_bytes, start, _at - start);
        }

        private void TakeSymbol(char symbol)
        {
            switch (symbol)
            {
                case '\'':
                    var hex = _bytes.AsSpan(_at, Math.Min(2, _bytes.Length - _at));
                    Add(
                        byte.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var b)
                            ? b
                            : (byte)'?'
                    );
                    _at += hex.Length;
                    break;
                case '\\' or '{' or '}':
                    Add((byte)symbol);
                    break;
                case '*':
                    _isStarred = true;
                    break;
                case var _ when _skip > 0:
                    _skip--;
                    break;
                case '~' or '_':
                    Add(symbol == '~' ? " " : "-");
                    break;
                case '\r' or '\n':
                    EndParagraph();
                    break;
            }
        }

        // Windows' numbers of character sets; 1252 is theirs for symbols too.
        private static int? PageOfCharset(int? charset) =>
            charset switch
            {
                0 or 2 => 1252,
                77 => 10000,
                128 => 932,
                129 => 949,
                134 => 936,
                136 => 950,
                >= 161 and <= 163 => 1253 + charset - 161 + (charset == 163 ? 3 : 0),
                177 or 178 => 1255 + charset - 177,
                186 => 1257,
                204 => 1251,
                222 => 874,
                238 => 1250,
                _ => null,
            };

        private void Go(Into into) => _group = _group with { Into = into };

        private void SetFont(int font)
        {
            _font = font;
            _group = _group with { Font = font };
        }

        private void SetFontPage(int? page)
        {
            if (_group.Into == Into.Fonts && page is > 0)
            {
                _fontPages[_font] = page.Value;
            }
        }

        private void SetStyle(int style) =>
            (_style, _level) = (style, _group.Into == Into.Styles ? _level : _styleLevels.GetValueOrDefault(style));

        private void SetLevel(int level)
        {
            if (_group.Into == Into.Styles)
            {
                _styleLevels[_style] = level;
            }
            else
            {
                _level = level;
            }
        }

        private void BeginListText()
        {
            _isListItem = true;
            Go(Into.Nothing);
        }

        private void BeginAside(string mark)
        {
            Add(mark);
            _hosts.Push(_flow);
            _flow = new Flow(new StringBuilder(mark.Length > 0 ? mark + " " : ""), [], []);
            _group = _group with { Into = Into.Text, IsAside = true, IsHidden = false };
        }

        private void Add(byte letter)
        {
            if (_skip > 0)
            {
                _skip--;
            }
            else
            {
                _run.Add(letter);
            }
        }

        private void AddNumbered(int number)
        {
            Add(((char)(ushort)number).ToString());
            _skip = _group.Fallback;
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
                _stated.TryAdd(_group.Into, new());
                _stated[_group.Into].Append(text);
            }
        }

        // Bytes make letters together: the second of a pair may be written as a letter of its own.
        private void EndRun()
        {
            if (_run.Count > 0)
            {
                var bytes = _run.ToArray();
                _run.Clear();
                var font = _group.Font < 0 ? _defaultFont : _group.Font;
                Add(Charset.OfCodePage(_fontPages.GetValueOrDefault(font, _codePage)).GetString(bytes));
            }
        }

        private void EndCell()
        {
            if (_group.Into == Into.Text)
            {
                _flow.Row.Add(_flow.Text.ToString());
                _flow.Text.Clear();
            }
        }

        private void EndRow()
        {
            _flow.Table.Add([.. _flow.Row]);
            _flow.Row.Clear();
        }

        private void EndParagraph()
        {
            EndRun();
            if (_isInTable || _hosts.Count > 0)
            {
                Add("\n");
            }
            else if (_group.Into == Into.Text)
            {
                EndTable();
                var kind =
                    _level > 0 ? BlockKind.Heading
                    : _isListItem ? BlockKind.ListItem
                    : BlockKind.Paragraph;
                _blocks.Add(kind, _flow.Text.ToString(), _level);
                _flow.Text.Clear();
                _asides.ForEach(aside => _blocks.Add(BlockKind.Paragraph, aside));
                _asides.Clear();
            }
        }

        private void EndTable()
        {
            EndRow();
            _blocks.AddTable(_flow.Table);
            _flow.Table.Clear();
        }

        private string? Stated(Into into) =>
            BlockList.OneLine(_stated.GetValueOrDefault(into)?.ToString() ?? "") is { Length: > 0 } line ? line : null;
    }
}
