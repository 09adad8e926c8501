namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>Reference data beside the repository.</summary>
internal static class Shared
{
    public static string RepositoryRoot { get; } = FindRepositoryRoot();

    public static string Recordings { get; } = Path.Combine(RepositoryRoot, "..", "shared", "recordings");

    public static void SkipWithoutRecordings() =>
        Assert.SkipUnless(Directory.Exists(Recordings), "needs ../shared/recordings beside the repository");

    private static string FindRepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EmbeddingFunctions.sln")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException("No folder above the tests has EmbeddingFunctions.sln.");
    }
}
