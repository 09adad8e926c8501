using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EmbeddingFunctions.SearchEmulator.Analysis;

/// <summary>
/// A kind of analyzer, tokenizer, token filter or char filter that a definition can name by <c>@odata.type</c>: its settings with their
/// defaults, and how to prepare one.
/// </summary>
/// <param name="Type">What follows <c>#Microsoft.Azure.Search.</c>.</param>
/// <param name="Settings">In the order of the echo.</param>
/// <param name="Prepare">Checks the settings and does once what does not depend on a text.</param>
internal sealed record AnalysisKind<T>(string Type, Setting[] Settings, Func<SettingValues, T> Prepare)
{
    /// <summary>The definition as the service echoes it.</summary>
    public JsonObject Read(JsonElement element, string name)
    {
        var json = new JsonMembers(element, Type, ["@odata.type", "name", .. Settings.Select(s => s.Name)]);
        var definition = new JsonObject { ["@odata.type"] = AnalysisKinds.Prefix + Type, ["name"] = name };
        foreach (var setting in Settings)
            definition[setting.Name] = setting.Read(json, Type);
        return definition;
    }

    /// <summary>With no settings of its own: what a predefined name stands for.</summary>
    public T Predefined()
    {
        var definition = new JsonObject();
        foreach (var setting in Settings)
            definition[setting.Name] = setting.Default?.DeepClone() ?? (setting.IsList ? new JsonArray() : null);
        return Prepare(new SettingValues(definition));
    }
}

internal static partial class AnalysisKinds
{
    public const string Prefix = "#Microsoft.Azure.Search.";

    /// <summary>All definitions of one list, e.g. <c>tokenizers</c>, as the service echoes them.</summary>
    /// <exception cref="ServiceException">400.</exception>
    public static JsonArray ReadAll<T>(
        JsonMembers index,
        string list,
        IReadOnlyDictionary<string, AnalysisKind<T>> kinds,
        Func<string, bool> isPredefined
    )
    {
        var definitions = new JsonArray();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in index.Items(list))
        {
            var type =
                element.ValueKind == JsonValueKind.Object && element.TryGetProperty("@odata.type", out var member)
                    ? member.GetString() ?? ""
                    : throw ServiceException.InvalidBody(
                        $"definition : Every element of '{list}' needs '@odata.type'.\r\n"
                    );
            var name = element.TryGetProperty("name", out var given) ? given.GetString() ?? "" : "";
            if (!Name().IsMatch(name))
                throw ServiceException.InvalidDefinition(
                    "InvalidName",
                    $"The name '{name}' in '{list}' is not allowed: 1 to 128 letters, digits, spaces, dashes or underscores, beginning and ending with a letter or digit."
                );
            if (!names.Add(name) || isPredefined(name))
                throw ServiceException.InvalidDefinition(
                    "DuplicateName",
                    $"The name '{name}' in '{list}' exists already."
                );
            if (
                !type.StartsWith(Prefix, StringComparison.Ordinal)
                || !kinds.TryGetValue(type[Prefix.Length..], out var kind)
            )
                throw ServiceException.NotSupported($"The type '{type}' in '{list}'");
            definitions.Add((JsonNode)kind.Read(element, name));
        }
        return definitions;
    }

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9 _-]{0,126}[A-Za-z0-9])?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}

/// <summary>One member of such a definition.</summary>
internal sealed record Setting(
    string Name,
    Func<JsonMembers, string, JsonNode?> Value,
    JsonNode? Default = null,
    bool IsRequired = false,
    bool IsList = false,
    Action<JsonNode>? Check = null
)
{
    public JsonNode? Read(JsonMembers json, string type)
    {
        if (json.Get(Name) is null)
            return IsRequired
                ? throw ServiceException.InvalidBody(
                    $"definition : The property '{Name}' of '{type}' is required and cannot be empty.\r\n"
                )
                : Default?.DeepClone() ?? (IsList ? new JsonArray() : null);
        var value = Value(json, Name);
        if (value is not null)
            Check?.Invoke(value);
        return value;
    }

    public static Setting Flag(string name, bool ifAbsent = false) => new(name, (json, n) => json.Flag(n), ifAbsent);

    public static Setting Integer(string name, int ifAbsent, int lowest = 0, int highest = int.MaxValue) =>
        new(
            name,
            (json, n) => json.Integer(n),
            ifAbsent,
            Check: value =>
            {
                var number = (int)value;
                if (number < lowest || number > highest)
                    throw ServiceException.InvalidDefinition(
                        "ParameterValueOutOfRange",
                        $"'{name}' is {number}, but must be between {lowest} and {highest}."
                    );
            }
        );

    public static Setting Text(string name, string? ifAbsent = null, bool isRequired = false) =>
        new(name, (json, n) => json.Text(n), ifAbsent, isRequired);

    public static Setting Texts(string name, bool isRequired = false, params string[] ifAbsent) =>
        new(
            name,
            (json, n) => json.Texts(n),
            new JsonArray([.. ifAbsent.Select(t => (JsonNode)t)]),
            isRequired,
            IsList: true
        );
}

/// <summary>The settings of one definition, complete and of the right types.</summary>
internal readonly struct SettingValues(JsonObject definition)
{
    public bool Flag(string name) => (bool)definition[name]!;

    public int Integer(string name) => (int)definition[name]!;

    public string? Text(string name) => (string?)definition[name];

    public string[] Texts(string name) => [.. definition[name]!.AsArray().Select(t => (string)t!)];

    /// <summary>A text of exactly one character.</summary>
    public char Character(string name) =>
        Text(name) is { Length: 1 } text
            ? text[0]
            : throw ServiceException.InvalidDefinition(
                "InvalidCharacter",
                $"'{name}' is '{Text(name)}', but must be one character."
            );

    public (int Least, int Most) Range(string least, string most)
    {
        var range = (Integer(least), Integer(most));
        return range.Item1 <= range.Item2
            ? range
            : throw ServiceException.InvalidDefinition(
                "ParameterValueOutOfRange",
                $"'{least}' is {range.Item1}, which is more than '{most}', {range.Item2}."
            );
    }
}
