using System.Text;

namespace EmbeddingFunctions.Documents.Tests;

internal static class Files
{
    public static string Samples { get; } = Path.GetFullPath(Path.Combine(Cases.SourceFolder(), "../../samples"));

    public static async Task<Document> ReadAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return await DocumentReader.ReadAsync(
            file,
            Path.GetFileName(path),
            cancellationToken: TestContext.Current.CancellationToken
        );
    }

    public static Task<Document> ReadAsync(byte[] bytes, string name, ReadLimits? limits = null)
    {
        Fuzz.Samples.Keep(bytes, name);
        return DocumentReader.ReadAsync(new MemoryStream(bytes), name, limits, TestContext.Current.CancellationToken);
    }

    public static Task<Document> ReadAsync(string text, string name) => ReadAsync(Encoding.UTF8.GetBytes(text), name);

    public static async Task<DocumentException> RefusalOfAsync(byte[] bytes, string name, ReadLimits? limits = null) =>
        await Should.ThrowAsync<DocumentException>(() => ReadAsync(bytes, name, limits));

    public static Task<DocumentException> RefusalOfAsync(string text, string name, ReadLimits? limits = null) =>
        RefusalOfAsync(Encoding.UTF8.GetBytes(text), name, limits);

    public static string[] Lines(this Document document) => [.. document.Blocks.Select(block => block.Text)];
}
