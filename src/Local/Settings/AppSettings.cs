using System.Collections;
using System.Text.Json;

namespace EmbeddingFunctions.Local.Settings;

/// <summary>
/// The app settings of the functions, as environment variables (`Section__Name`). What the options determine wins over the
/// user's environment, that over local.settings.json, that over the defaults.
/// </summary>
internal sealed class AppSettings
{
    private readonly Dictionary<string, string> _values;

    private AppSettings(Dictionary<string, string> values) => _values = values;

    /// <summary>Everything but the environment, which the worker inherits; the environment's values win inside.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    public string? this[string name] => _values.GetValueOrDefault(name);

    public string Queue => _values["Sync__Queue"];

    /// <param name="environment">Variables of the process.</param>
    /// <param name="localSettings">Path of local.settings.json; it need not exist.</param>
    /// <exception cref="LocalException">local.settings.json is not what Azure Functions expects.</exception>
    public static AppSettings Load(IDictionary environment, string localSettings)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated",
            ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
            ["Sync__Queue"] = "blob-events",
            ["Sync__ReconcileSchedule"] = "0 */5 * * * *",
            // polling costs nothing here: a document should not wait for it
            ["AzureFunctionsJobHost__extensions__queues__maxPollingInterval"] = "00:00:00.5",
            ["Models__Folder"] = Path.Combine(Repository.Root, "models"),
        };
        foreach (var (key, value) in ReadLocalSettings(localSettings))
        {
            values[Normal(key)] = value;
        }
        foreach (DictionaryEntry variable in environment)
        {
            if (variable is { Key: string key, Value: string value })
            {
                values[Normal(key)] = value;
            }
        }
        return new AppSettings(values);
    }

    public AppSettings With(params ReadOnlySpan<(string Key, string? Value)> determined)
    {
        var values = new Dictionary<string, string>(_values, StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in determined)
        {
            if (value is null)
            {
                values.Remove(key);
            }
            else
            {
                values[key] = value;
            }
        }
        return new AppSettings(values);
    }

    /// <summary>As the functions themselves see it: `__` separates sections.</summary>
    public IConfiguration ToConfiguration(IEnumerable<KeyValuePair<string, string?>> more) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(
                _values.Select(pair => new KeyValuePair<string, string?>(Colons(pair.Key), pair.Value)).Concat(more)
            )
            .Build();

    private static string Colons(string key) => key.Replace("__", ":", StringComparison.Ordinal);

    private static string Normal(string key) => key.Replace(":", "__", StringComparison.Ordinal);

    private static Dictionary<string, string> ReadLocalSettings(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }
        try
        {
            using var document = JsonDocument.Parse(
                File.ReadAllBytes(path),
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }
            );
            return document.RootElement.TryGetProperty(nameof(Values), out var values)
                ? values
                    .EnumerateObject()
                    .ToDictionary(
                        value => value.Name,
                        value => value.Value.ToString(),
                        StringComparer.OrdinalIgnoreCase
                    )
                : [];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new LocalException($"{path} is not a settings file: {e.Message}", e);
        }
    }
}
