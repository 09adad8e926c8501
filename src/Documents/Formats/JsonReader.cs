using System.Text;
using System.Text.Json;

namespace EmbeddingFunctions.Documents.Formats;

/// <summary>
/// JSON values as lines such as <c>pump.seals[2].name: Viton</c>, a block for each object of the outermost array or else
/// each property of the outermost object. Nulls and empty texts are left out, long texts are paragraphs.
/// </summary>
internal sealed class JsonReader(string text, bool isLines) : IFormatReader
{
    private const int MostLineChars = 300;

    public string Name => isLines ? "JSON lines file" : "JSON file";

    public bool HasText => true;

    /// <summary>True for a text that is one or more JSON objects or arrays and nothing else.</summary>
    public static bool Begins(string text)
    {
        if (text.AsSpan().TrimStart() is not ['{' or '[' or '/', ..])
        {
            return false;
        }

        try
        {
            var reader = Open(Encoding.UTF8.GetBytes(text));
            while (reader.Read()) { }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public Document Read(Source source)
    {
        var blocks = new BlockList();
        var walk = new Walk(blocks, source, isLines);
        if (isLines)
        {
            AddLines(walk, blocks);
        }
        else
        {
            walk.Add(Open(Encoding.UTF8.GetBytes(text)));
        }

        return new Document
        {
            ContentType = isLines ? "application/jsonl" : "application/json",
            Title = walk.Title,
            Language = Language.Of(blocks),
            Blocks = blocks,
        };
    }

    // A record that is broken takes no other along.
    private void AddLines(Walk walk, BlockList blocks)
    {
        var number = 0;
        foreach (var span in text.AsSpan().EnumerateLines())
        {
            var line = span.ToString();
            var place = $"line {++number}";
            if (Begins(line))
            {
                walk.Add(Open(Encoding.UTF8.GetBytes(line)), place);
            }
            else
            {
                blocks.Add(BlockKind.Paragraph, line, place: place);
            }
        }
    }

    // The depth is checked by the walk, which can say more than that the JSON is broken.
    private static Utf8JsonReader Open(byte[] utf8) =>
        new(
            utf8,
            new JsonReaderOptions
            {
                AllowMultipleValues = true,
                AllowTrailingCommas = true,
                CommentHandling = JsonCommentHandling.Skip,
                MaxDepth = int.MaxValue,
            }
        );

    private sealed class Walk(BlockList blocks, Source source, bool isLines)
    {
        private readonly CountingStream.Budget _unfolded = new(source);
        private readonly Stack<Container> _containers = new();
        private readonly StringBuilder _path = new();
        private readonly StringBuilder _lines = new();
        private readonly List<string> _items = [];
        private int _arrays;
        private string? _place;

        public string? Title { get; private set; }

        public void Add(Utf8JsonReader reader, string? place = null)
        {
            _place = place;
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        Open(reader.TokenType == JsonTokenType.StartArray);
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        Close();
                        break;
                    case JsonTokenType.PropertyName:
                        Step(TextOf(ref reader));
                        break;
                    default:
                        AddValue(ref reader);
                        break;
                }
            }

            EndRecord();
        }

        private void Open(bool isArray)
        {
            EndItems();
            BeginItem();
            if (_containers.Count >= source.Limits.Depth)
            {
                throw source.TooDeep("JSON file");
            }

            var container = new Container(isArray, _path.Length, IsRecord(isArray), _place);
            if (container.IsRecord)
            {
                EndRecord();
                _place = _path.Length > 0 ? _path.ToString() : $"[{_containers.Peek().Count - 1}]";
            }

            _arrays += isArray ? 1 : 0;
            _containers.Push(container);
        }

        private void Close()
        {
            EndItems();
            var container = _containers.Pop();
            _arrays -= container.IsArray ? 1 : 0;
            _path.Length = container.PathLength;
            if (container.IsRecord)
            {
                EndRecord();
                _place = container.OuterPlace;
            }
        }

        private bool IsRecord(bool isArray) =>
            !isLines
            && _containers.TryPeek(out var outer)
            && (outer.IsArray ? _arrays == 1 && !isArray : _containers.Count == 1);

        private void Step(string name)
        {
            _path.Length = _containers.Peek().PathLength;
            _path.Append(_path.Length > 0 ? "." : "").Append(name);
        }

        // The place in the outermost array would be in every line and say nothing: the block's place has it.
        private void BeginItem()
        {
            if (_containers.TryPeek(out var outer) && outer.IsArray)
            {
                _path.Length = outer.PathLength;
                _path.Append(_containers.Count > 1 ? $"[{outer.Count}]" : "");
                outer.Count++;
            }
        }

        private void AddValue(ref Utf8JsonReader reader)
        {
            var value = reader.TokenType == JsonTokenType.Null ? "" : TextOf(ref reader).Trim();
            if (value.Length == 0)
            {
                return;
            }

            if (_containers.TryPeek(out var outer) && outer.IsArray)
            {
                outer.Count++;
                _path.Length = outer.PathLength;
                _items.Add(value);
                _unfolded.Spend(value.Length);
                return;
            }

            if (_containers.Count == 1 && _path.Equals("title".AsSpan()))
            {
                Title ??= BlockList.OneLine(value);
            }

            AddLine(value);
        }

        private void EndItems()
        {
            if (_items.Sum(item => (long)item.Length) <= MostLineChars)
            {
                AddLine(string.Join(", ", _items));
            }
            else
            {
                _items.ForEach(AddLine);
            }

            _items.Clear();
        }

        private void AddLine(string value)
        {
            if (value.Length == 0)
            {
                return;
            }

            _unfolded.Spend(_path.Length + value.Length);
            var line = _path.Length > 0 ? $"{_path}: {value}" : value;
            if (value.Length > MostLineChars || value.Contains('\n', StringComparison.Ordinal))
            {
                EndRecord();
                blocks.Add(BlockKind.Paragraph, line, place: _place);
            }
            else
            {
                _lines.Append(line).Append('\n');
            }
        }

        private void EndRecord()
        {
            blocks.Add(BlockKind.Code, _lines.ToString(), place: _place);
            _lines.Clear();
        }

        // Half a surrogate pair is no text: it stays as it is written.
        private static string TextOf(ref Utf8JsonReader reader)
        {
            try
            {
                return reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName
                    ? reader.GetString()!
                    : Encoding.UTF8.GetString(reader.ValueSpan);
            }
            catch (InvalidOperationException)
            {
                return Encoding.UTF8.GetString(reader.ValueSpan);
            }
        }
    }

    private sealed record Container(bool IsArray, int PathLength, bool IsRecord, string? OuterPlace)
    {
        public int Count { get; set; }
    }
}
