namespace EmbeddingFunctions.Documents.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public async Task The_example_prints_what_the_readme_says()
    {
        var readme = await File.ReadAllTextAsync(
            Path.Combine(Cases.SourceFolder(), "../../src/Documents/README.md"),
            TestContext.Current.CancellationToken
        );
        var document = await Files.ReadAsync(Path.Combine(Files.Samples, "bicycle-maintenance.docx"));

        TokenCounter countTokens = text => 2 + text.Split(' ').Length;
        var printed = Chunker
            .Chunk(document, new ChunkOptions { MaxTokens = 120 }, countTokens)
            .Select(chunk => $"{chunk.Ordinal} [{chunk.Heading}] {chunk.Text.Length} characters")
            .ToList();

        printed.Count.ShouldBeGreaterThan(8);
        readme.ShouldContain(string.Join('\n', printed.Take(2)) + "\n...");
    }
}
