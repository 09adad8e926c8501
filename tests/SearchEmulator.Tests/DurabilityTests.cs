using Microsoft.Data.Sqlite;

namespace EmbeddingFunctions.SearchEmulator.Tests;

public sealed class DurabilityTests
{
    [Theory]
    [InlineData("missing")]
    [InlineData("emptied")]
    [InlineData("garbled")]
    [InlineData("stale")]
    [InlineData("of another index")]
    public async Task A_text_index_that_does_not_fit_the_store_is_repaired_at_the_start(string damage)
    {
        var folder = Emulator.NewFolder();
        var copy = Path.Combine(folder, "copy");
        await using (var emulator = await Emulator.StartAsync(folder))
        {
            await emulator.CreateAsync(TestIndex.Everything());
            await emulator.IndexAsync(
                "things",
                [.. Enumerable.Range(0, 60).Select(i => TestIndex.Document(i, "early"))]
            );
        }
        Copy(LuceneFolder(folder), copy);
        await using (var emulator = await Emulator.StartAsync(folder))
        {
            await emulator.IndexAsync(
                "things",
                [.. Enumerable.Range(20, 60).Select(i => TestIndex.Document(i, "late"))]
            );
            await emulator.IndexAsync(
                "things",
                [new Dictionary<string, object> { ["@search.action"] = "delete", ["id"] = "3" }]
            );
        }
        var expected = await FingerprintAsync(folder);
        switch (damage)
        {
            case "missing":
                Directory.Delete(LuceneFolder(folder), recursive: true);
                break;
            case "emptied":
                foreach (var file in Directory.GetFiles(LuceneFolder(folder), "segments*"))
                    File.Delete(file);
                break;
            case "garbled":
                foreach (var file in Directory.GetFiles(LuceneFolder(folder)).Where(f => new FileInfo(f).Length > 100))
                {
                    var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
                    bytes[bytes.Length / 2] ^= 0x55;
                    await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
                }
                break;
            case "stale":
                Directory.Delete(LuceneFolder(folder), recursive: true);
                Copy(copy, LuceneFolder(folder));
                break;
            default:
                await using (var emulator = await Emulator.StartAsync(folder))
                    await emulator.CreateAsync(TestIndex.Everything("other"));
                Directory.Delete(LuceneFolder(folder), recursive: true);
                Copy(Path.Combine(folder, "indexes", "other", "lucene"), LuceneFolder(folder));
                break;
        }
        (await FingerprintAsync(folder)).ShouldBe(expected);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Everything_is_the_same_after_a_restart()
    {
        var folder = Emulator.NewFolder();
        string etag;
        await using (var emulator = await Emulator.StartAsync(folder))
        {
            await emulator.CreateAsync(TestIndex.Everything());
            await emulator.IndexAsync("things", [TestIndex.Document(1, "word")]);
            etag = (
                await emulator.SendAsync("GET", $"indexes('things')?{Emulator.Version}")
            ).Response.Headers.ETag!.ToString();
        }
        await using (var emulator = await Emulator.StartAsync(folder))
        {
            var (index, _) = await emulator.SendAsync("GET", $"indexes('things')?{Emulator.Version}");
            index.Headers.ETag!.ToString().ShouldBe(etag);
            (await emulator.KeysAsync("things", new { search = "word", filter = "small eq 1" })).ShouldBe(["1"]);
            (
                await emulator.KeysAsync(
                    "things",
                    new { vectorQueries = new[] { TestIndex.VectorQuery([1, 0, 0, 0]) } }
                )
            ).ShouldBe(["1"]);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task After_a_restart_each_vector_belongs_to_its_own_document()
    {
        var folder = Emulator.NewFolder();
        await using (var emulator = await Emulator.StartAsync(folder))
        {
            await emulator.CreateAsync(TestIndex.Everything());
            // Some have none, and some are replaced: the rows of documents and of vectors are not in step.
            await emulator.IndexAsync(
                "things",
                [.. Enumerable.Range(0, 9).Select(i => new { id = $"{i}", vector = i % 3 == 0 ? null : At(i) })]
            );
            await emulator.IndexAsync("things", [new { id = "2", vector = At(20) }]);
        }
        await using (var emulator = await Emulator.StartAsync(folder))
        {
            foreach (var (key, angle) in new[] { ("1", 1), ("2", 20), ("4", 4), ("5", 5), ("7", 7), ("8", 8) })
                (
                    await emulator.KeysAsync(
                        "things",
                        new { vectorQueries = new[] { TestIndex.VectorQuery(At(angle), 1) } }
                    )
                ).ShouldBe([key]);
            (
                await emulator.KeysAsync("things", new { vectorQueries = new[] { TestIndex.VectorQuery(At(1), 50) } })
            ).Length.ShouldBe(6);
        }
        Directory.Delete(folder, recursive: true);

        static float[] At(int i) => [(float)Math.Cos(i * 0.1), (float)Math.Sin(i * 0.1), 0, 0];
    }

    [Fact]
    public async Task A_text_index_that_vanishes_under_a_running_emulator_is_made_again()
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        await emulator.IndexAsync("things", [TestIndex.Document(1, "word")]);
        var lucene = LuceneFolder(emulator.Folder);
        Directory.Delete(lucene, recursive: true);
        await emulator.IndexAsync("things", [TestIndex.Document(2, "word")]);
        // The next commit of the text index finds nothing to add to.
        while (!Directory.Exists(lucene) || Directory.GetFiles(lucene, "segments_*").Length == 0)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        await emulator.IndexAsync("things", [TestIndex.Document(3, "word")]);
        (await emulator.KeysAsync("things", new { search = "word", orderby = "id" })).ShouldBe(["1", "2", "3"]);
    }

    [Fact]
    public async Task An_index_can_be_deleted_while_it_is_read_and_written()
    {
        await using var emulator = await Emulator.StartAsync();
        for (var round = 0; round < 5; round++)
        {
            await emulator.CreateAsync(TestIndex.Everything());
            await emulator.IndexAsync("things", [TestIndex.Document(1, "word")]);
            using var done = new CancellationTokenSource();
            var clients = Enumerable.Range(0, 4).Select(UseAsync).ToArray();
            var (deleted, _) = await emulator.SendAsync("DELETE", $"indexes('things')?{Emulator.Version}");
            ((int)deleted.StatusCode).ShouldBe(204);
            await done.CancelAsync();
            await Task.WhenAll(clients);

            async Task UseAsync(int client)
            {
                do
                {
                    var (response, answer) =
                        client % 2 == 0
                            ? await emulator.SendAsync(
                                "POST",
                                $"indexes('things')/docs/search.post.search?{Emulator.Version}",
                                new { search = "word" }
                            )
                            : await emulator.SendAsync(
                                "POST",
                                $"indexes('things')/docs/search.index?{Emulator.Version}",
                                new { value = new[] { TestIndex.Document(client, "word") } }
                            );
                    ((int)response.StatusCode).ShouldBeOneOf([200, 404, 503], answer?.ToJsonString());
                } while (!done.IsCancellationRequested);
            }
        }
    }

    [Fact]
    public async Task Half_made_and_half_deleted_indexes_are_swept_at_the_start()
    {
        var folder = Emulator.NewFolder();
        foreach (var name in new[] { ".deleted-1", "half" })
        {
            Directory.CreateDirectory(Path.Combine(folder, "indexes", name, "lucene"));
            await File.WriteAllTextAsync(
                Path.Combine(folder, "indexes", name, "index.db"),
                "",
                TestContext.Current.CancellationToken
            );
        }
        await using (var emulator = await Emulator.StartAsync(folder))
            await emulator.CreateAsync(TestIndex.Everything("half"));
        Directory.GetDirectories(Path.Combine(folder, "indexes")).Select(Path.GetFileName).ShouldBe(["half"]);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Updates_without_end_do_not_let_the_index_grow()
    {
        var folder = Emulator.NewFolder();
        await using (var emulator = await Emulator.StartAsync(folder))
        {
            await emulator.CreateAsync(TestIndex.Everything());
            for (var round = 0; round < 45; round++)
                await emulator.IndexAsync(
                    "things",
                    [.. Enumerable.Range(0, 1000).Select(i => new { id = $"{i}", small = round })]
                );
            var found = await emulator.SearchAsync(
                "things",
                new
                {
                    filter = "small eq 44",
                    count = true,
                    top = 0,
                }
            );
            ((int)found["@odata.count"]!).ShouldBe(1000);
            (await emulator.KeysAsync("things", new { filter = "id eq '999'", orderby = "small" })).ShouldBe(["999"]);
        }
        await using (
            var store = new SqliteConnection($"Data Source={Path.Combine(folder, "indexes", "things", "index.db")}")
        )
        {
            await store.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = store.CreateCommand();
            command.CommandText = "SELECT count(*) FROM docs";
            ((long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!).ShouldBeLessThan(5000);
        }
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    // Answers of every kind, from a fresh process' point of view. BM25 knows dead documents until segments merge: no scores.
    private static async Task<string> FingerprintAsync(string folder)
    {
        await using var emulator = await Emulator.StartAsync(folder);
        var parts = new List<string>();
        foreach (var search in new[] { "*", "early", "late", "number3", "word" })
            parts.Add(
                string.Join(
                    ',',
                    await emulator.KeysAsync(
                        "things",
                        new
                        {
                            search,
                            orderby = "id",
                            top = 1000,
                            select = "id",
                        }
                    )
                )
            );
        parts.Add(
            string.Join(
                ',',
                await emulator.KeysAsync(
                    "things",
                    new { vectorQueries = new[] { TestIndex.VectorQuery([1, 9, 0, 0], 50) }, select = "id" }
                )
            )
        );
        return string.Join('\n', parts);
    }

    private static string LuceneFolder(string folder) => Path.Combine(folder, "indexes", "things", "lucene");

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
