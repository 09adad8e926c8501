using EmbeddingFunctions.Functions.Configuration;

namespace EmbeddingFunctions.Functions.Tests;

public sealed class OnceTests
{
    [Fact]
    public async Task A_set_up_that_succeeded_is_not_run_again()
    {
        var runs = 0;
        var once = new Once(_ => Task.FromResult(++runs));

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => once.EnsureAsync(CancellationToken.None)));

        runs.ShouldBe(1);
    }

    [Fact]
    public async Task A_set_up_that_failed_is_run_again()
    {
        var runs = 0;
        var once = new Once(_ => ++runs == 1 ? Task.FromException(new IOException("away")) : Task.CompletedTask);

        await Should.ThrowAsync<IOException>(() => once.EnsureAsync(CancellationToken.None));
        await once.EnsureAsync(CancellationToken.None);

        runs.ShouldBe(2);
    }

    [Fact]
    public async Task Again_runs_it_again()
    {
        var runs = 0;
        var once = new Once(_ => Task.FromResult(++runs));
        await once.EnsureAsync(CancellationToken.None);

        once.Again();
        await once.EnsureAsync(CancellationToken.None);

        runs.ShouldBe(2);
    }
}
