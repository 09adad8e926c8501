namespace EmbeddingFunctions.EndToEnd.Tests;

/// <summary>Without events: the polling blob trigger finds what is new, Reconcile what is gone.</summary>
public sealed class PollTests
{
    [Fact]
    public async Task Blobs_are_found_by_polling_and_deletions_by_Reconcile()
    {
        var settings = new Dictionary<string, string> { ["Sync__ReconcileSchedule"] = "0 0 0 1 1 *" };
        await using var product = await Product.StartAsync(
            new ProductOptions { Arguments = ["--poll", "--verbose"], Settings = settings }
        );
        await product.EventuallyAsync(
            () => Task.FromResult(product.Output.Contains("Reconcile succeeded", StringComparison.Ordinal)),
            () => "Reconcile should run once at the start",
            TimeSpan.FromMinutes(1)
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

        product.Output.ShouldContain("IndexBlob succeeded");
        product.Output.ShouldNotContain("SyncBlob succeeded", customMessage: "there should be no events");
        await product.Container.DeleteBlobAsync(names[0], cancellationToken: TestContext.Current.CancellationToken);
        using var nothing = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
        using var reconciled = await product.Http.PostAsync(
            "admin/functions/Reconcile",
            nothing,
            TestContext.Current.CancellationToken
        );
        reconciled.EnsureSuccessStatusCode();
        await product.WaitForAsync(names[0], "Removed");
        var indexed = await product.IndexedAsync();
        indexed.Count.ShouldBe(9);
    }
}
