namespace EmbeddingFunctions.EndToEnd.Tests;

/// <summary>Without events: the polling blob trigger finds what is new, Reconcile what is gone.</summary>
public sealed class PollTests
{
    [Fact]
    public async Task Blobs_are_found_by_polling_and_deletions_by_Reconcile()
    {
        var settings = new Dictionary<string, string> { ["Sync__ReconcileSchedule"] = "*/10 * * * * *" };
        await using var product = await Product.StartAsync(
            new ProductOptions { Arguments = ["--poll"], Settings = settings }
        );

        string[] names = [.. Enumerable.Range(0, 10).Select(number => $"polled/{number}.txt")];
        foreach (var name in names)
        {
            await product.PutAsync(name, $"This is {name}.");
        }

        foreach (var name in names)
        {
            await product.WaitForAsync(name, TimeSpan.FromMinutes(1), "Indexed");
        }

        await product.Container.DeleteBlobAsync(names[0], cancellationToken: TestContext.Current.CancellationToken);
        await product.WaitForAsync(names[0], TimeSpan.FromMinutes(1), "Removed");
        var indexed = await product.IndexedAsync();
        indexed.Count.ShouldBe(9);
    }
}
