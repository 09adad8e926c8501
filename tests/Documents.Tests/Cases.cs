using System.Runtime.CompilerServices;

namespace EmbeddingFunctions.Documents.Tests;

/// <summary>The folder of shared cases beside the repository.</summary>
internal static class Cases
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(SourceFolder(), "../../../shared/cases"));

    public static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    /// <summary>Skips the test where the cases are not there.</summary>
    public static void Require() => Assert.SkipUnless(Directory.Exists(Root), "needs ../shared/cases");

    public static Task<Document> ReadAsync(string file)
    {
        Require();
        return Files.ReadAsync(Path.Combine(Root, "files", file));
    }
}
