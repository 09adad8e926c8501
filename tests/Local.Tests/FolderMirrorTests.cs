using System.Diagnostics;
using System.Text;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using EmbeddingFunctions.Local.Console;
using EmbeddingFunctions.Local.Watch;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmbeddingFunctions.Local.Tests;

public sealed class FolderMirrorTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _data = new();
    private readonly BlobContainerClient _container;

    public FolderMirrorTests(AzuriteFixture azurite) =>
        _container = new BlobContainerClient(azurite.Account.ConnectionString, $"mirror-{Guid.NewGuid():N}");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _container.CreateAsync(cancellationToken: Token);

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        _data.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_is_there_at_the_start_and_what_comes_later_is_put()
    {
        Write("a.txt", "one");
        Write("sub/dir/苹果 100% +#.md", "two");
        await using var mirror = Start();
        (await mirror.First.WaitAsync(TimeSpan.FromSeconds(30), Token)).Keys.ShouldBe(
            ["a.txt", "sub/dir/苹果 100% +#.md"],
            ignoreOrder: true
        );

        Write("b.pdf", "three");
        Write("a.txt", "one, changed");

        await BlobsBecomeAsync("a.txt", "b.pdf", "sub/dir/苹果 100% +#.md");
        await ContentBecomesAsync("a.txt", "one, changed");
        var properties = await _container.GetBlobClient("b.pdf").GetPropertiesAsync(cancellationToken: Token);
        properties.Value.ContentType.ShouldBe("application/pdf");
    }

    [Fact]
    public async Task What_cannot_be_mirrored_is_told_once_and_stops_nothing_else()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "no other file system takes these names");
        Write("a.txt", "one");
        Shell(
            "printf x > \"$(printf 'caf\\351.txt')\"; printf x > 'back\\slash.txt'; mkfifo pipe.txt; ln -s nowhere link.txt"
        );
        Write("z/empty.txt", "");
        using var log = new StringWriter();
        using var screen = new ScreenLogger(Screen.Plain(log), verbose: false);
        await using (var mirror = Start(screen.CreateLogger("mirror")))
        {
            (await mirror.First.WaitAsync(TimeSpan.FromSeconds(30), Token)).Keys.ShouldBe(
                ["a.txt", "z/empty.txt"],
                ignoreOrder: true
            );
            Write("b.txt", "two");
            File.Delete(_folder.In("a.txt"));
            await BlobsBecomeAsync("b.txt", "z/empty.txt");
        }

        // no .NET call can
        Shell("rm -r *.txt");
        var told = log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        told.Length.ShouldBe(2);
        told.ShouldContain(line => line.Contains("not UTF-8", StringComparison.Ordinal));
        told.ShouldContain(line => line.Contains("back\\slash.txt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_deleted_or_renamed_goes()
    {
        Write("gone.txt", "x");
        Write("old/name.txt", "y");
        await using var mirror = Start();
        await BlobsBecomeAsync("gone.txt", "old/name.txt");

        File.Delete(_folder.In("gone.txt"));
        Directory.Move(_folder.In("old"), _folder.In("new"));

        await BlobsBecomeAsync("new/name.txt");
    }

    [Fact]
    public async Task What_changed_while_it_was_not_running_is_caught_up_and_the_rest_left_alone()
    {
        Write("kept.txt", "kept");
        Write("changed.txt", "before");
        Write("deleted.txt", "x");
        await using (var mirror = Start())
        {
            await BlobsBecomeAsync("changed.txt", "deleted.txt", "kept.txt");
            await mirror.First.WaitAsync(TimeSpan.FromSeconds(30), Token);
        }
        var kept = (await _container.GetBlobClient("kept.txt").GetPropertiesAsync(cancellationToken: Token)).Value.ETag;
        File.Delete(_folder.In("deleted.txt"));
        Write("changed.txt", "after, and longer");
        Write("new.txt", "new");

        await using var again = Start();

        await BlobsBecomeAsync("changed.txt", "kept.txt", "new.txt");
        await ContentBecomesAsync("changed.txt", "after, and longer");
        (await _container.GetBlobClient("kept.txt").GetPropertiesAsync(cancellationToken: Token)).Value.ETag.ShouldBe(
            kept
        );
    }

    [Fact]
    public async Task Blobs_of_others_are_never_deleted()
    {
        await PutAsync("theirs.txt", "theirs");
        Write("mine.txt", "mine");
        Write("taken over.txt", "mine at first");
        await using var mirror = Start();
        await BlobsBecomeAsync("mine.txt", "taken over.txt", "theirs.txt");
        await mirror.First.WaitAsync(TimeSpan.FromSeconds(30), Token);
        await PutAsync("taken over.txt", "theirs now");

        File.Delete(_folder.In("mine.txt"));
        File.Delete(_folder.In("taken over.txt"));

        await BlobsBecomeAsync("taken over.txt", "theirs.txt");
        (await _container.GetBlobClient("taken over.txt").DownloadContentAsync(Token))
            .Value.Content.ToString()
            .ShouldBe("theirs now");
    }

    [Fact]
    public async Task A_folder_that_vanishes_deletes_nothing()
    {
        Write("a.txt", "x");
        await using (var mirror = Start())
        {
            await mirror.First.WaitAsync(TimeSpan.FromSeconds(30), Token);
            Directory.Delete(_folder.Path, recursive: true);
            // as long as a deletion would have taken, and more
            await Task.Delay(TimeSpan.FromSeconds(2), Token);
        }
        Directory.CreateDirectory(_folder.Path);

        await BlobsBecomeAsync("a.txt");
    }

    [Fact]
    public async Task A_blob_that_somebody_removed_is_put_again_at_the_next_start()
    {
        Write("a.txt", "x");
        await using (var mirror = Start())
        {
            await mirror.First.WaitAsync(TimeSpan.FromSeconds(30), Token);
        }
        await _container.DeleteBlobAsync("a.txt", cancellationToken: Token);

        await using var again = Start();

        await BlobsBecomeAsync("a.txt");
    }

    [Fact]
    public async Task Hundreds_of_files_at_once_all_arrive()
    {
        await using var mirror = Start();
        await mirror.First.WaitAsync(TimeSpan.FromSeconds(30), Token);
        var names = Enumerable.Range(0, 300).Select(i => $"many/{i:000}.txt").ToArray();
        foreach (var name in names)
        {
            Write(name, name);
        }

        await BlobsBecomeAsync(names);
    }

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
        Write("a.txt", "x");
        Write(".git/config", "x");
        Directory.CreateSymbolicLink(_folder.In("circle"), _folder.Path);
        File.CreateSymbolicLink(_folder.In("link.txt"), _folder.In("a.txt"));
        File.CreateSymbolicLink(_folder.In("dangling.txt"), _folder.In("nowhere"));

        var scan = FolderScan.Of(_folder.Path);

        scan.IsWhole.ShouldBeTrue();
        scan.Files.Keys.ShouldBe(["a.txt", "link.txt"], ignoreOrder: true);
        scan.Files["link.txt"].ShouldBe(scan.Files["a.txt"]);
    }

    private void Shell(string commands)
    {
        var start = new ProcessStartInfo("sh", ["-c", commands]) { WorkingDirectory = _folder.Path };
        using var shell = Process.Start(start)!;
        shell.WaitForExit();
        shell.ExitCode.ShouldBe(0);
    }

    private FolderMirror Start(Microsoft.Extensions.Logging.ILogger? logger = null) =>
        FolderMirror.Start(_folder.Path, _container, _data.Path, TimeProvider.System, logger ?? NullLogger.Instance);

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.In(name))!);
        File.WriteAllText(_folder.In(name), text, Encoding.UTF8);
    }

    private async Task PutAsync(string name, string text) =>
        await _container.GetBlobClient(name).UploadAsync(BinaryData.FromString(text), overwrite: true, Token);

    private Task BlobsBecomeAsync(params string[] names) =>
        EventuallyAsync(async () => (await NamesAsync()).ShouldBe(names.Order(StringComparer.Ordinal)));

    private Task ContentBecomesAsync(string name, string text) =>
        EventuallyAsync(async () =>
        {
            var content = await _container.GetBlobClient(name).DownloadContentAsync(Token);
            content.Value.Content.ToString().TrimStart('\uFEFF').ShouldBe(text);
        });

    private async Task<string[]> NamesAsync()
    {
        List<string> names = [];
        await foreach (BlobItem blob in _container.GetBlobsAsync(cancellationToken: Token))
        {
            names.Add(blob.Name);
        }
        return [.. names.Order(StringComparer.Ordinal)];
    }

    private static async Task EventuallyAsync(Func<Task> fact)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await fact();
                return;
            }
            catch (ShouldAssertException) when (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(100, Token);
            }
        }
    }
}
