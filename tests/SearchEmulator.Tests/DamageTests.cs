using Microsoft.Data.Sqlite;

namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>A bit that turns on the disk is noticed at the start or changes no answer.</summary>
public sealed class DamageTests
{
    private const int Flips = 100;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Any_flipped_bit_is_noticed_or_changes_no_answer()
    {
        var folder = await FilledAsync();
        var index = Path.Combine(folder, "indexes", "things");
        var expected = await AnswersAsync(folder);
        var files = Files(index);
        var random = new Random(11);
        var noticed = 0;
        for (var flip = 0; flip < Flips; flip++)
        {
            // Half of them in the truth, the others in what is derived from it.
            var file =
                flip % 2 == 0 ? files.Keys.Single(f => f.EndsWith(".db", StringComparison.Ordinal)) : Any(files.Keys);
            var bytes = (byte[])files[file].Clone();
            var at = random.Next(bytes.Length);
            bytes[at] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(file, bytes, Token);
            try
            {
                (await AnswersAsync(folder)).ShouldBe(expected, $"{Path.GetFileName(file)}, byte {at}");
            }
            catch (IOException e)
            {
                file.ShouldEndWith(".db", customMessage: e.Message);
                e.Message.ShouldNotContain("\n");
                e.Message.ShouldStartWith($"the index in '{index}' is damaged");
                noticed++;
            }
            Restore(index, files);
        }
        noticed.ShouldBeGreaterThan(Flips / 10);
        Directory.Delete(folder, recursive: true);

        string Any(IEnumerable<string> names) => random.GetItems(names.Order(StringComparer.Ordinal).ToArray(), 1)[0];
    }

    [Theory]
    [InlineData("index.db")]
    [InlineData("lucene")]
    public async Task A_file_that_ends_too_early_is_noticed_or_made_again(string what)
    {
        var folder = await FilledAsync();
        var index = Path.Combine(folder, "indexes", "things");
        var expected = await AnswersAsync(folder);
        var files = Files(index);
        foreach (var (file, bytes) in files.Where(f => f.Key.Contains(what, StringComparison.Ordinal)))
        {
            foreach (var length in new[] { 0, 1, bytes.Length / 3, bytes.Length / 2, bytes.Length - 1 })
            {
                await File.WriteAllBytesAsync(file, bytes[..length], Token);
                if (what == "lucene")
                    (await AnswersAsync(folder)).ShouldBe(expected, $"{Path.GetFileName(file)}, {length} bytes");
                else
                    (await Should.ThrowAsync<IOException>(() => AnswersAsync(folder))).Message.ShouldStartWith(
                        $"the index in '{index}' is damaged"
                    );
                Restore(index, files);
            }
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Documents_that_the_index_of_keys_does_not_know_are_noticed()
    {
        var folder = await FilledAsync();
        // Without its row in the schema the index is not kept up; with it again it is an index that missed a change.
        await ExecuteAsync(
            folder,
            "PRAGMA writable_schema = ON",
            "CREATE TABLE kept AS SELECT * FROM sqlite_schema WHERE name = 'docs_key'",
            "DELETE FROM sqlite_schema WHERE name = 'docs_key'"
        );
        await ExecuteAsync(
            folder,
            "UPDATE docs SET dead = 1 WHERE key = '5'",
            "PRAGMA writable_schema = ON",
            "INSERT INTO sqlite_schema SELECT * FROM kept",
            "DROP TABLE kept"
        );
        (await Should.ThrowAsync<IOException>(() => AnswersAsync(folder))).Message.ShouldContain("disagree");
        Directory.Delete(folder, recursive: true);
    }

    private static async Task ExecuteAsync(string folder, params string[] statements)
    {
        var file = Path.Combine(folder, "indexes", "things", "index.db");
        await using var store = new SqliteConnection($"Data Source={file};Pooling=false");
        await store.OpenAsync(Token);
        foreach (var statement in statements)
        {
            await using var command = store.CreateCommand();
            command.CommandText = statement;
            await command.ExecuteNonQueryAsync(Token);
        }
    }

    private static async Task<string> FilledAsync()
    {
        var folder = Emulator.NewFolder();
        await using var emulator = await Emulator.StartAsync(folder);
        await emulator.CreateAsync(TestIndex.Everything());
        await emulator.IndexAsync("things", [.. Enumerable.Range(0, 400).Select(i => TestIndex.Document(i, "early"))]);
        await emulator.IndexAsync("things", [.. Enumerable.Range(200, 400).Select(i => TestIndex.Document(i, "late"))]);
        return folder;
    }

    private static async Task<string> AnswersAsync(string folder)
    {
        await using var emulator = await Emulator.StartAsync(folder);
        var (_, definition) = await emulator.SendAsync("GET", $"indexes('things')?{Emulator.Version}");
        var everything = await emulator.SearchAsync("things", new { orderby = "id", top = 1000 });
        var early = await emulator.KeysAsync(
            "things",
            new
            {
                search = "early",
                orderby = "id",
                top = 1000,
                select = "id",
            }
        );
        definition!.AsObject().Remove("@odata.context");
        definition.AsObject().Remove("@odata.etag");
        return $"{definition.ToJsonString()}\n{everything["value"]!.ToJsonString()}\n{string.Join(',', early)}";
    }

    private static Dictionary<string, byte[]> Files(string index) =>
        Directory
            .EnumerateFiles(index, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is not ("-wal" or ".lock") && new FileInfo(file).Length > 0)
            .ToDictionary(file => file, File.ReadAllBytes, StringComparer.Ordinal);

    private static void Restore(string index, Dictionary<string, byte[]> files)
    {
        foreach (var file in Directory.EnumerateFiles(index, "*", SearchOption.AllDirectories))
        {
            if (!files.ContainsKey(file))
                File.Delete(file);
        }
        Directory.CreateDirectory(Path.Combine(index, "lucene"));
        foreach (var (file, bytes) in files)
            File.WriteAllBytes(file, bytes);
    }
}
