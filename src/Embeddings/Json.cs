using System.Text.Json;

namespace EmbeddingFunctions.Embeddings;

/// <summary>A value in one of a model folder's JSON files that knows where it stands, so that a refusal can say so.</summary>
internal readonly struct Json
{
    // Parsed, JSON takes a few times that; the largest tokenizer.json in use has some 35 MB, the largest other file some 2.
    private const long MaxTokenizerBytes = 128 << 20;
    private const long MaxBytes = 16 << 20;

    private readonly string _parent;
    private readonly string? _member;
    private readonly int? _index;
    private readonly JsonElement _element;

    private Json(string parent, JsonElement element, string? member = null, int? index = null) =>
        (_parent, _member, _index, _element) = (parent, member, index, element);

    /// <summary>File and path; put together only when asked for, as a vocabulary has many values.</summary>
    private string Where =>
        _member is not null ? $"{_parent}: {_member}"
        : _index is not null ? $"{_parent}[{_index}]"
        : _parent;

    public bool IsNull => _element.ValueKind == JsonValueKind.Null;

    public bool IsList => _element.ValueKind == JsonValueKind.Array;

    /// <summary>False, 0, or an empty text.</summary>
    public bool IsNo =>
        _element.ValueKind switch
        {
            JsonValueKind.False => true,
            JsonValueKind.Number => _element.TryGetDouble(out var number) && number == 0,
            JsonValueKind.String => _element.ValueEquals(""),
            _ => false,
        };

    public bool IsObject => _element.ValueKind == JsonValueKind.Object;

    public bool IsText => _element.ValueKind == JsonValueKind.String;

    /// <summary>A member that must be there.</summary>
    public Json this[string name] =>
        Optional(name) ?? throw new ModelFolderException($"{Where}: found no '{name}'; it is needed");

    public string Text
    {
        get
        {
            try
            {
                return _element.ValueKind == JsonValueKind.String ? _element.GetString()! : throw Unexpected("a text");
            }
            catch (InvalidOperationException e)
            {
                // an escape such as \uD800 without its second half
                throw new ModelFolderException($"{Where}: no Unicode text: {e.Message}", e);
            }
        }
    }

    public bool Flag =>
        _element.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Unexpected("true or false"),
        };

    /// <summary>Any number that a float holds.</summary>
    public float Real =>
        _element.ValueKind == JsonValueKind.Number && _element.TryGetSingle(out var number) && float.IsFinite(number)
            ? number
            : throw Unexpected("a number");

    /// <summary>A whole number that is not negative; one too large for an int counts as int.MaxValue, which files mean by it.</summary>
    public int Number =>
        _element.ValueKind == JsonValueKind.Number
        && _element.TryGetDouble(out var number)
        && number >= 0
        && Math.Floor(number) == number
            ? (int)Math.Min(number, int.MaxValue)
            : throw Unexpected("a whole number, 0 or more");

    /// <summary>How many items a list has.</summary>
    public int Length => IsList ? _element.GetArrayLength() : throw Unexpected("a list");

    /// <summary>The items of a list of two.</summary>
    public (Json First, Json Second) Pair =>
        IsList && Length == 2
            ? (new Json(Where, _element[0], index: 0), new Json(Where, _element[1], index: 1))
            : throw Unexpected("a list of two");

    /// <summary>The number, which must lie in a range.</summary>
    public int Within(int least, int most) =>
        Number >= least && Number <= most ? Number : throw Unsupported($"found {Number}, expected {least} to {most}");

    public IEnumerable<Json> Items
    {
        get
        {
            if (_element.ValueKind != JsonValueKind.Array)
            {
                throw Unexpected("a list");
            }

            var path = Where;
            return _element.EnumerateArray().Select((item, index) => new Json(path, item, index: index));
        }
    }

    public IEnumerable<(string Name, Json Value)> Members
    {
        get
        {
            if (_element.ValueKind != JsonValueKind.Object)
            {
                throw Unexpected("an object");
            }

            var path = Where;
            return _element.EnumerateObject().Select(member => Member(path, member));
        }
    }

    /// <exception cref="ModelFolderException">The file is missing or is no JSON.</exception>
    public static Json Read(string path) =>
        ReadOptional(path) ?? throw new ModelFolderException($"{path}: the file is missing");

    /// <summary>Null if there is no such file.</summary>
    public static Json? ReadOptional(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var most = Path.GetFileName(path) is "tokenizer.json" ? MaxTokenizerBytes : MaxBytes;
        var bytes = new FileInfo(path).Length;
        if (bytes > most)
        {
            throw new ModelFolderException($"{path}: has {bytes} bytes, expected at most {most}");
        }

        try
        {
            using var file = File.OpenRead(path);
            return new Json(path, JsonSerializer.Deserialize<JsonElement>(file));
        }
        catch (JsonException e)
        {
            throw new ModelFolderException($"{path}: no JSON: {e.Message}", e);
        }
    }

    /// <param name="path">Named in refusals.</param>
    /// <param name="content">UTF-8.</param>
    /// <exception cref="ModelFolderException">It is no JSON.</exception>
    public static Json Parse(string path, ReadOnlySpan<byte> content)
    {
        try
        {
            return new Json(path, JsonSerializer.Deserialize<JsonElement>(content));
        }
        catch (JsonException e)
        {
            throw new ModelFolderException($"{path}: no JSON: {e.Message}", e);
        }
    }

    /// <summary>Null if there is no such member; a member whose value is null is one.</summary>
    public Json? Optional(string name)
    {
        if (_element.ValueKind != JsonValueKind.Object)
        {
            throw Unexpected("an object");
        }

        return _element.TryGetProperty(name, out var member) ? new Json(Where, member, name) : null;
    }

    /// <summary>Null if there is no such member or its value is null.</summary>
    public Json? OptionalValue(string name) => Optional(name) is { IsNull: false } value ? value : null;

    /// <param name="what">What was found, and what is understood.</param>
    public ModelFolderException Unsupported(string what) => new($"{Where}: {what}");

    private static (string Name, Json Value) Member(string path, JsonProperty member)
    {
        try
        {
            return (member.Name, new Json(path, member.Value, member.Name));
        }
        catch (InvalidOperationException e)
        {
            throw new ModelFolderException($"{path}: a name is no Unicode text: {e.Message}", e);
        }
    }

    private ModelFolderException Unexpected(string expected) =>
        new($"{Where}: found {_element.ValueKind}, expected {expected}");
}
