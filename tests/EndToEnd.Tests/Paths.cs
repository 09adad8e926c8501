using System.Reflection;

namespace EmbeddingFunctions.EndToEnd.Tests;

/// <summary>Where things are, as the build knew them.</summary>
internal static class Paths
{
    public static string Repository { get; } = Metadata("RepoRoot");

    public static string Local { get; } = Metadata("Local");

    public static string Samples { get; } = Path.Combine(Repository, "samples");

    /// <summary>Reference data that lies beside the repository where it is developed.</summary>
    public static string Shared { get; } = Path.Combine(Repository, "..", "shared");

    private static string Metadata(string key) =>
        typeof(Paths)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == key)
            .Value!;
}
