using System.Text.RegularExpressions;
using System.Xml;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>
/// The texts of an XML file in order, without its attributes. An element in which text and elements alternate is one
/// paragraph; elements of short texts side by side are lines "name: text"; one called title or head is a heading.
/// A document type declaration is passed over, so that no entity of its own is ever unfolded.
/// </summary>
internal sealed partial class XmlFileReader(string text) : IFormatReader
{
    private const int MostLineChars = 300;

    private static readonly HashSet<string> Titles = new(StringComparer.OrdinalIgnoreCase)
    {
        "title",
        "heading",
        "head",
    };

    private static readonly HashSet<string> LeftOut = new(StringComparer.OrdinalIgnoreCase) { "script", "style" };

    // Parts of a line even where no text stands beside them.
    private static readonly HashSet<string> Inline = new(
        "abbr b em emph emphasis hi i span strong sub sup tspan tt u".Split(' '),
        StringComparer.OrdinalIgnoreCase
    );

    public string Name => "XML file";

    public bool HasText => true;

    public static bool Begins(string text, string extension)
    {
        var start = text.AsSpan().TrimStart();
        return start.StartsWith("<?xml", StringComparison.Ordinal)
            || start.StartsWith("<svg", StringComparison.Ordinal)
            || (
                start is ['<', ..] && extension is ".xml" or ".svg" or ".rss" or ".atom" or ".kml" or ".gpx" or ".dita"
            );
    }

    public Document Read(Source source)
    {
        var blocks = new BlockList();
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Ignore,
            XmlResolver = null,
            CheckCharacters = false,
        };
        using var reader = XmlReader.Create(new StringReader(text.TrimStart()), settings);
        var walk = new Walk(reader, blocks, source);
        while (walk.Next()) { }
        return new Document
        {
            ContentType = string.Equals(walk.Root, "svg", StringComparison.Ordinal)
                ? "image/svg+xml"
                : "application/xml",
            Title = blocks.FirstOrDefault(block => block.Kind == BlockKind.Heading)?.Text,
            Language = Language.Of(blocks, walk.Language),
            Blocks = blocks,
        };
    }

    private sealed class Walk(XmlReader reader, BlockList blocks, Source source)
    {
        private readonly List<Element> _open = [];

        public string? Root { get; private set; }

        public string? Language { get; private set; }

        public bool Next()
        {
            source.CancellationToken.ThrowIfCancellationRequested();
            if (reader.NodeType == XmlNodeType.Element && LeftOut.Contains(reader.LocalName))
            {
                reader.Skip();
            }
            else
            {
                reader.Read();
            }

            if (reader.NodeType != XmlNodeType.Element || !LeftOut.Contains(reader.LocalName))
            {
                Take();
            }

            return !reader.EOF;
        }

        private void Take()
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    Begin();
                    if (reader.IsEmptyElement)
                    {
                        End();
                    }

                    break;
                case XmlNodeType.EndElement:
                    End();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    _open[^1].Add(null, reader.Value);
                    break;
                case XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace when _open.Count > 0:
                    _open[^1].Add(null, " ");
                    break;
            }
        }

        private void Begin()
        {
            if (_open.Count >= source.Limits.Depth)
            {
                throw source.TooDeep("XML file");
            }

            Root ??= reader.LocalName;
            Language ??= _open.Count == 0 && reader.XmlLang.Length > 0 ? reader.XmlLang : null;
            _open.Add(new Element(reader.LocalName));
        }

        private void End()
        {
            var element = _open[^1];
            _open.RemoveAt(_open.Count - 1);
            if (_open.Count > 0 && element.IsText)
            {
                _open[^1].Add(element.Name, element.Text);
                return;
            }

            // What stands before it in the elements around it comes first.
            for (var depth = 0; depth < _open.Count; depth++)
            {
                Flush(_open[depth], depth);
            }

            Flush(element, _open.Count);
        }

        private void Flush(Element element, int depth)
        {
            if (element.IsText)
            {
                AddText(element.Text);
                element.Clear();
                return;
            }

            var items = element.Items.Where(item => !string.IsNullOrWhiteSpace(item.Text)).ToList();
            element.Clear();
            if (items.Count > 0 && Titles.Contains(items[0].Name!))
            {
                blocks.Add(BlockKind.Heading, items[0].Text, Math.Clamp(depth, 1, 6));
                items.RemoveAt(0);
            }

            var isRecord =
                items.DistinctBy(item => item.Name).Count() > 1
                && items.TrueForAll(item => item.Text.Length <= MostLineChars && !Markup.IsMatch(item.Text));
            if (isRecord)
            {
                var lines = items.Select(item => $"{item.Name}: {BlockList.OneLine(item.Text)}");
                blocks.Add(BlockKind.Code, string.Join('\n', lines));
            }
            else
            {
                items.ForEach(item => AddText(item.Text));
            }
        }

        // Feeds carry pages inside their elements.
        private void AddText(string text)
        {
            if (Markup.IsMatch(text))
            {
                HtmlReader.AddFragment(text, blocks, source);
            }
            else
            {
                blocks.Add(BlockKind.Paragraph, BlockList.OneLine(text));
            }
        }
    }

    private sealed class Element(string name)
    {
        private bool _hasText;
        private bool _hasOther;

        public string Name => name;

        /// <summary>Its texts, and its elements that are no more than a text.</summary>
        public List<(string? Name, string Text)> Items { get; } = [];

        /// <summary>True for one that has nothing inside but text, and elements that are part of it.</summary>
        public bool IsText => _hasText || !_hasOther;

        public string Text => string.Concat(Items.Select(item => item.Text));

        public void Add(string? itemName, string text)
        {
            _hasText |= itemName is null && !string.IsNullOrWhiteSpace(text);
            _hasOther |= itemName is not null && !Inline.Contains(itemName);
            Items.Add((itemName, text));
        }

        public void Clear() => Items.Clear();
    }

    [GeneratedRegex(
        @"<(?:p|br|div|a|ul|ol|li|b|i|em|strong|span|img|table|h[1-6])\b[^<>]*>",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking
    )]
    private static partial Regex Markup { get; }
}
