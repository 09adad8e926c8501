using System.Reflection;

namespace EmbeddingFunctions.Local.Settings;

/// <summary>Where this build's repository and its functions lie; the build wrote both into the assembly.</summary>
internal static class Repository
{
    public static string Root => Metadata("RepositoryRoot");

    public static string Functions => Path.TrimEndingDirectorySeparator(Metadata("FunctionsOutput"));

    private static string Metadata(string key) =>
        typeof(Repository)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(attribute => string.Equals(attribute.Key, key, StringComparison.Ordinal))
            ?.Value
        ?? throw new LocalException(
            $"This build of Local lacks its {key}: build it with the repository's project file."
        );
}
