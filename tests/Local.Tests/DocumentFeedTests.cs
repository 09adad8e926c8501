using System.Collections.Concurrent;
using System.Diagnostics;
using EmbeddingFunctions.Local.Console;
using EmbeddingFunctions.Local.Progress;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace EmbeddingFunctions.Local.Tests;

public sealed class DocumentFeedTests : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, string> _rows = [];
    private readonly StringWriter _output = new();
    private WebApplication _functions = null!;
    private volatile bool _isUp;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = Servers.CreateBuilder(Screen.Plain(TextWriter.Null), verbose: false);
        Servers.Listen(builder, 0);
        _functions = builder.Build();
        _functions.Run(async context =>
        {
            // two pages, the second one by its continuation
            var half = context.Request.Query.ContainsKey("continuation") ? 1 : 0;
            var rows = _rows.Where(row => row.Key.Length % 2 == half).Select(row => row.Value);
            context.Response.StatusCode = _isUp ? 200 : 503;
            await context.Response.WriteAsync(
                $$"""{"documents":[{{string.Join(',', rows)}}],"continuation":{{(half == 0 ? "\"next\"" : "null")}}}""",
                Token
            );
        });
        _isUp = true;
        await _functions.StartAsync(Token);
    }

    public ValueTask DisposeAsync() => _functions.DisposeAsync();

    [Fact]
    public async Task Each_document_that_gets_somewhere_is_a_line_and_is_told_once()
    {
        Row("old.txt", "Indexed", updated: DateTimeOffset.UtcNow.AddHours(-1));
        _isUp = false;
        await using var feed = Start(null);
        Row("a.txt", "Indexed", chunks: 12, took: 340);
        Row("bb.bin", "Skipped", stage: "read", reason: "no known format");
        Row("c.pdf", "Failed", stage: "read", reason: "encrypted");
        Row("dd.txt", "Removed");
        Row("e.txt", "Pending", stage: "index", reason: "search is away", attempts: 2);
        Row("ff.txt", "Indexing");
        _isUp = true;

        await SeeAsync("waiting  documents/e.txt  index: search is away, attempt 2");
        await SeeAsync("indexed  documents/a.txt  12 chunks, 340 ms");
        await SeeAsync("skipped  documents/bb.bin  read: no known format");
        await SeeAsync("failed   documents/c.pdf  read: encrypted");
        await SeeAsync("removed  documents/dd.txt");
        Row("ff.txt", "Indexed", chunks: 1, took: 2);
        await SeeAsync("indexed  documents/ff.txt  1 chunk, 2 ms");
        Lines().Length.ShouldBe(6);
    }

    [Fact]
    public async Task A_name_cannot_break_its_line_nor_turn_it_around()
    {
        await using var feed = Start(null);
        Row(@"a\nindexed  documents\/fake.txt\u001b[2J\u202e\t.txt", "Indexed", chunks: 1, took: 2);

        await SeeAsync(@"indexed  documents/a\nindexed  documents/fake.txt\u001B[2J\u202E\t.txt  1 chunk, 2 ms");

        Lines().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_watched_folder_is_done_when_every_file_of_it_is()
    {
        var put = DateTimeOffset.UtcNow;
        Row("kept.txt", "Indexed", updated: put.AddHours(-1));
        Row("changed.txt", "Indexed", updated: put.AddHours(-1));
        var files = new Dictionary<string, DateTimeOffset>
        {
            ["kept.txt"] = default,
            ["changed.txt"] = put,
            ["bad.bin"] = put,
        };
        await using var feed = Start(Task.FromResult<IReadOnlyDictionary<string, DateTimeOffset>>(files));
        Row("bad.bin", "Failed", stage: "read", reason: "corrupt");
        await SeeAsync("failed   documents/bad.bin  read: corrupt");
        // the state of changed.txt is that of its earlier content
        Lines().ShouldNotContain(line => line.StartsWith("All", StringComparison.Ordinal));

        Row("changed.txt", "Indexed");

        await SeeAsync("All 3 files of the folder are done, 2 of them searchable");
    }

    private DocumentFeed Start(Task<IReadOnlyDictionary<string, DateTimeOffset>>? files) =>
        DocumentFeed.Start(
            new FunctionsClient(Servers.Address(_functions), key: null),
            "documents",
            files,
            Screen.Plain(TextWriter.Synchronized(_output)),
            TimeProvider.System
        );

    private void Row(
        string path,
        string state,
        string stage = "",
        string reason = "",
        int chunks = 0,
        int attempts = 0,
        int took = 0,
        DateTimeOffset? updated = null
    ) =>
        _rows[path] =
            $$"""{"document":"documents/{{path}}","container":"documents","path":"{{path}}","state":"{{state}}","stage":"{{stage}}","reason":"{{reason}}","chunks":{{chunks}},"attempts":{{attempts}},"took_ms":{{took}},"updated":"{{updated ?? DateTimeOffset.UtcNow:O}}"}""";

    private string[] Lines() => _output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    private async Task SeeAsync(string line)
    {
        var started = Stopwatch.GetTimestamp();
        while (!Lines().Any(one => one.StartsWith(line, StringComparison.Ordinal)))
        {
            Stopwatch.GetElapsedTime(started).TotalSeconds.ShouldBeLessThan(20, $"{line}\n{_output}");
            await Task.Delay(50, Token);
        }
    }
}
