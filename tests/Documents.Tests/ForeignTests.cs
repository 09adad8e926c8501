using System.Text.RegularExpressions;

namespace EmbeddingFunctions.Documents.Tests;

/// <summary>Files that others wrote and every clone has after its restore: what comes in the packages of NuGet.</summary>
public sealed partial class ForeignTests
{
    private const int Most = 300;
    private const int LargestBytes = 300_000;

    private static readonly string Packages =
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    [Fact]
    public async Task Files_of_packages_give_documents_or_reasons()
    {
        var read = 0;
        foreach (
            var file in Some("*.md")
                .Concat(Some("*.txt"))
                .Concat(Some("*.xml"))
                .Concat(Some("*.png"))
                .Concat(Some("*.json"))
                .Concat(Some("*.nuspec"))
                .Concat(Some("*.targets"))
                .Concat(Some("*.ps1"))
                .Concat(Some("*.nupkg"))
        )
        {
            try
            {
                var document = await Files.ReadAsync(file);
                document.Blocks.ShouldNotBeEmpty(file);
                Chunker
                    .Chunk(document, new ChunkOptions { MaxTokens = 120, OverlapTokens = 0 }, Counters.Words)
                    .ShouldNotBeEmpty(file);
                read++;
            }
            catch (DocumentException e)
            {
                e.Message.ShouldNotBeEmpty(file);
                e.Fault.ShouldBeOneOf(DocumentFault.Empty, DocumentFault.NoTextLayer, DocumentFault.Unsupported);
            }
        }

        read.ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task A_text_of_a_package_is_read_to_the_letter()
    {
        var compared = 0;
        foreach (var file in Some("*.txt"))
        {
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            // Of the others some are JSON or XML.
            if (char.IsLetter(text.TrimStart().FirstOrDefault()))
            {
                var document = await Files.ReadAsync(file);
                document.ContentType.ShouldBe("text/plain", file);
                WithoutBlanks(document.Text).ShouldBe(WithoutBlanks(text), file);
                compared++;
            }
        }

        compared.ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task A_heading_of_a_package_s_readme_is_a_heading()
    {
        var (found, all) = (0, 0);
        foreach (var file in Some("*.md"))
        {
            var source = Fence.Replace(
                (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n"),
                ""
            );
            var headings = Heading.Matches(source).Select(match => match.Groups["words"].Value.Trim()).ToList();
            var document = await Files.ReadAsync(file);
            var read = document
                .Blocks.Where(block => block.Kind is BlockKind.Heading)
                .Select(block => block.Text)
                .ToHashSet(StringComparer.Ordinal);
            all += headings.Count;
            found += headings.Count(read.Contains);
        }

        all.ShouldBeGreaterThan(30);
        found.ShouldBe(all);
    }

    [GeneratedRegex(
        "^ {0,3}(?<mark>```+|~~~+).*?^ {0,3}\\k<mark>",
        RegexOptions.Multiline | RegexOptions.Singleline,
        1000
    )]
    private static partial Regex Fence { get; }

    // Words without marks, which Markdown takes away.
    [GeneratedRegex("^#{1,6} (?<words>[A-Za-z0-9 ,.?]+)$", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Heading { get; }

    private static List<string> Some(string pattern)
    {
        var files = Directory
            .EnumerateFiles(Packages, pattern, SearchOption.AllDirectories)
            .Where(file => new FileInfo(file).Length is > 0 and < LargestBytes)
            .Order(StringComparer.Ordinal)
            .ToList();
        return [.. files.Where((_, i) => i % ((files.Count / Most) + 1) == 0)];
    }

    private static string WithoutBlanks(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
