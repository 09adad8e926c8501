using System.Text.Json;

namespace EmbeddingFunctions.Embeddings;

/// <summary>A value in one of a model folder's JSON files that knows where it stands, so that a refusal can say so.</summary>
internal readonly struct Json(string where, JsonElement element)
{
    public bool IsNull => element.ValueKind == JsonValueKind.Null;

    public bool IsObject => element.ValueKind == JsonValueKind.Object;

    /// <summary>A member that must be there.</summary>
    public Json this[string name] =>
        Optional(name) ?? throw new ModelFolderException($"{where}: found no '{name}'; it is needed");

    public string Text => element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Unexpected("a text");

    public bool Flag =>
        element.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Unexpected("true or false"),
        };

    /// <summary>A whole number that is not negative; one too large for an int counts as int.MaxValue, which files mean by it.</summary>
    public int Number =>
        element.ValueKind == JsonValueKind.Number
        && element.TryGetDouble(out var number)
        && number >= 0
        && Math.Floor(number) == number
            ? (int)Math.Min(number, int.MaxValue)
            : throw Unexpected("a whole number, 0 or more");

    public IEnumerable<Json> Items
    {
        get
        {
            if (element.ValueKind != JsonValueKind.Array)
            {
                throw Unexpected("a list");
            }

            var path = where;
            return element.EnumerateArray().Select((item, index) => new Json($"{path}[{index}]", item));
        }
    }

    public IEnumerable<(string Name, Json Value)> Members
    {
        get
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                throw Unexpected("an object");
            }

            var path = where;
            return element
                .EnumerateObject()
                .Select(member => (member.Name, new Json($"{path}: {member.Name}", member.Value)));
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

    /// <summary>Null if there is no such member; a member whose value is null is one.</summary>
    public Json? Optional(string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Unexpected("an object");
        }

        return element.TryGetProperty(name, out var member) ? new Json($"{where}: {name}", member) : null;
    }

    /// <summary>Null if there is no such member or its value is null.</summary>
    public Json? OptionalValue(string name) => Optional(name) is { IsNull: false } value ? value : null;

    /// <param name="what">What was found, and what is understood.</param>
    public ModelFolderException Unsupported(string what) => new($"{where}: {what}");

    private ModelFolderException Unexpected(string expected) =>
        new($"{where}: found {element.ValueKind}, expected {expected}");
}
