namespace EmbeddingFunctions.Documents.Formats.Rtf;

/// <summary>
/// RTF 1.9: text by its code pages and \u, tables, headings by outline level or style name. Without hidden and deleted text,
/// codes of fields, page headers and footers, pictures and comments.
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

    private sealed class Walk
    {
        private static readonly Dictionary<string, Action<Walk, int?>> Words = new(StringComparer.Ordinal)
        {
            ["u"] = (walk, n) => walk.AddNumbered(n ?? '?'),
            ["uc"] = (walk, n) => walk._group = walk._group with { Fallback = Math.Clamp(n ?? 1, 0, 16) },
            ["ansicpg"] = (walk, n) => walk._fonts.CodePage = n ?? RtfFonts.Western,
            ["mac"] = (walk, _) => walk._fonts.CodePage = 10000,
            ["pc"] = (walk, _) => walk._fonts.CodePage = 437,
            ["pca"] = (walk, _) => walk._fonts.CodePage = 850,
            ["deff"] = (walk, n) => walk._fonts.Default = n ?? 0,
            ["f"] = (walk, n) => walk._group = walk._group with { Font = n ?? 0 },
            ["fcharset"] = (walk, n) => walk.SetFontPage(RtfFonts.PageOfCharset(n)),
            ["cpg"] = (walk, n) => walk.SetFontPage(n),
            ["plain"] = (walk, _) => walk._group = walk._group with { Font = -1, IsHidden = false },
            ["v"] = (walk, n) => walk._group = walk._group with { IsHidden = n != 0 },
            ["deleted"] = (walk, n) => walk._group = walk._group with { IsHidden = n != 0 },
            ["par"] = (walk, _) => walk.EndParagraph(),
            ["sect"] = (walk, _) => walk.EndParagraph(),
            ["page"] = (walk, _) => walk.EndParagraph(),
            ["pard"] = (walk, _) => walk._page.BeginParagraph(),
            ["intbl"] = (walk, _) => walk._page.IsInTable = true,
            ["cell"] = (walk, _) => walk.OnPage(page => page.EndCell()),
            ["row"] = (walk, _) => walk.OnPage(page => page.EndRow()),
            ["s"] = (walk, n) => walk.SetStyle(n ?? 0),
            ["outlinelevel"] = (walk, n) => walk.SetLevel(n is >= 0 and <= 5 ? n.Value + 1 : 0),
            ["ls"] = (walk, n) => walk._page.IsListItem = n > 0,
            ["listtext"] = (walk, _) => walk.BeginListText(),
            ["pntext"] = (walk, _) => walk.BeginListText(),
            ["footnote"] = (walk, _) => walk.BeginAside(isNote: true),
            ["shptxt"] = (walk, _) => walk.BeginAside(isNote: false),
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

        private readonly Source _source;
        private readonly RtfTokens _tokens;
        private readonly RtfPage _page;
        private readonly BlockList _blocks = new();
        private readonly Stack<Group> _groups = new();
        private readonly List<byte> _run = [];
        private readonly RtfFonts _fonts = new();
        private readonly Dictionary<int, int> _styleLevels = [];
        private readonly Dictionary<Into, string> _stated = [];
        private Group _group = new(Into.Text, Font: -1, Fallback: 1, IsHidden: false, IsAside: false);
        private bool _isStarred;
        private int _skip;
        private int _style;

        public Walk(Source source)
        {
            _source = source;
            _tokens = new RtfTokens(source.Bytes);
            _page = new RtfPage(_blocks);
        }

        public Document Run()
        {
            do
            {
                _source.CancellationToken.ThrowIfCancellationRequested();
            } while (_tokens.Next() is { } token && Take(token));

            while (_groups.Count > 0)
            {
                Close();
            }

            _page.BeginParagraph();
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

        // False behind the brace that ends the document.
        private bool Take(RtfTokens.Token token)
        {
            switch (token)
            {
                case { Kind: RtfTokens.Kind.Open }:
                    Open();
                    break;
                case { Kind: RtfTokens.Kind.Close }:
                    Close();
                    break;
                case { Kind: RtfTokens.Kind.Symbol, Letter: (byte)'*' }:
                    _isStarred = true;
                    break;
                // What stands in for a letter by number, for readers that do not know the number.
                case { Kind: not RtfTokens.Kind.Word } when _skip > 0:
                    _skip--;
                    break;
                case { Word: not ("u" or "par" or "cell" or "row") } when _skip > 0:
                    _skip--;
                    break;
                case { Kind: RtfTokens.Kind.Letter }:
                    _run.Add(token.Letter);
                    break;
                case { Kind: RtfTokens.Kind.Symbol, Letter: (byte)'~' or (byte)'_' }:
                    Add(token.Letter == '~' ? " " : "-");
                    break;
                case { Kind: RtfTokens.Kind.Symbol, Letter: (byte)'\r' or (byte)'\n' }:
                    EndParagraph();
                    break;
                case { Kind: RtfTokens.Kind.Word }:
                    Apply(token);
                    break;
            }

            return _groups.Count > 0;
        }

        private void Open()
        {
            EndRun();
            if (_groups.Count >= _source.Limits.Depth)
            {
                throw new DocumentException(
                    DocumentFault.TooLarge,
                    $"The RTF document nests deeper than the {_source.Limits.Depth} levels allowed."
                );
            }

            _groups.Push(_group);
            _group = _group with { IsAside = false };
            (_skip, _isStarred) = (0, false);
        }

        private void Close()
        {
            EndRun();
            if (_group.IsAside)
            {
                _page.EndAside();
            }

            _group = _groups.TryPop(out var outer) ? outer : _group;
            (_skip, _isStarred) = (0, false);
        }

        private void Apply(RtfTokens.Token token)
        {
            EndRun();
            if (Words.TryGetValue(token.Word, out var apply))
            {
                apply(this, token.Number);
            }
            else if (_isStarred)
            {
                Go(Into.Nothing);
            }

            _isStarred = false;
        }

        private void Go(Into into) => _group = _group with { Into = into };

        private void OnPage(Action<RtfPage> act)
        {
            if (_group.Into == Into.Text)
            {
                act(_page);
            }
        }

        private void EndParagraph()
        {
            EndRun();
            OnPage(page => page.EndParagraph());
        }

        private void BeginListText()
        {
            _page.IsListItem = true;
            Go(Into.Nothing);
        }

        private void BeginAside(bool isNote)
        {
            _page.BeginAside(isNote);
            _group = _group with { Into = Into.Text, IsAside = true, IsHidden = false };
        }

        private void SetFontPage(int? page)
        {
            if (_group.Into == Into.Fonts)
            {
                _fonts.SetPage(_group.Font, page);
            }
        }

        private void SetStyle(int style)
        {
            _style = style;
            OnPage(page => page.Level = _styleLevels.GetValueOrDefault(style));
        }

        private void SetLevel(int level)
        {
            OnPage(page => page.Level = level);
            if (_group.Into == Into.Styles)
            {
                _styleLevels[_style] = level;
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
            switch (_group.Into)
            {
                case Into.Text when !_group.IsHidden:
                    _page.Add(text);
                    break;
                case Into.Title or Into.Author:
                    _stated[_group.Into] = _stated.GetValueOrDefault(_group.Into) + text;
                    break;
                case Into.Styles
                    when text.StartsWith("heading ", StringComparison.OrdinalIgnoreCase) && text.Length > 8:
                    _styleLevels.TryAdd(_style, text[8] is >= '1' and <= '6' ? text[8] - '0' : 0);
                    break;
            }
        }

        // Bytes make letters together: the second of a pair may be written as a letter of its own.
        private void EndRun()
        {
            if (_run.Count > 0)
            {
                var bytes = _run.ToArray();
                _run.Clear();
                Add(_fonts.EncodingOf(_group.Font).GetString(bytes));
            }
        }

        private string? Stated(Into into) =>
            BlockList.OneLine(_stated.GetValueOrDefault(into) ?? "") is { Length: > 0 } line ? line : null;
    }
}
