using EmbeddingFunctions.Local.Watch;

namespace EmbeddingFunctions.Local.Tests;

public sealed class FolderScanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(".hidden")]
    [InlineData(".#lock.txt")]
    [InlineData("~$report.docx")]
    [InlineData("draft.tmp")]
    [InlineData("notes.txt.SWP")]
    [InlineData("notes.txt~")]
    [InlineData("film.part")]
    public void Leftovers_of_editors_are_no_documents(string name) => FolderScan.IsIgnored(name).ShouldBeTrue();

    [Theory]
    [InlineData("a.txt")]
    [InlineData("tmp")]
    [InlineData("README")]
    [InlineData("a.b.docx")]
    public void Documents_are(string name) => FolderScan.IsIgnored(name).ShouldBeFalse();

    [Fact]
    public void Hidden_folders_and_links_in_circles_are_not_entered()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege there");
        _folder.Write("a.txt", "x");
        _folder.Write(".git/config", "x");
        Directory.CreateSymbolicLink(_folder.In("circle"), _folder.Path);
        File.CreateSymbolicLink(_folder.In("link.txt"), _folder.In("a.txt"));
        File.CreateSymbolicLink(_folder.In("dangling.txt"), _folder.In("nowhere"));

        var scan = FolderScan.Of(_folder.Path);

        scan.Unread.ShouldBeEmpty();
        scan.Files.Keys.ShouldBe(["a.txt", "link.txt"], ignoreOrder: true);
        scan.Files["link.txt"].ShouldBe(scan.Files["a.txt"]);
    }

    [Fact]
    public void What_the_scan_did_not_read_it_may_have()
    {
        var none = new Dictionary<string, FileStamp>();
        var scan = new FolderScan(none, new Dictionary<string, string> { ["a.txt"] = "", ["dir/"] = "" });

        scan.MayHave("a.txt").ShouldBeTrue();
        scan.MayHave("dir/b/c.txt").ShouldBeTrue();
        scan.MayHave("a.txt/b").ShouldBeFalse();
        scan.MayHave("dir.txt").ShouldBeFalse();
        FolderScan.Of(_folder.In("nowhere")).MayHave("anything").ShouldBeTrue();
    }
}
