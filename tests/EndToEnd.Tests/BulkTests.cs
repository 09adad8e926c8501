using System.Net;

namespace EmbeddingFunctions.EndToEnd.Tests;

/// <summary>Many files at once, and workers that die under them.</summary>
public sealed class BulkTests
{
    private const int Files = 200;

    [Fact]
    public async Task Two_hundred_files_put_all_together_and_one_by_one_are_all_indexed()
    {
        await using var product = await Product.StartAsync();

        await Parallel.ForEachAsync(Half(0), PutAsync);
        foreach (var number in Half(1))
        {
            await PutAsync(number, TestContext.Current.CancellationToken);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        await AllIndexedAsync(product);

        async ValueTask PutAsync(int number, CancellationToken cancellationToken) =>
            await product.PutAsync(Name(number), Text(number));
    }

    [Fact]
    public async Task A_worker_killed_again_and_again_loses_no_document_and_doubles_none()
    {
        string[] expected;
        await using (var undisturbed = await Product.StartAsync())
        {
            await PutAllAsync(undisturbed);
            await AllIndexedAsync(undisturbed);
            expected = await undisturbed.KeysAsync();
        }

        // a claim outlives its worker by this time
        var settings = new Dictionary<string, string> { ["Sync__ClaimFor"] = "00:00:15" };
        await using var product = await Product.StartAsync(new ProductOptions { Settings = settings });
        await PutAllAsync(product);
        foreach (var indexed in new[] { 20, 80, 140 })
        {
            await product.EventuallyAsync(
                async () => (await product.KeysAsync()).Length >= indexed,
                () => $"{indexed} chunks should be indexed",
                TimeSpan.FromMinutes(2)
            );
            Processes.Kill(
                Processes.Children(product.ProcessId, "EmbeddingFunctions.Functions.dll").ShouldHaveSingleItem()
            );
        }

        await AllIndexedAsync(product);
        (await product.KeysAsync()).ShouldBe(expected);
    }

    private static Task PutAllAsync(Product product) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, Files),
            async (number, _) => await product.PutAsync(Name(number), Text(number))
        );

    private static async Task AllIndexedAsync(Product product)
    {
        var missing = Enumerable.Range(0, Files).Select(Name).ToHashSet();
        await product.EventuallyAsync(
            async () =>
            {
                using var answer = await product.Http.GetAsync("api/documents?state=Indexed&top=1000");
                if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
                {
                    return false; // the worker is being restarted
                }

                foreach (var document in (await Product.ReadAsync(answer)).GetProperty("documents").EnumerateArray())
                {
                    missing.Remove(document.GetProperty("path").GetString()!);
                }

                return missing.Count == 0;
            },
            () => $"{missing.Count} documents are not Indexed, such as {missing.FirstOrDefault()}",
            TimeSpan.FromMinutes(3)
        );
        var indexed = await product.IndexedAsync();
        foreach (var number in Enumerable.Range(0, Files))
        {
            indexed[$"documents/{Name(number)}"].ShouldBe([Text(number)]);
        }
    }

    private static IEnumerable<int> Half(int half) => Enumerable.Range(half * Files / 2, Files / 2);

    private static string Name(int number) => $"notes/{number:000}.txt";

    private static string Text(int number) =>
        $"Note {number}: the pump in hall {number % 7} was oiled on day {number}.";
}
