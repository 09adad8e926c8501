using System.Reflection;
using System.Text.Json;

namespace EmbeddingFunctions.Embeddings.Tests;

/// <summary>Where the files are that tests read.</summary>
internal static class Files
{
    private static readonly string Root = typeof(Files)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key is "RepoRoot")
        .Value!;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public static string Models => Path.Combine(Root, "models");

    public static string Model(string name) => Path.Combine(Models, name);

    public static string Own(string name) => Path.Combine(Root, "tests", "Embeddings.Tests", "Expected", name);

    public static string Shared(string name)
    {
        var shared = Path.Combine(Root, "..", "shared");
        Assert.SkipUnless(Directory.Exists(shared), $"needs ../shared/{name}");
        return Path.Combine(shared, name);
    }

    public static T Read<T>(string path) => JsonSerializer.Deserialize<T>(File.ReadAllText(path), Json)!;

    public static IEnumerable<T> ReadLines<T>(string path) =>
        File.ReadLines(path).Select(line => JsonSerializer.Deserialize<T>(line, Json)!);
}
