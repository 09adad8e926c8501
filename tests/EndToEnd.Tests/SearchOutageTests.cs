using System.Net;
using EmbeddingFunctions.SearchEmulator;
using Microsoft.AspNetCore.Builder;

namespace EmbeddingFunctions.EndToEnd.Tests;

/// <summary>The search service goes away and comes back.</summary>
public sealed class SearchOutageTests
{
    [Fact]
    public async Task A_document_that_meets_a_dead_search_service_gets_through_once_it_is_back()
    {
        var data = Directory.CreateTempSubdirectory("embedding-functions-search-").FullName;
        var search = await StartSearchAsync(data, port: 0);
        try
        {
            var address = new Uri(search.Urls.First());
            var options = new ProductOptions
            {
                Arguments = ["--search", address.ToString()],
                Settings = new Dictionary<string, string> { ["Sync__FirstPause"] = "00:00:01" },
            };
            await using var product = await Product.StartAsync(options);
            await product.PutAsync("before.txt", "Written before the outage.");
            await product.WaitForAsync("before.txt", "Indexed");

            await search.StopAsync(TestContext.Current.CancellationToken);
            await search.DisposeAsync();
            await product.PutAsync("during.txt", "Written during the outage.");
            await product.EventuallyAsync(
                async () =>
                    await product.StatusAsync("during.txt") is { } status
                    && status.GetProperty("attempts").GetInt32() >= 2,
                () => "a second try should have been made",
                TimeSpan.FromMinutes(2)
            );
            var pending = (await product.StatusAsync("during.txt"))!.Value;
            pending.GetProperty("state").GetString().ShouldBeOneOf("Pending", "Indexing");
            pending.GetProperty("stage").GetString().ShouldBeOneOf("index", "read");

            search = await StartSearchAsync(data, address.Port);
            await product.WaitForAsync("during.txt", TimeSpan.FromMinutes(1), "Indexed");
            (await product.IndexedAsync())["documents/during.txt"].ShouldBe(["Written during the outage."]);
        }
        finally
        {
            await search.DisposeAsync();
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_question_that_meets_a_dead_search_service_is_answered_503_until_it_is_back()
    {
        var data = Directory.CreateTempSubdirectory("embedding-functions-search-").FullName;
        var search = await StartSearchAsync(data, port: 0);
        try
        {
            var address = new Uri(search.Urls.First());
            var options = new ProductOptions { Arguments = ["--search", address.ToString()] };
            await using var product = await Product.StartAsync(options);
            await search.StopAsync(TestContext.Current.CancellationToken);
            await search.DisposeAsync();

            using var answer = await product.Http.GetAsync("api/search?q=a", TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            answer.Headers.RetryAfter.ShouldNotBeNull();
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");

            search = await StartSearchAsync(data, address.Port);
            (await product.SearchAsync("a")).ShouldBeEmpty();
        }
        finally
        {
            await search.DisposeAsync();
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<WebApplication> StartSearchAsync(string data, int port)
    {
        var search = SearchEmulatorHost.Create(new SearchEmulatorOptions { DataFolder = data, Port = port });
        await search.StartAsync(TestContext.Current.CancellationToken);
        return search;
    }
}
