using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using EmbeddingFunctions.Local.Console;
using EmbeddingFunctions.Local.Watch;
using Microsoft.Win32.SafeHandles;

namespace EmbeddingFunctions.Local.Tests;

public sealed class FolderMirrorTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _data = new();
    private readonly StringWriter _output = new();
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

    [Fact]
    public async Task A_name_that_is_no_UTF_8_is_told_once_and_the_rest_is_mirrored()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems do not let such names be");
        Write("a.txt", "x");
        Write("gone.txt", "x");
        await ShellAsync("printf x > \"$(printf 'b\\377.txt')\"; mkdir \"$(printf 'd\\376')\"");
        await using var mirror = Start();
        await mirror.First.WaitAsync(TimeSpan.FromSeconds(30), Token);
        await BlobsBecomeAsync("a.txt", "gone.txt");

        File.Delete(_folder.In("gone.txt"));
        Write("later.txt", "x");

        // deletions go on too
        await BlobsBecomeAsync("a.txt", "later.txt");
        Told()
            .ShouldBe(
                [
                    "warn  b\uFFFD.txt is not mirrored: its name is not valid UTF-8",
                    "warn  d\uFFFD/ is not mirrored: its name is not valid UTF-8",
                ],
                ignoreOrder: true
            );
        // .NET cannot take them away either
        await ShellAsync("rm -r b* d*");
    }

    [Fact]
    public async Task What_is_there_but_cannot_be_looked_at_is_not_taken_as_deleted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege there");
        Write("a.txt", "x");
        Write("b.txt", "x");
        await using var mirror = Start();
        await BlobsBecomeAsync("a.txt", "b.txt");

        // a link to itself: the system refuses to follow it
        File.Delete(_folder.In("a.txt"));
        File.CreateSymbolicLink(_folder.In("a.txt"), _folder.In("a.txt"));
        File.Delete(_folder.In("b.txt"));

        await BlobsBecomeAsync("a.txt");
        await EventuallyAsync(() =>
        {
            Told().Count(line => line.StartsWith("warn  a.txt is not mirrored", StringComparison.Ordinal)).ShouldBe(1);
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task A_pass_that_fails_as_a_whole_is_told_and_tried_again()
    {
        Write("a.txt", "x");
        await using var mirror = Start();
        await mirror.First.WaitAsync(TimeSpan.FromSeconds(30), Token);
        Directory.Delete(_data.Path, recursive: true);
        Write("b.txt", "x");
        await EventuallyAsync(() =>
        {
            Told().ShouldHaveSingleItem().ShouldStartWith($"error {_folder.Path} cannot be mirrored now");
            return Task.CompletedTask;
        });

        Directory.CreateDirectory(_data.Path);

        await BlobsBecomeAsync("a.txt", "b.txt");
    }

    [Fact]
    public async Task What_was_told_is_not_told_again_when_the_folder_was_away()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no such names there");
        Write(@"a\b.txt", "x");
        await using var mirror = Start();
        await mirror.First.WaitAsync(TimeSpan.FromSeconds(30), Token);
        Directory.Move(_folder.Path, _folder.Path + "-away");
        await EventuallyAsync(() =>
        {
            Told()[^1].ShouldBe($"warn  {_folder.Path} is not mirrored: it is not there");
            return Task.CompletedTask;
        });

        Directory.Move(_folder.Path + "-away", _folder.Path);
        Write("later.txt", "x");

        await BlobsBecomeAsync("later.txt");
        Told().Length.ShouldBe(2);
    }

    [Fact]
    public async Task Pipes_and_sockets_are_no_documents_and_block_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux is asked for the kind of a file");
        await ShellAsync("mkfifo pipe.txt; ln -s pipe.txt link.txt");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_folder.In("socket.txt")));
        Write("a.txt", "x");

        await using (var mirror = Start())
        {
            (await mirror.First.WaitAsync(TimeSpan.FromSeconds(30), Token)).Keys.ShouldBe(["a.txt"]);
            await BlobsBecomeAsync("a.txt");
        }

        Told().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_system_that_does_not_answer_does_not_hold_up_the_stop()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "leases are of Linux");
        Write("held.txt", "x");
        // whoever opens a leased file waits for its holder, here for as long as the system lets it (45 s)
        using var holder = File.OpenHandle(
            _folder.In("held.txt"),
            access: FileAccess.ReadWrite,
            share: FileShare.ReadWrite
        );
        Assert.SkipUnless(Lease.Take(holder), "this file system has no leases");
        var mirror = Start();
        await Task.Delay(TimeSpan.FromSeconds(3), Token);
        mirror.First.IsCompleted.ShouldBeFalse();

        await mirror.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token);

        mirror.First.IsCompleted.ShouldBeFalse("the file was not held");
        Lease.Release(holder);

        // only now does it end, and leave the folders alone
        await Should.ThrowAsync<OperationCanceledException>(mirror.First.WaitAsync(TimeSpan.FromSeconds(30), Token));
    }

    [Theory]
    [InlineData("a\\b.txt", "the backslash")]
    [InlineData("a\u0001b.txt", "a control character")]
    public async Task A_name_that_storage_does_not_keep_is_told_and_not_put(string name, string why)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no such names there");
        Write(name, "x");
        Write("line\nbreak.txt", "x");
        await using var mirror = Start();

        await mirror.First.WaitAsync(TimeSpan.FromSeconds(30), Token);

        await BlobsBecomeAsync("line\nbreak.txt");
        Told().ShouldHaveSingleItem().ShouldContain(why);
    }

    private FolderMirror Start() =>
        FolderMirror.Start(
            _folder.Path,
            _container,
            _data.Path,
            TimeProvider.System,
            new ScreenLogger(Screen.Plain(TextWriter.Synchronized(_output)), verbose: false).CreateLogger(
                "EmbeddingFunctions.Local"
            )
        );

    private string[] Told() => _output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    private async Task ShellAsync(string script)
    {
        using var shell = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", script]) { WorkingDirectory = _folder.Path }
        )!;
        await shell.WaitForExitAsync(Token);
        shell.ExitCode.ShouldBe(0);
    }

    /// <summary>man 2 fcntl: a write lease, whose break is told by a signal that nobody minds.</summary>
    private static class Lease
    {
        private const int SetSignal = 10;
        private const int SetLease = 1024;
        private const int Write = 1;
        private const int Unlock = 2;
        private const int Urgent = 23;

        public static bool Take(SafeFileHandle file) =>
            Control(file, SetSignal, Urgent) == 0 && Control(file, SetLease, Write) == 0;

        public static void Release(SafeFileHandle file) => Control(file, SetLease, Unlock).ShouldBe(0);

        [DllImport("libc", EntryPoint = "fcntl")]
        private static extern int Control(SafeFileHandle file, int command, int argument);
    }

    private void Write(string name, string text) => _folder.Write(name, text);

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
