using System.Reflection;

namespace Benchmarks;

internal static class Places
{
    public static string Repository { get; } = Metadata("RepoRoot");

    public static string Local { get; } = Metadata("Local");

    private static string Metadata(string key) =>
        typeof(Places)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => string.Equals(attribute.Key, key, StringComparison.Ordinal))
            .Value!;
}
