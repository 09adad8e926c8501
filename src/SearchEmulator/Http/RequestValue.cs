using System.Collections.Immutable;
using System.Text.Json;

namespace EmbeddingFunctions.SearchEmulator.Http;

/// <summary>Values of parameters in the body of a search, suggest or autocomplete request. Whatever does not fit is a 400.</summary>
internal static class RequestValue
{
    public static IEnumerable<JsonProperty> Members(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object
            ? body.EnumerateObject().Where(m => m.Value.ValueKind != JsonValueKind.Null)
            : throw ServiceException.InvalidBody("parameters : A JSON object was expected.\r\n");

    public static string Text(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name, value, "Edm.String");

    public static ImmutableArray<string> Texts(string name, JsonElement value, int most)
    {
        if (value.ValueKind != JsonValueKind.Array)
            throw Wrong(name, value, "Collection(Edm.String)");
        return value.GetArrayLength() <= most
            ? [.. value.EnumerateArray().Select(item => Text(name, item))]
            : throw OutOfRange(name, $"'{name}' has {value.GetArrayLength()} entries; {most} are allowed.");
    }

    public static bool Flag(string name, JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Wrong(name, value, "Edm.Boolean");

    public static int Integer(string name, JsonElement value, int lowest, int highest)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var number))
            throw Wrong(name, value, "Edm.Int32");
        return number >= lowest && number <= highest
            ? number
            : throw OutOfRange("$" + name, $"Value must be between {lowest} and {highest}, but is {number}.");
    }

    /// <summary>A percentage of the index; here it is always reached.</summary>
    public static double Coverage(string name, JsonElement value) =>
        value.ValueKind != JsonValueKind.Number ? throw Wrong(name, value, "Edm.Double")
        : value.GetDouble() is >= 0 and <= 100 and var coverage ? coverage
        : throw OutOfRange(name, "Value must be between 0 and 100.");

    public static ServiceException OutOfRange(string name, string message) =>
        ServiceException.InvalidParameter("ParameterValueOutOfRange", message, name);

    public static ServiceException NotOneOf(string name, string found, string expected) =>
        ServiceException.InvalidParameter("InvalidParameterValue", $"'{found}' is none of {expected}.", name);

    public static ServiceException Unknown(string name, string operation) =>
        ServiceException.InvalidBody(
            $"parameters : The parameter '{name}' in the request payload is not a valid parameter for the operation '{operation}'.\r\n"
        );

    public static ServiceException Wrong(string name, JsonElement value, string expected) =>
        ServiceException.InvalidBody(
            $"parameters : Cannot convert the value of '{name}' ({value.ValueKind}) to the expected type '{expected}'.\r\n"
        );
}
