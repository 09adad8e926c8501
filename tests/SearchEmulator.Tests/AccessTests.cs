using System.Net;
using System.Security.Cryptography.X509Certificates;
using Azure;
using Azure.Core.Pipeline;
using Azure.Search.Documents;
using Azure.Search.Documents.Models;

namespace EmbeddingFunctions.SearchEmulator.Tests;

public sealed class AccessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "indexes", 200, 403)]
    [InlineData("GET", "indexes('things')", 200, 403)]
    [InlineData("GET", "indexes('things')/search.stats", 200, 403)]
    [InlineData("DELETE", "indexes('things')", 204, 403)]
    [InlineData("GET", "servicestats", 200, 403)]
    [InlineData("GET", "synonymmaps", 200, 403)]
    [InlineData("POST", "indexes('things')/docs/search.index", 400, 403)]
    [InlineData("POST", "indexes/things/docs/index", 400, 403)]
    [InlineData("POST", "indexes('things')/search.analyze", 400, 403)]
    [InlineData("POST", "indexes('things')/docs/search.post.search", 200, 200)]
    [InlineData("GET", "indexes('things')/docs", 200, 200)]
    [InlineData("GET", "indexes('things')/docs/$count", 200, 200)]
    [InlineData("GET", "indexes('things')/docs('none')", 404, 404)]
    public async Task A_query_key_reads_documents_and_nothing_else(string method, string path, int admin, int query)
    {
        await using var emulator = await Emulator.StartAsync(
            apiKey: "admin",
            configure: options => options with { QueryKeys = ["first", "second"] }
        );
        await Send("POST", "indexes", "admin", 201, TestIndex.Everything());
        await Send(method, path, "first", query);
        await Send(method, path, "second", query);
        await Send(method, path, "third", 403);
        await Send(method, path, "", 403);
        await Send(method, path, "admin", admin);

        async Task Send(string verb, string target, string key, int status, object? body = null)
        {
            var (response, answer) = await emulator.SendAsync(
                verb,
                $"{target}?{Emulator.Version}",
                body ?? (verb == "POST" ? new { } : null),
                ("api-key", key)
            );
            ((int)response.StatusCode).ShouldBe(status, $"{key}: {answer?.ToJsonString()}");
        }
    }

    [Theory]
    [InlineData("GET", "indexes('things')/docs", "first", 200)]
    [InlineData("POST", "indexes('things')/docs/search.post.search", "first", 200)]
    [InlineData("GET", "indexes('things')/docs('none')", "first", 404)]
    [InlineData("GET", "indexes('things')/docs", "third", 403)]
    [InlineData("GET", "indexes('things')/docs", "admin", 403)]
    [InlineData("GET", "indexes", "first", 403)]
    [InlineData("POST", "indexes('things')/docs/search.index", "first", 403)]
    public async Task Only_a_query_key_may_stand_in_the_url(string method, string path, string key, int status)
    {
        await using var emulator = await Emulator.StartAsync(
            apiKey: "admin",
            configure: options => options with { QueryKeys = ["first"] }
        );
        var (created, _) = await emulator.SendAsync(
            "POST",
            $"indexes?{Emulator.Version}",
            TestIndex.Everything(),
            ("api-key", "admin")
        );
        ((int)created.StatusCode).ShouldBe(201);
        var (response, answer) = await emulator.SendAsync(
            method,
            $"{path}?{Emulator.Version}&api-key={key}",
            method == "POST" ? "{}" : null
        );
        ((int)response.StatusCode).ShouldBe(status, answer?.ToJsonString());
    }

    [Fact]
    public async Task Https_is_trusted_by_the_certificate_in_the_data_folder_and_by_nothing_else()
    {
        await using var emulator = await Emulator.StartAsync(configure: options => options with { HttpsPort = 0 });
        await emulator.CreateAsync(TestIndex.Everything());
        await emulator.IndexAsync("things", [new { id = "a" }]);
        emulator.Secure!.Scheme.ShouldBe("https");

        using var unaware = new HttpClient();
        await Should.ThrowAsync<HttpRequestException>(() => unaware.GetAsync(emulator.Secure, Token));

        using var root = X509Certificate2.CreateFromPem(
            await File.ReadAllTextAsync(Path.Combine(emulator.Folder, "certificate.pem"), Token)
        );
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new()
            {
                CertificateChainPolicy = new()
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { root },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        };
        using var http = new HttpClient(handler);
        // Neither a policy nor a switched-off check: the client as it is.
        var client = new SearchClient(
            emulator.Secure,
            "things",
            new AzureKeyCredential("any"),
            new SearchClientOptions { Transport = new HttpClientTransport(http) }
        );
        SearchResults<SearchDocument> found = await client.SearchAsync<SearchDocument>("*", cancellationToken: Token);
        (await found.GetResultsAsync().CountAsync(Token)).ShouldBe(1);
    }

    [Fact]
    public async Task The_certificate_stays_and_its_key_is_its_owners()
    {
        var folder = Emulator.NewFolder();
        var thumbprints = new HashSet<string>(StringComparer.Ordinal);
        for (var start = 0; start < 2; start++)
        {
            using var certificate = DevCertificate.LoadOrCreate(folder, IPAddress.Loopback, TimeProvider.System);
            thumbprints.Add(certificate.Thumbprint);
            certificate.HasPrivateKey.ShouldBeTrue();
        }
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(Path.Combine(folder, "certificate.pfx"))
                .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var inTwoYears = new LaterTime(TimeSpan.FromDays(800));
        using (var renewed = DevCertificate.LoadOrCreate(folder, IPAddress.Loopback, inTwoYears))
            thumbprints.Add(renewed.Thumbprint);
        thumbprints.Count.ShouldBe(2);
        await File.WriteAllTextAsync(Path.Combine(folder, "certificate.pfx"), "nothing", Token);
        Should
            .Throw<IOException>(() => DevCertificate.LoadOrCreate(folder, IPAddress.Loopback, TimeProvider.System))
            .Message.ShouldContain("Delete it");
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("\"*\"", "https://page.example", "*")]
    [InlineData("\"https://page.example\"", "https://page.example", "https://page.example")]
    [InlineData("\"https://page.example\"", "https://other.example", null)]
    [InlineData(null, "https://page.example", null)]
    public async Task A_page_may_query_an_index_that_allows_its_origin(string? allowed, string origin, string? answered)
    {
        await using var emulator = await Emulator.StartAsync(apiKey: "admin");
        var cors = allowed is null ? "null" : $$"""{"allowedOrigins":[{{allowed}}],"maxAgeInSeconds":60}""";
        await SendAsync(
            "POST",
            "indexes",
            201,
            $$"""{"name":"open","fields":[{"name":"id","type":"Edm.String","key":true}],"corsOptions":{{cors}}}"""
        );
        // The browser asks first, and sends no key with the question.
        var (preflight, _) = await emulator.SendAsync(
            "OPTIONS",
            $"indexes('open')/docs/search.post.search?{Emulator.Version}",
            null,
            ("Origin", origin),
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "api-key,content-type")
        );
        Header(preflight, "Access-Control-Allow-Origin").ShouldBe(answered);
        if (answered is not null)
        {
            ((int)preflight.StatusCode).ShouldBe(200);
            Header(preflight, "Access-Control-Allow-Methods").ShouldBe("POST");
            Header(preflight, "Access-Control-Allow-Headers").ShouldBe("api-key,content-type");
            Header(preflight, "Access-Control-Max-Age").ShouldBe("60");
        }
        var search = await SendAsync("POST", "indexes('open')/docs/search.post.search", 200, "{}");
        Header(search, "Access-Control-Allow-Origin").ShouldBe(answered);
        var management = await SendAsync("GET", "indexes('open')", 200);
        Header(management, "Access-Control-Allow-Origin").ShouldBeNull();

        async Task<HttpResponseMessage> SendAsync(string method, string path, int status, string? body = null)
        {
            var (response, answer) = await emulator.SendAsync(
                method,
                $"{path}?{Emulator.Version}",
                body,
                ("api-key", "admin"),
                ("Origin", origin)
            );
            ((int)response.StatusCode).ShouldBe(status, answer?.ToJsonString());
            return response;
        }
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    private sealed class LaterTime(TimeSpan later) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + later;
    }
}
