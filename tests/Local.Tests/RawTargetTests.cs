using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using CsCheck;
using EmbeddingFunctions.Local.Console;
using EmbeddingFunctions.Local.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace EmbeddingFunctions.Local.Tests;

public sealed class RawTargetTests
{
    [Fact]
    public void Bytes_above_ascii_are_escaped_in_request_lines_only()
    {
        var escaped = Escape("GET /?q=苹 HTTP/1.1\r\nx: 苹\r\n\r\nGET /é HTTP/1.1\r\n\r\n");

        escaped.ShouldBe("GET /?q=%E8%8B%B9 HTTP/1.1\r\nx: 苹\r\n\r\nGET /%C3%A9 HTTP/1.1\r\n\r\n");
    }

    [Theory]
    [InlineData("Content-Length: 24")]
    [InlineData("transfer-encoding: chunked")]
    public void What_follows_a_body_is_never_touched(string header)
    {
        var request = $"POST / HTTP/1.1\r\n{header}\r\n\r\nGET /苹 HTTP/1.1\r\n\r\n";

        Escape(request).ShouldBe(request);
    }

    [Fact]
    public void Ascii_is_never_changed() =>
        Gen.String[Gen.Char['\0', '\x7f'], 0, 200]
            .Sample(text => string.Equals(Escape(text), text, StringComparison.Ordinal));

    [Fact]
    public void Where_the_network_cuts_the_bytes_makes_no_difference()
    {
        var bytes = Encoding.UTF8.GetBytes("\r\nGET /苹?果 HTTP/1.1\r\nHost: a\r\n\r\nGET /é HTTP/1.1\nA: é\n\n");
        var whole = Escape(bytes, []);

        Gen.Int[0, bytes.Length]
            .Array[0, 8]
            .Sample(cuts => string.Equals(Escape(bytes, cuts), whole, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Kestrel_reads_a_raw_utf8_target()
    {
        var builder = Servers.CreateBuilder(Screen.Plain(TextWriter.Null), verbose: false);
        Servers.Listen(builder, 0, listen => listen.UseRawTargets());
        await using var app = builder.Build();
        app.Run(context =>
            context.Response.WriteAsync(
                $"{context.Request.Path.Value} {context.Request.Query["q"]}",
                context.RequestAborted
            )
        );
        await app.StartAsync(TestContext.Current.CancellationToken);

        var answer = await SendAsync(
            Servers.Address(app),
            "GET /搜/a%20b?q=苹果%20+ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        );

        answer.ShouldStartWith("HTTP/1.1 200");
        answer.ShouldContain("/搜/a b 苹果  ");
    }

    [Fact]
    public async Task A_connection_can_be_used_again_and_bodies_pass_unchanged()
    {
        var builder = Servers.CreateBuilder(Screen.Plain(TextWriter.Null), verbose: false);
        Servers.Listen(builder, 0, listen => listen.UseRawTargets());
        await using var app = builder.Build();
        app.Run(context => context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted));
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient();
        client.BaseAddress = Servers.Address(app);
        var body = new byte[3_000_000];
        Random.Shared.NextBytes(body);

        for (var i = 0; i < 3; i++)
        {
            using var content = new ByteArrayContent(body);
            using var answer = await client.PostAsync("/", content, TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).ShouldBe(body);
        }
    }

    private static async Task<string> SendAsync(Uri address, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private static string Escape(string text) => Escape(Encoding.UTF8.GetBytes(text), []);

    private static string Escape(byte[] bytes, int[] cuts)
    {
        var escaper = new TargetEscaper();
        var output = new ArrayBufferWriter<byte>();
        var from = 0;
        foreach (var to in cuts.Order().Append(bytes.Length))
        {
            escaper.Copy(bytes.AsSpan(from, to - from), output);
            from = to;
        }
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
