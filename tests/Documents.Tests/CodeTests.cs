using System.Text;

namespace EmbeddingFunctions.Documents.Tests;

public sealed class CodeTests : ReaderConformance
{
    protected override string Extension => ".py";

    protected override string ContentType => "text/plain";

    protected override byte[] Make(params string[] paragraphs) =>
        Encoding.UTF8.GetBytes(string.Join("\n\n", paragraphs));

    [Theory]
    [InlineData("a.cs", "class A\n{\n    int x;\n\n    int y;\n}")]
    [InlineData("run", "#!/bin/sh\necho a\n\n  echo b")]
    [InlineData("a.csproj", "<?xml version=\"1.0\"?>\n<Project>\n\n  <PackageReference Include=\"A\" />\n</Project>")]
    [InlineData("a.js", "[\n\n  1, 2]")]
    public async Task Code_keeps_its_indentation_and_its_groups(string name, string code)
    {
        var document = await Files.ReadAsync(code, name);

        document.Blocks.ShouldAllBe(block => block.Kind == BlockKind.Code);
        document.Blocks.Count.ShouldBe(2);
        document.Text.ShouldBe(code);
        document.Language.ShouldBeNull();
    }
}
