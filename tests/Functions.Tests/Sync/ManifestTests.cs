using Azure;
using Azure.Storage.Blobs.Specialized;
using EmbeddingFunctions.Functions.Sync;
using Microsoft.Extensions.Time.Testing;

namespace EmbeddingFunctions.Functions.Tests.Sync;

/// <summary>A claim holds as long as it is renewed, and whoever loses it hears of it in time.</summary>
public sealed class ManifestTests(Bench bench) : IClassFixture<Bench>
{
    private static readonly TimeSpan ClaimFor = TimeSpan.FromSeconds(15);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly DocumentPath _document = new("any", "a.txt");
    private volatile bool _isAway;
    private int _leaseRequests;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_claim_is_renewed_for_as_long_as_the_work_takes()
    {
        await using var worker = NewWorker();
        await using var manifest = await ClaimAsync(worker);
        for (var renewal = 2; renewal <= 5; renewal++)
        {
            // in steps, because the next wait begins only once the last renewal is answered
            for (var second = 0; second < 12 && Volatile.Read(ref _leaseRequests) < renewal; second++)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                await Task.Delay(100, Cancellation);
            }

            Volatile.Read(ref _leaseRequests).ShouldBe(renewal);
        }

        manifest.Lost.IsCancellationRequested.ShouldBeFalse();
        await manifest.WriteAsync(["key"], Cancellation);
        (await Manifest.IsClaimedAsync(worker.Storage, _document, Cancellation)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_claim_that_cannot_be_renewed_is_lost_when_it_runs_out_and_not_before()
    {
        await using var worker = NewWorker();
        await using var manifest = await ClaimAsync(worker);
        _isAway = true;
        _time.Advance(TimeSpan.FromSeconds(6));
        await UntilAsync(() => Volatile.Read(ref _leaseRequests) >= 5);
        await Task.Delay(200, Cancellation);
        manifest.Lost.IsCancellationRequested.ShouldBeFalse("it has 9 seconds left");

        _time.Advance(TimeSpan.FromSeconds(9));

        await UntilAsync(() => manifest.Lost.IsCancellationRequested);
        _isAway = false;
    }

    [Fact]
    public async Task A_claim_that_another_worker_took_is_lost()
    {
        await using var worker = NewWorker();
        await using var manifest = await ClaimAsync(worker);
        var lease = worker.Storage.State.GetBlobClient($"manifests/{_document.Id}").GetBlobLeaseClient();
        await lease.BreakAsync(TimeSpan.Zero, cancellationToken: Cancellation);
        await lease.AcquireAsync(ClaimFor, cancellationToken: Cancellation);

        await Should.ThrowAsync<ClaimLostException>(manifest.WriteAsync(["key"], Cancellation));
        await Should.ThrowAsync<ClaimLostException>(manifest.DeleteAsync(Cancellation));
        _time.Advance(TimeSpan.FromSeconds(11));
        await Should.ThrowAsync<ClaimLostException>(manifest.AssertHeldAsync(Cancellation));
        await UntilAsync(() => manifest.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task Keys_are_read_as_they_were_written()
    {
        await using var worker = NewWorker();
        await using (var first = await ClaimAsync(worker))
        {
            first.IsNew.ShouldBeTrue();
            await first.WriteAsync(["one", "two"], Cancellation);
        }

        await using (var second = await ClaimAsync(worker))
        {
            second.IsNew.ShouldBeFalse();
            (await second.ReadAsync(Cancellation)).ShouldBe(["one", "two"], ignoreOrder: true);
            await second.WriteAsync([], Cancellation);
        }

        await Manifest.DeleteEmptyAsync(worker.Storage, _document, Cancellation);
        await using var third = await ClaimAsync(worker);
        third.IsNew.ShouldBeTrue();
    }

    private Worker NewWorker()
    {
        var faults = new Faults
        {
            Before = (_, address) =>
            {
                if (address.Query.Contains("comp=lease", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref _leaseRequests);
                    return _isAway ? throw new RequestFailedException("No such host is known.") : Task.CompletedTask;
                }

                return Task.CompletedTask;
            },
        };
        return bench.NewWorker(bench.NewContainer(), faults);
    }

    private async Task<Manifest> ClaimAsync(Worker worker) =>
        (await Manifest.TryClaimAsync(worker.Storage, _document, ClaimFor, _time, Cancellation)).ShouldNotBeNull();

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
