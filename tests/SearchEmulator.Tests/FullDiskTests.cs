namespace EmbeddingFunctions.SearchEmulator.Tests;

public sealed class FullDiskTests
{
    private const int BatchSize = 100;

    [Fact]
    public async Task A_full_disk_refuses_writes_and_changes_no_answer_until_there_is_room_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "prlimit is Linux'");
        var folder = Emulator.NewFolder();
        var written = 0;
        using (var child = await EmulatorProcess.StartAsync(folder, largestFile: 2048))
        {
            await child.SendAsync("POST", $"indexes?{Emulator.Version}", TestIndex.Everything());
            while (await child.IndexAsync(Batch(written)))
                written++;
            written.ShouldBeGreaterThan(0);
            for (var again = 0; again < 3; again++)
            {
                (await child.IndexAsync(Batch(written))).ShouldBeFalse();
                await CountsAsync(child, written);
            }

            await child.FreeAsync();
            (await child.IndexAsync(Batch(written))).ShouldBeTrue();
            await CountsAsync(child, written + 1);
        }
        await using (var emulator = await Emulator.StartAsync(folder))
            (await CountAsync(emulator)).ShouldBe((written + 1) * BatchSize);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<int> CountAsync(Emulator emulator) =>
        (int)(await emulator.SearchAsync("things", new { search = "word", count = true }))["@odata.count"]!;

    private static IEnumerable<object> Batch(int batch) =>
        Enumerable
            .Range(batch * BatchSize, BatchSize)
            .Select(i => new
            {
                id = $"{i}",
                title = "word",
                // Not searchable words but one long one: it is the store that grows.
                kind = string.Create(2000, i, (text, n) => text.Fill((char)('a' + n % 26))),
            });

    // By the rows, and by the words.
    private static async Task CountsAsync(EmulatorProcess child, int batches)
    {
        foreach (var search in new[] { "*", "word" })
        {
            var (status, body) = await child.GetAsync(
                $"indexes('things')/docs?{Emulator.Version}&search={search}&$count=true&$top=0"
            );
            status.ShouldBe(200, body);
            body.ShouldContain($"\"@odata.count\":{batches * BatchSize},");
        }
    }
}
