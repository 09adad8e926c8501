namespace EmbeddingFunctions.SearchEmulator.Tests;

public sealed class SnapshotTests
{
    [Fact]
    public async Task Writes_of_many_clients_at_once_are_all_there_when_they_are_answered()
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 300),
            new ParallelOptions
            {
                MaxDegreeOfParallelism = 6,
                CancellationToken = TestContext.Current.CancellationToken,
            },
            async (i, _) =>
            {
                var answer = await emulator.IndexAsync("things", [new { id = $"{i}", title = $"word{i}" }]);
                ((string)answer["value"]!.AsArray().ShouldHaveSingleItem()!["key"]!).ShouldBe($"{i}");
                (await emulator.KeysAsync("things", new { search = $"word{i}" })).ShouldBe([$"{i}"]);
            }
        );
        (await emulator.SearchAsync("things", new { count = true }))["@odata.count"]!.GetValue<int>().ShouldBe(300);
    }
}
