using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using EmbeddingFunctions.Local.Blobs;
using EmbeddingFunctions.Local.Console;
using EmbeddingFunctions.Local.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace EmbeddingFunctions.Local.Tests;

/// <summary>The proxy before a blob service of our own that answers as it is told.</summary>
public sealed class BlobProxyTests : IAsyncLifetime
{
    private const string Base = "/devstoreaccount1/documents/";

    private readonly ConcurrentQueue<JsonObject> _events = [];
    private WebApplication _upstream = null!;
    private BlobProxy _proxy = null!;
    private HttpClient _client = null!;
    private RequestDelegate _answer = _ => Task.CompletedTask;
    private Func<JsonObject, CancellationToken, Task> _publish = (_, _) => Task.CompletedTask;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = Servers.CreateBuilder(Screen.Plain(TextWriter.Null), verbose: false);
        Servers.Listen(builder, 0);
        _upstream = builder.Build();
        _upstream.Run(context => _answer(context));
        await _upstream.StartAsync(Token);
        _publish = (message, _) =>
        {
            _events.Enqueue(message);
            return Task.CompletedTask;
        };
        _proxy = await BlobProxy.StartAsync(
            new BlobProxy.Options
            {
                Port = 0,
                Upstream = new Uri(Servers.Address(_upstream), "/devstoreaccount1"),
                Container = "documents",
                Publish = (message, token) => _publish(message, token),
            },
            Screen.Plain(TextWriter.Null),
            verbose: false,
            Token
        );
        _client = new HttpClient { BaseAddress = _proxy.Address };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _proxy.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task A_put_becomes_a_created_event_as_event_grid_sends_it()
    {
        Answers(201, ("ETag", "\"0x8D4\""), ("x-ms-request-id", "r1"));

        await SendAsync(
            "PUT",
            Base + "a.txt",
            "hello",
            ("x-ms-blob-type", "BlockBlob"),
            ("Content-Type", "text/plain")
        );

        var message = _events.ShouldHaveSingleItem();
        Text(message, "specversion").ShouldBe("1.0");
        Text(message, "type").ShouldBe("Microsoft.Storage.BlobCreated");
        Text(message, "subject").ShouldBe("/blobServices/default/containers/documents/blobs/a.txt");
        Text(message, "source").ShouldEndWith("/storageAccounts/devstoreaccount1");
        Guid.TryParse(Text(message, "id"), out _).ShouldBeTrue();
        DateTimeOffset.TryParse(Text(message, "time"), CultureInfo.InvariantCulture, out _).ShouldBeTrue();
        var data = message["data"]!.AsObject();
        Text(data, "api").ShouldBe("PutBlob");
        Text(data, "requestId").ShouldBe("r1");
        Text(data, "eTag").ShouldBe("0x8D4");
        Text(data, "contentType").ShouldBe("text/plain");
        data["contentLength"]!.GetValue<long>().ShouldBe(5);
        Text(data, "blobType").ShouldBe("BlockBlob");
        Text(data, "url").ShouldBe($"{Servers.Address(_upstream)}devstoreaccount1/documents/a.txt");
    }

    [Theory]
    [InlineData("PUT", "a?comp=blocklist", "", "PutBlockList", 201)]
    [InlineData("PUT", "a", "x-ms-copy-source", "CopyBlob", 202)]
    [InlineData("PUT", "a", "x-ms-copy-source,x-ms-blob-type", "PutBlob", 201)]
    [InlineData("DELETE", "a", "", "DeleteBlob", 202)]
    [InlineData("DELETE", "a?sv=2020&sig=x", "", "DeleteBlob", 202)]
    public async Task Writes_that_make_or_end_a_blob_have_events(
        string method,
        string target,
        string headers,
        string api,
        int status
    )
    {
        Answers(status);

        await SendAsync(method, Base + target, "", Headers(headers));

        Text(_events.ShouldHaveSingleItem()["data"]!.AsObject(), "api").ShouldBe(api);
    }

    [Theory]
    [InlineData("PUT", "documents/a?comp=block&blockid=AA", "")]
    [InlineData("PUT", "documents/a?comp=metadata", "")]
    [InlineData("PUT", "documents/a?comp=lease", "")]
    [InlineData("PUT", "documents/a?comp=tags", "")]
    [InlineData("PUT", "documents/a?comp=snapshot", "")]
    [InlineData("PUT", "documents/a?comp=properties", "")]
    [InlineData("PUT", "documents/a?comp=tier", "")]
    [InlineData("PUT", "documents/a?comp=copy&copyid=1", "x-ms-copy-source")]
    [InlineData("PUT", "documents?restype=container", "")]
    [InlineData("PUT", "documents/", "x-ms-blob-type")]
    [InlineData("DELETE", "documents?restype=container", "")]
    [InlineData("DELETE", "documents/a?snapshot=2020", "")]
    [InlineData("DELETE", "documents/a", "x-ms-delete-snapshots=only")]
    [InlineData("GET", "documents/a", "")]
    [InlineData("HEAD", "documents/a", "")]
    [InlineData("PUT", "others/a", "x-ms-blob-type")]
    [InlineData("PUT", "documents2/a", "x-ms-blob-type")]
    public async Task Everything_else_has_none(string method, string target, string headers)
    {
        Answers(201);

        await SendAsync(method, $"/devstoreaccount1/{target}", "", Headers(headers));

        _events.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(412)]
    [InlineData(500)]
    public async Task A_refused_write_has_none(int status)
    {
        Answers(status);

        (await SendAsync("PUT", Base + "a", "x", ("x-ms-blob-type", "BlockBlob"))).ShouldBe((HttpStatusCode)status);

        _events.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("%E8%8B%B9%E6%9E%9C.md", "苹果.md")]
    [InlineData("100%25%20%2B%23.md", "100% +#.md")]
    [InlineData("a%2Fb/c.md", "a/b/c.md")]
    [InlineData("sub/dir/x.md", "sub/dir/x.md")]
    [InlineData("%F0%9F%8D%8F.md", "🍏.md")]
    [InlineData("a%7Eb~c.md", "a~b~c.md")]
    [InlineData("a/../b.md", "a/../b.md")]
    [InlineData("it's(1)!.md", "it's(1)!.md")]
    public async Task Names_arrive_as_the_client_wrote_them(string written, string name)
    {
        var seen = "";
        _answer = context =>
        {
            seen = RawForwarding.Target(context);
            context.Response.StatusCode = 201;
            return Task.CompletedTask;
        };

        await SendAsync("PUT", $"{Base}{written}?sig=a%2Bb%3D&x=~%7E", "", ("x-ms-blob-type", "BlockBlob"));

        seen.ShouldBe($"{Base}{written}?sig=a%2Bb%3D&x=~%7E");
        var message = _events.ShouldHaveSingleItem();
        Text(message, "subject").ShouldBe($"/blobServices/default/containers/documents/blobs/{name}");
        Text(message["data"]!.AsObject(), "url").ShouldEndWith(Base + written);
    }

