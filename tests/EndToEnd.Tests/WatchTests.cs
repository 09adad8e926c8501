namespace EmbeddingFunctions.EndToEnd.Tests;

/// <summary>What a newcomer does: a folder is watched, and asked in any language.</summary>
public sealed class WatchTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("embedding-functions-watch-").FullName;
    private Product _product = null!;

    public async ValueTask InitializeAsync()
    {
        foreach (var sample in Directory.GetFiles(Paths.Samples))
        {
            File.Copy(sample, Path.Combine(_folder, Path.GetFileName(sample)));
        }

        _product = await Product.StartAsync(new ProductOptions { Arguments = ["--watch", _folder] });
    }

    public async ValueTask DisposeAsync()
    {
        await _product.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_samples_answer_in_both_languages_and_across_them_and_follow_their_folder()
    {
        await _product.EventuallyAsync(
            () => Task.FromResult(_product.Output.Contains("after ready", StringComparison.Ordinal)),
            () => "the time until all samples are searchable should be printed",
            TimeSpan.FromMinutes(2)
        );
        foreach (var sample in Directory.GetFiles(Paths.Samples).Select(Path.GetFileName))
        {
            var status = (await _product.StatusAsync(sample!)).ShouldNotBeNull(sample);
            status.GetProperty("state").GetString().ShouldBe("Indexed", sample);
            _product.Output.ShouldContain(sample!);
        }

        await FirstIsAsync("How do I look after a bicycle chain?", "bicycle-maintenance.docx");
        await FirstIsAsync("when does the museum close", "museum-visitors.html");
        await FirstIsAsync("绿茶用多少度的水冲泡", "泡茶指南.docx");
        await FirstIsAsync("苹果发布新手机", "种子句子.txt");

        // across languages: a Chinese question, an English document, and the other way round
        await FirstIsAsync("怎么连接办公室无线网络", "office-network-faq.md");
        await FirstIsAsync("how hot should the water for green tea be", "泡茶指南.docx", mode: "vector");

        File.Delete(Path.Combine(_folder, "泡茶指南.docx"));
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "种子句子.txt"),
            "企鹅住在南极。",
            TestContext.Current.CancellationToken
        );
        Directory.CreateDirectory(Path.Combine(_folder, "new"));
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "new", "ferry.txt"),
            "The ferry to the island leaves at seven in the morning.",
            TestContext.Current.CancellationToken
        );

        await ShowsAsync("new/ferry.txt", "The ferry to the island leaves at seven in the morning.");
        await ShowsAsync("种子句子.txt", "企鹅住在南极。");
        await ShowsAsync("泡茶指南.docx", null);
        await FirstIsAsync("when can I cross to the island by boat", "new/ferry.txt");
    }

    private async Task FirstIsAsync(string question, string path, string mode = "hybrid") =>
        (await _product.SearchAsync(question, mode)).FirstOrDefault().ShouldBe(path, question);

    private Task ShowsAsync(string name, string? text) =>
        _product.EventuallyAsync(
            // for a moment there are two: the new chunk goes in before the old one goes out
            async () => (await _product.IndexedAsync())[$"documents/{name}"].SequenceEqual(text is null ? [] : [text]),
            () => $"search should show '{name}' as '{text}'",
            Soon
        );
}
