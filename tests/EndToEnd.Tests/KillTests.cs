namespace EmbeddingFunctions.EndToEnd.Tests;

/// <summary>Everything dies at once, as in a power cut.</summary>
public sealed class KillTests
{
    private const int Notes = 40;

    [Fact]
    public async Task What_was_under_work_goes_on_after_the_next_start()
    {
        var data = Directory.CreateTempSubdirectory("embedding-functions-kill-").FullName;
        try
        {
            await using (var killed = await Product.StartAsync(new ProductOptions { Data = data }))
            {
                await killed.PutAsync("large.txt", Large);
                await killed.WaitForAsync("large.txt", "Indexing");
                await Parallel.ForEachAsync(
                    Enumerable.Range(0, Notes),
                    async (number, _) => await killed.PutAsync(Name(number), Text(number))
                );
                Processes.Kill(killed.ProcessId);
            }

            await using var product = await Product.StartAsync(new ProductOptions { Data = data });

            // a queue hides the messages of who took them for ten minutes: Reconcile must not wait for that
            await product.WaitForAsync("large.txt", TimeSpan.FromMinutes(4), "Indexed");
            foreach (var number in Enumerable.Range(0, Notes))
            {
                await product.WaitForAsync(Name(number), TimeSpan.FromMinutes(4), "Indexed");
            }

            var indexed = await product.IndexedAsync();
            var chunks = (await product.StatusAsync("large.txt"))!.Value.GetProperty("chunks").GetInt32();
            indexed["documents/large.txt"].Count().ShouldBe(chunks);
            foreach (var number in Enumerable.Range(0, Notes))
            {
                indexed[$"documents/{Name(number)}"].ShouldBe([Text(number)]);
            }
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>Half a minute of embedding.</summary>
    private static readonly string Large = string.Join(
        "\n\n",
        Enumerable
            .Range(1, 6000)
            .Select(number =>
                $"Day {number}: the pump in hall {number % 7} was oiled, and {number * 3} litres were spent."
            )
    );

    private static string Name(int number) => $"notes/{number:000}.txt";

    private static string Text(int number) => $"Note {number}: the keys of hall {number} hang behind the door.";
}
