using System.Net;
using System.Net.Http.Json;

namespace EmbeddingFunctions.EndToEnd.Tests;

/// <summary>More requests than the app takes at once.</summary>
public sealed class LoadTests
{
    [Fact]
    public async Task What_is_too_much_is_answered_429_and_health_is_asked_all_the_same()
    {
        var options = new ProductOptions { Settings = new Dictionary<string, string> { ["Api__MaxInFlight"] = "1" } };
        await using var product = await Product.StartAsync(options);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var texts = Enumerable
            .Range(0, 2000)
            .Select(number => string.Concat(Enumerable.Repeat($"{number} ships ", 100)));
        var body = new { input = texts.ToArray() };
        var endless = product.Http.PostAsJsonAsync("api/embed", body, stop.Token);

        HttpResponseMessage? refused = null;
        var inARow = 0;
        await product.EventuallyAsync(
            async () =>
            {
                if (endless.IsCompleted)
                {
                    // it met one of the requests below, or one of Local's own
                    inARow = 0;
                    (await endless).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
                    endless = product.Http.PostAsJsonAsync("api/embed", body, stop.Token);
                }

                refused?.Dispose();
                refused = await product.Http.GetAsync("api/models", stop.Token);
                inARow = refused.StatusCode == HttpStatusCode.TooManyRequests ? inARow + 1 : 0;
                return inARow == 5;
            },
            () => "a second request should be refused",
            TimeSpan.FromSeconds(30)
        );
        refused!.Headers.RetryAfter.ShouldNotBeNull();
        (await product.GetAsync("api/health")).GetProperty("status").GetString().ShouldBe("ready");
        endless.IsCompleted.ShouldBeFalse("health was to be asked while the app was busy");

        // the caller goes away, and the place is free again
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(endless);
        await product.EventuallyAsync(
            async () =>
            {
                using var answer = await product.Http.GetAsync("api/models", TestContext.Current.CancellationToken);
                return answer.StatusCode == HttpStatusCode.OK;
            },
            () => "the place of a caller that is gone should be free",
            TimeSpan.FromSeconds(30)
        );
    }
}
