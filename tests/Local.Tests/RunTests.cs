using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;

namespace EmbeddingFunctions.Local.Tests;

/// <summary>The real Local with the real Azurite and the real worker, on free ports in a folder of its own.</summary>
public sealed class RunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Starts_runs_functions_and_stops_clean()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "stops by a signal");
        await using var local = Start();
        var (azurite, worker) = await ChildrenAsync(local);
        var endpoints = await local.EndpointsAsync();

        using var http = new HttpClient();
        http.BaseAddress = endpoints.GetProperty("functions").Deserialize<Uri>();
        var health = await http.GetFromJsonAsync<JsonElement>("api/health", Token);
        health.GetProperty("status").GetString().ShouldBeOneOf("live", "ready");
        // what was missed while nothing ran
        await local.SeeAsync("Reconcile succeeded");

        var blob = new BlobContainerClient(endpoints.GetProperty("storage").GetString(), "documents").GetBlobClient(
            "目录/苹果 1+1 100% #.txt"
        );
        await blob.UploadAsync(BinaryData.FromString("An apple a day."), Token);
        await local.SeeAsync("SyncBlob succeeded");

        using var content = new ByteArrayContent("Put by a signed address."u8.ToArray());
        content.Headers.Add("x-ms-blob-type", "BlockBlob");
        var from = local.LineCount;
        var sas = new UriBuilder(endpoints.GetProperty("sas").GetString()!);
        sas.Path += "/signed.txt";
        using var put = await http.PutAsync(sas.Uri, content, Token);
        put.StatusCode.ShouldBe(HttpStatusCode.Created);
        await local.SeeAsync("SyncBlob succeeded", from);

        from = local.LineCount;
        using var empty = new StringContent("{}", Encoding.UTF8, "application/json");
        using var byHand = await http.PostAsync("admin/functions/Reconcile", empty, Token);
        byHand.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await local.SeeAsync("Reconcile succeeded", from);

        await local.SignalAsync("TERM");
        (await local.ExitCodeAsync()).ShouldBe(0, local.Output);
        (await LocalProcess.IsGoneAsync(worker, 1)).ShouldBeTrue();
        (await LocalProcess.IsGoneAsync(azurite, 1)).ShouldBeTrue();
        File.Exists(_folder.In("endpoints.json")).ShouldBeFalse();
        local.Output.ShouldNotContain("\e[");
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_stop_in_the_middle_of_work_says_so_and_nothing_else(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "stops by a signal");
        var watched = _folder.In("watched");
        Directory.CreateDirectory(watched);
        for (var i = 0; i < 100; i++)
        {
            var text = string.Join(' ', Enumerable.Repeat($"Sentence {i} of a text that takes a while.", 100));
            await File.WriteAllTextAsync(Path.Combine(watched, $"{i}.txt"), text, Token);
        }
        await using var local = LocalProcess.Start(
            _folder.Path,
            ["--port", "0", "--blob-port", "0", "--watch", watched]
        );
        await local.EndpointsAsync();
        await local.SeeAsync("^indexed ");

        await local.SignalAsync(signal);

        (await local.ExitCodeAsync()).ShouldBe(0, local.Output);
        local.Output.Split('\n')[^1].ShouldBe("stopping ...");
        local.Output.Split('\n').Count(line => line == "stopping ...").ShouldBe(1);
    }

    [Fact]
    public async Task A_backslash_in_a_name_makes_one_document()
    {
        await using var local = LocalProcess.Start(_folder.Path, ["--port", "0", "--blob-port", "0"]);
        var endpoints = await local.EndpointsAsync();
        var container = new BlobContainerClient(endpoints.GetProperty("storage").GetString(), "documents");

        await container.GetBlobClient(@"sub\a.txt").UploadAsync(BinaryData.FromString("An apple a day."), Token);
        await local.SeeAsync("^indexed  documents/sub/a.txt");
        using var http = new HttpClient { BaseAddress = endpoints.GetProperty("functions").Deserialize<Uri>() };
        using var empty = new StringContent("{}", Encoding.UTF8, "application/json");
        using var reconcile = await http.PostAsync("admin/functions/Reconcile", empty, Token);
        await container.GetBlobClient("last.txt").UploadAsync(BinaryData.FromString("The last one."), Token);
        await local.SeeAsync("^indexed  documents/last.txt");

        var rows = (await http.GetFromJsonAsync<JsonElement>("api/documents", Token)).GetProperty("documents");
        rows.EnumerateArray()
            .Select(row => row.GetProperty("path").GetString())
            .ShouldBe(["sub/a.txt", "last.txt"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_worker_that_dies_is_started_again_and_blobs_survive_a_killed_local()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "kills by a signal");
        await using (var local = Start())
        {
            var (azurite, worker) = await ChildrenAsync(local);
            var endpoints = await local.EndpointsAsync();
            var container = new BlobContainerClient(endpoints.GetProperty("storage").GetString(), "documents");
            await container.GetBlobClient("kept.txt").UploadAsync(BinaryData.FromString("Kept."), Token);
            await local.SeeAsync("SyncBlob succeeded");

            var from = local.LineCount;
            using var http = new HttpClient();
            http.BaseAddress = endpoints.GetProperty("functions").Deserialize<Uri>();
            await LocalProcess.SignalAsync("KILL", worker);
            await UnavailableAsync(http);
            var second = Number(await local.SeeAsync("the worker runs as process ([0-9]+)", from));
            await local.SeeAsync("The worker is back", from);
            await container.GetBlobClient("later.txt").UploadAsync(BinaryData.FromString("Later."), Token);
            await local.SeeAsync("SyncBlob succeeded", from);
            (await http.GetAsync("api/health", Token)).StatusCode.ShouldBe(HttpStatusCode.OK);

            await local.SignalAsync("KILL");
            (await LocalProcess.IsGoneAsync(second)).ShouldBeTrue("the worker is left behind");
            (await LocalProcess.IsGoneAsync(azurite)).ShouldBeTrue("Azurite is left behind");
        }

        await using var again = Start();
        var storage = (await again.EndpointsAsync()).GetProperty("storage").GetString();
        var blob = new BlobContainerClient(storage, "documents").GetBlobClient("kept.txt");
        (await blob.DownloadContentAsync(Token)).Value.Content.ToString().ShouldBe("Kept.");
    }

    [Fact]
    public async Task Polling_finds_blobs_without_events_and_timers_run()
    {
        await using var local = Start(["--poll"], ("Sync__ReconcileSchedule", "* * * * * *"));
        var endpoints = await local.EndpointsAsync();
        var container = new BlobContainerClient(endpoints.GetProperty("storage").GetString(), "documents");

        await container.GetBlobClient("polled/苹果.txt").UploadAsync(BinaryData.FromString("Found."), Token);

        await local.SeeAsync("IndexBlob succeeded");
        var from = local.LineCount;
        await local.SeeAsync("Reconcile succeeded", from);
        await local.SeeAsync("Reconcile succeeded", local.LineCount);
    }

    [Fact]
    public async Task A_schedule_that_is_none_is_said_so_and_nothing_is_left_behind()
    {
        await using var local = Start([], ("Sync__ReconcileSchedule", "every day"));
        var (azurite, worker) = await ChildrenAsync(local);

        (await local.ExitCodeAsync()).ShouldBe(1);
        local.Output.ShouldContain(
            "The schedule of Reconcile (%Sync:ReconcileSchedule%) is 'every day'; expected six fields"
        );
        (await LocalProcess.IsGoneAsync(worker, 1)).ShouldBeTrue();
        (await LocalProcess.IsGoneAsync(azurite, 1)).ShouldBeTrue();
    }

    // from the worker's death until its successor is there
    private static async Task UnavailableAsync(HttpClient http)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            using var answer = await http.GetAsync("api/health", Token);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
                answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
                answer.Headers.RetryAfter.ShouldNotBeNull();
                return;
            }
            await Task.Delay(5, Token);
        }
        Assert.Fail("the worker was never away");
    }

    private LocalProcess Start(string[]? arguments = null, params (string, string)[] environment) =>
        LocalProcess.Start(
            _folder.Path,
            ["--port", "0", "--blob-port", "0", "--verbose", .. arguments ?? []],
            environment
        );

    private static async Task<(int Azurite, int Worker)> ChildrenAsync(LocalProcess local) =>
        (
            Number(await local.SeeAsync("Azurite runs as process ([0-9]+)", seconds: 180)),
            Number(await local.SeeAsync("the worker runs as process ([0-9]+)"))
        );

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
