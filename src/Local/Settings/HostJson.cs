using System.Text.Json;

namespace EmbeddingFunctions.Local.Settings;

/// <summary>The part of host.json that Local honours: `extensions` (queues, blobs, http.routePrefix).</summary>
internal sealed record HostJson(IReadOnlyDictionary<string, string?> Extensions)
{
    /// <summary>Comes before every HTTP route, without slashes; the Functions host's default is "api".</summary>
    public string RoutePrefix => Extensions.GetValueOrDefault("http:routePrefix", "api")?.Trim('/') ?? "";

    /// <summary>As the WebJobs extensions read their options.</summary>
    public IEnumerable<KeyValuePair<string, string?>> ToWebJobs() =>
        Extensions.Select(pair => KeyValuePair.Create($"AzureWebJobs:Extensions:{pair.Key}", pair.Value));

    /// <summary>Reads the file; as in the Functions host, settings `AzureFunctionsJobHost__extensions__…` win over it.</summary>
    /// <exception cref="LocalException">The file is missing or no JSON.</exception>
    public static HostJson Load(string path, AppSettings settings)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var overrides = settings.ToConfiguration([]).GetSection("AzureFunctionsJobHost");
            return new HostJson(
                new ConfigurationBuilder()
                    .AddJsonStream(stream)
                    .AddInMemoryCollection(overrides.AsEnumerable(makePathsRelative: true))
                    .Build()
                    .GetSection("extensions")
                    .AsEnumerable(makePathsRelative: true)
                    .Where(pair => pair.Value is not null)
                    .ToDictionary(StringComparer.OrdinalIgnoreCase)
            );
        }
        catch (Exception e) when (e is IOException or FormatException or JsonException)
        {
            throw new LocalException($"host.json of the functions cannot be read: {e.Message}", e);
        }
    }
}
