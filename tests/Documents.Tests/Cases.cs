using System.Runtime.CompilerServices;

namespace EmbeddingFunctions.Documents.Tests;

/// <summary>The folder of shared cases beside the repository.</summary>
internal static class Cases
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(SourceFolder(), "../../../shared/cases"));

    public static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    public static Task<Document> ReadAsync(string file)
    {
        Assert.SkipUnless(Directory.Exists(Root), "needs ../shared/cases");
        return Files.ReadAsync(Path.Combine(Root, "files", file));
    }
}