    [Fact]
    public async Task Headers_and_host_survive()
    {
        IHeaderDictionary seen = new HeaderDictionary();
        _answer = context =>
        {
            seen = new HeaderDictionary(context.Request.Headers.ToDictionary());
            context.Response.Headers["x-ms-version"] = "2025";
            return Task.CompletedTask;
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, Base + "a");
        request.Headers.TryAddWithoutValidation("Authorization", "SharedKey a:b=");
        request.Headers.TryAddWithoutValidation("x-ms-date", "today");

        using var answer = await _client.SendAsync(request, Token);

        seen.Authorization.ToString().ShouldBe("SharedKey a:b=");
        seen["x-ms-date"].ToString().ShouldBe("today");
        seen.Host.ToString().ShouldBe(_proxy.Address.Authority);
        seen.ContainsKey("X-Forwarded-For").ShouldBeFalse();
        answer.Headers.GetValues("x-ms-version").ShouldBe(["2025"]);
    }

    [Fact]
    public async Task The_answer_waits_for_the_event()
    {
        Answers(201);
        var queued = new TaskCompletionSource();
        _publish = (_, _) => queued.Task;

        var sending = SendAsync("PUT", Base + "a", "x", ("x-ms-blob-type", "BlockBlob"));
        (await Task.WhenAny(sending, Task.Delay(300, Token))).ShouldNotBe(sending);
        queued.SetResult();

        (await sending).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_queue_that_fails_does_not_fail_the_write()
    {
        Answers(201);
        _publish = (_, _) => throw new InvalidOperationException("no queue");

        (await SendAsync("PUT", Base + "a", "x", ("x-ms-blob-type", "BlockBlob"))).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Bodies_are_streamed_not_collected()
    {
        var first = new TaskCompletionSource();
        _answer = async context =>
        {
            var buffer = new byte[1];
            (await context.Request.Body.ReadAsync(buffer, context.RequestAborted)).ShouldBe(1);
            first.SetResult();
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        };
        var more = new TaskCompletionSource();
        using var request = new HttpRequestMessage(HttpMethod.Put, Base + "a") { Content = new Slow(more.Task) };

        var sending = _client.SendAsync(request, Token);
        await first.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
        sending.IsCompleted.ShouldBeFalse();
        more.SetResult();

        (await sending).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_service_that_is_away_is_a_503()
    {
        await _upstream.StopAsync(Token);

        (await SendAsync("GET", Base + "a", "")).ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    private void Answers(int status, params (string Name, string Value)[] headers) =>
        _answer = context =>
        {
            context.Response.StatusCode = status;
            foreach (var (name, value) in headers)
            {
                context.Response.Headers[name] = new StringValues(value);
            }
            return Task.CompletedTask;
        };

    private async Task<HttpStatusCode> SendAsync(
        string method,
        string target,
        string body,
        params (string Name, string Value)[] headers
    )
    {
        // as it is: Uri would tidy it up
        var uri = new Uri(
            _proxy.Address.GetLeftPart(UriPartial.Authority) + target,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
        );
        using var request = new HttpRequestMessage(new HttpMethod(method), uri);
        if (method is "PUT")
        {
            request.Content = new StringContent(body, mediaType: null);
            request.Content.Headers.ContentType = null;
        }
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content!.Headers.TryAddWithoutValidation(name, value);
            }
        }
        using var answer = await _client.SendAsync(request, Token);
        return answer.StatusCode;
    }

    private static (string, string)[] Headers(string names) =>
        [
            .. names
                .Split(',', StringSplitOptions.RemoveEmptyEntries)
                .Select(name => name.Split('=') is [var key, var value] ? (key, value) : (name, "BlockBlob")),
        ];

    private static string? Text(JsonObject json, string name) => json[name]?.GetValue<string>();

    private sealed class Slow(Task more) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            // more than the client behind the proxy holds back
            await stream.WriteAsync(new byte[100_000], Token);
            await stream.FlushAsync(Token);
            await more;
            await stream.WriteAsync("b"u8.ToArray(), Token);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
