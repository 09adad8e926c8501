using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Schema;

/// <summary>Reads one object of an index definition and refuses members that the version of the request does not know.</summary>
internal readonly struct JsonMembers
{
    private readonly JsonElement _element;
    private readonly string _typeName;

    /// <param name="element">The object.</param>
    /// <param name="typeName">Its type, for messages.</param>
    /// <param name="known">The members that it may have.</param>
    /// <param name="version">The latest one, if not given.</param>
    public JsonMembers(JsonElement element, string typeName, ReadOnlySpan<string> known, ApiVersion? version = null)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw ServiceException.InvalidBody(
                $"definition : An object of type '{typeName}' was expected, but '{element.ValueKind}' was found.\r\n"
            );
        _element = element;
        _typeName = typeName;
        foreach (var member in element.EnumerateObject())
        {
            if (!known.Contains(member.Name))
                throw ServiceException.InvalidBody(
                    $"definition : The property '{member.Name}' does not exist on type '{(version ?? ApiVersion.V2023).TypePrefix}.{typeName}'. Make sure to only use property names that are defined by the type.\r\n"
                );
        }
    }

    public JsonElement? Get(string name) =>
        _element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string? Text(string name) =>
        Get(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Wrong(name, value, "Edm.String");

    public string RequiredText(string name) => Text(name) is { Length: > 0 } text ? text : throw Missing(name);

    public double RequiredReal(string name) => Real(name) ?? throw Missing(name);

    public ServiceException Missing(string name) =>
        ServiceException.InvalidBody(
            $"definition : The property '{name}' of '{_typeName}' is required and cannot be empty.\r\n"
        );

    public bool? Flag(string name) =>
        Get(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Wrong(name, value, "Edm.Boolean");

    public int? Integer(string name) =>
        Get(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number
        : throw Wrong(name, value, "Edm.Int32");

    public double? Real(string name) =>
        Get(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble()) ? value.GetDouble()
        : throw Wrong(name, value, "Edm.Double");

    public IEnumerable<JsonElement> Items(string name) =>
        Get(name) is not { } value ? []
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray()
        : throw Wrong(name, value, "Collection");

    public JsonArray Texts(string name)
    {
        var texts = new JsonArray();
        foreach (var item in Items(name))
            texts.Add(
                item.ValueKind == JsonValueKind.String ? item.GetString() : throw Wrong(name, item, "Edm.String")
            );
        return texts;
    }

    /// <summary>Members that are understood only when absent, null or empty.</summary>
    public void RefuseAny(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Get(name) is { } value && !(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0))
                throw ServiceException.NotSupported($"'{name}' of an index definition");
        }
    }

    private static ServiceException Wrong(string name, JsonElement value, string expected) =>
        ServiceException.InvalidBody(
            $"definition : Cannot convert the value of '{name}' ({value.ValueKind}) to the expected type '{expected}'.\r\n"
        );
}
