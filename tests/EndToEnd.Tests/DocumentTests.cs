namespace EmbeddingFunctions.EndToEnd.Tests;

/// <summary>Whatever happens to blobs, search shows exactly what the container holds.</summary>
public sealed class DocumentTests(SharedProduct shared) : IClassFixture<SharedProduct>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly Product _product = shared.Product;

    [Fact]
    public async Task A_blob_is_found_overwritten_shortened_renamed_and_gone()
    {
        var long1 = string.Join(
            "\n\n",
            Enumerable.Range(1, 40).Select(n => $"Paragraph {n} of the lighthouse log. " + Filler(n))
        );
        await _product.PutAsync("log/lighthouse.txt", long1);
        await ShowsAsync("log/lighthouse.txt", text => text.Contains("Paragraph 40 of", StringComparison.Ordinal));
        (await ChunksOfAsync("log/lighthouse.txt")).Length.ShouldBeGreaterThan(5);

        await _product.PutAsync("log/lighthouse.txt", "Paragraph 1 of the lighthouse log. It is short now.");
        await ShowsAsync("log/lighthouse.txt", text => text == "Paragraph 1 of the lighthouse log. It is short now.");
        (await ChunksOfAsync("log/lighthouse.txt")).Length.ShouldBe(1);

        var copy = await _product
            .Container.GetBlobClient("log/tower.txt")
            .StartCopyFromUriAsync(
                _product.Container.GetBlobClient("log/lighthouse.txt").Uri,
                cancellationToken: TestContext.Current.CancellationToken
            );
        await copy.WaitForCompletionAsync(TestContext.Current.CancellationToken);
        await DeleteAsync("log/lighthouse.txt");
        await ShowsAsync("log/tower.txt", text => text.Contains("short now", StringComparison.Ordinal));
        await IsGoneAsync("log/lighthouse.txt");
        (await _product.SearchAsync("lighthouse log")).ShouldNotContain("log/lighthouse.txt");

        await DeleteAsync("log/tower.txt");
        await IsGoneAsync("log/tower.txt");
        await _product.WaitForAsync("log/tower.txt", "Removed");
    }

    [Fact]
    public async Task Names_in_any_script_and_equal_names_in_two_folders_stay_apart()
    {
        var texts = new Dictionary<string, string>
        {
            ["甲/报告.txt"] = "甲方的年度报告：销售额增长了两成。",
            ["乙/报告.txt"] = "乙方的年度报告：新建了一座风力发电站。",
            ["menus/John's Menu (v2).txt"] = "Soup of the day: pea and mint.",
            ["plans/100% done + plan #2.txt"] = "The bridge was painted green.",
            ["plans/🍎 apple & pear.txt"] = "Fruit is delivered on Tuesdays.",
        };
        foreach (var (name, text) in texts)
        {
            await _product.PutAsync(name, text);
        }

        foreach (var (name, text) in texts)
        {
            await ShowsAsync(name, found => found == text);
        }

        await _product.PutAsync("甲/报告.txt", "甲方更正：销售额增长了一成。");
        await ShowsAsync("甲/报告.txt", found => found == "甲方更正：销售额增长了一成。");
        (await ChunksOfAsync("乙/报告.txt")).ShouldBe([texts["乙/报告.txt"]]);

        foreach (var name in texts.Keys)
        {
            await DeleteAsync(name);
        }

        foreach (var name in texts.Keys)
        {
            await IsGoneAsync(name);
        }
    }

    [Fact]
    public async Task A_line_added_at_the_top_keeps_the_keys_of_what_stands_below()
    {
        var body = string.Join("\n\n", Enumerable.Range(1, 12).Select(n => $"# Section {n}\n\n" + Filler(n)));
        await _product.PutAsync("keys.md", body);
        await _product.WaitForAsync("keys.md", "Indexed");
        var before = (await _product.KeysAsync()).ToHashSet();

        await _product.PutAsync("keys.md", "# New section\n\nA line that was not there.\n\n" + body);
        await ShowsAsync("keys.md", text => text.Contains("was not there", StringComparison.Ordinal));
        var after = (await _product.KeysAsync()).ToHashSet();

        before.Except(after).ShouldBeEmpty();
        after.Except(before).Count().ShouldBe(1);
        await DeleteAsync("keys.md");
        await IsGoneAsync("keys.md");
    }

    [Fact]
    public async Task What_cannot_be_read_says_why_and_disturbs_nobody()
    {
        await _product.PutAsync("good.txt", "A good neighbour among bad ones.");
        await _product.PutAsync("broken.pdf", "%PDF-1.7\nthis is no pdf at all");
        await _product
            .Container.GetBlobClient("mystery.xyz")
            .UploadAsync(BinaryData.FromBytes(Noise()), overwrite: true, TestContext.Current.CancellationToken);
        await _product.PutAsync("empty.txt", "");
        await _product
            .Container.GetBlobClient("secret.pdf")
            .UploadAsync(
                Path.Combine(Paths.Repository, "tests", "EndToEnd.Tests", "Files", "encrypted.pdf"),
                overwrite: true,
                TestContext.Current.CancellationToken
            );

        await ExpectAsync("good.txt", "Indexed", "", "");
        await ExpectAsync("broken.pdf", "Failed", "read", "PDF");
        await ExpectAsync("mystery.xyz", "Skipped", "read", "");
        await ExpectAsync("empty.txt", "Skipped", "read", "no bytes");
        await ExpectAsync("secret.pdf", "Failed", "read", "password");
        (await ChunksOfAsync("good.txt")).ShouldBe(["A good neighbour among bad ones."]);

        // a good version of a bad file is indexed; a bad version of a good one leaves nothing behind
        await _product.PutAsync("empty.txt", "No longer empty.");
        await ShowsAsync("empty.txt", text => text == "No longer empty.");
        await _product.PutAsync("empty.txt", "");
        await IsGoneAsync("empty.txt");
    }

    private async Task ExpectAsync(string name, string state, string stage, string reason)
    {
        var status = await _product.WaitForAsync(name, "Indexed", "Failed", "Skipped");
        status.GetProperty("state").GetString().ShouldBe(state);
        status.GetProperty("stage").GetString().ShouldBe(stage);
        var found = status.GetProperty("reason").GetString()!;
        found.ShouldContain(reason, Case.Insensitive);
        (found.Length > 0).ShouldBe(state != "Indexed");
    }

    private async Task<string[]> ChunksOfAsync(string name) =>
        [.. (await _product.IndexedAsync())[$"documents/{name}"]];

    private Task ShowsAsync(string name, Func<string, bool> text) =>
        _product.EventuallyAsync(
            async () => await ChunksOfAsync(name) is { Length: > 0 } chunks && text(string.Join('\n', chunks)),
            () => $"search should show '{name}' as it is",
            Soon
        );

    private Task IsGoneAsync(string name) =>
        _product.EventuallyAsync(
            async () => (await ChunksOfAsync(name)).Length == 0,
            () => $"'{name}' should be gone from search",
            Soon
        );

    private Task DeleteAsync(string name) =>
        _product.Container.DeleteBlobAsync(name, cancellationToken: TestContext.Current.CancellationToken);

    private static byte[] Noise()
    {
        var noise = new byte[2000];
        new Random(1).NextBytes(noise);
        return noise;
    }

    private static string Filler(int seed) =>
        string.Join(' ', Enumerable.Range(0, 60).Select(n => Words[((seed * 31) + (n * 17)) % Words.Length])) + ".";

    private static readonly string[] Words =
        "lamp storm keeper sea boat night signal oil glass tower rock wind tide ship horn fog morning rope ladder coal".Split(
            ' '
        );
}

/// <summary>One product for all tests of a class.</summary>
public sealed class SharedProduct : IAsyncLifetime
{
    internal Product Product { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Product = await Product.StartAsync();

    public ValueTask DisposeAsync() => Product.DisposeAsync();
}
