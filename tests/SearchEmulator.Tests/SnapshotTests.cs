namespace EmbeddingFunctions.SearchEmulator.Tests;

public sealed class SnapshotTests
{
    private const int Documents = 20;

    [Fact]
    public async Task Readers_never_see_half_a_batch()
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        await WriteAsync(0);
        using var done = new CancellationTokenSource();
        object[] searches =
        [
            new { search = "*", top = 100 },
            new { search = "constant", top = 100 },
            new
            {
                search = "constant",
                filter = "small ge 0",
                top = 100,
            },
            new { vectorQueries = new[] { TestIndex.VectorQuery([1, 0, 0, 0], 100) }, top = 100 },
            new
            {
                search = "constant",
                vectorQueries = new[] { TestIndex.VectorQuery([1, 0, 0, 0], 100) },
                top = 100,
            },
        ];
        var readers = Enumerable.Range(0, 3).Select(ReadAsync).ToArray();
        for (var generation = 1; generation <= 120; generation++)
            await WriteAsync(generation);
        await done.CancelAsync();
        (await Task.WhenAll(readers)).Sum().ShouldBeGreaterThan(20);

        Task WriteAsync(int generation) =>
            emulator.IndexAsync(
                "things",
                [
                    .. Enumerable
                        .Range(0, Documents)
                        .Select(i => new
                        {
                            id = $"{i}",
                            title = $"constant generation{generation}",
                            small = generation,
                            vector = new[] { 1f, generation, 0, 0 },
                        }),
                ]
            );

        async Task<int> ReadAsync(int reader)
        {
            var reads = 0;
            while (!done.IsCancellationRequested)
            {
                var answer = await emulator.SearchAsync("things", searches[(reads + reader) % searches.Length]);
                var found = answer["value"]!.AsArray();
                found.Count.ShouldBe(Documents);
                var generations = found
                    .Select(d => ((int)d!["small"]!, (string)d["title"]!, (int)(float)d["vector"]![1]!))
                    .Distinct();
                var (small, title, vector) = generations.ShouldHaveSingleItem();
                title.ShouldBe($"constant generation{small}");
                vector.ShouldBe(small);
                reads++;
            }
            return reads;
        }
    }

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
