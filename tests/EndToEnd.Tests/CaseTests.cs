using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Storage.Queues;
using EmbeddingFunctions.Embeddings;

namespace EmbeddingFunctions.EndToEnd.Tests;

/// <summary>Failures that people met elsewhere, sent through the whole product. The cases' own check.py judges what became of them.</summary>
[Trait("needs", "shared")]
public sealed class CaseTests(CaseProduct cases) : IClassFixture<CaseProduct>
{
    private const string Model = "multilingual-e5-small";
    private const string ByteLevelModel = "fixtures/sentence-transformers/roberta-lasttoken-normalize";

    private readonly Product _product = cases.Product;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> OfFiles => Of(input => Kind(input) == "file");

    public static TheoryData<string> OfTexts => Of(input => Kind(input) == "text");

    public static TheoryData<string> OfRequests =>
        Of(input => Kind(input) == "http" && !input.TryGetProperty("target", out _));

    [Theory]
    [MemberData(nameof(OfFiles))]
    public async Task A_file_is_read_as_people_read_it(string id)
    {
        var input = Read(id);
        var file = Path.Combine(Folder, input.GetProperty("file").GetString()!);
        var name = input.GetProperty("blob_name").GetString()!;
        var watch = Stopwatch.StartNew();
        await _product.Container.GetBlobClient(name).UploadAsync(file, overwrite: true, Cancellation);
        var row = await _product.WaitForAsync(name, TimeSpan.FromSeconds(90), "Indexed", "Skipped", "Failed");
        var seconds = watch.Elapsed.TotalSeconds;
        var chunks = await ChunksAsync(name);
        await CheckAsync(
            id,
            new JsonObject
            {
                ["text"] = string.Join('\n', chunks.Select(chunk => (string)chunk["text"]!)),
                ["chunks"] = new JsonArray([.. chunks]),
                ["status"] = row.GetProperty("state").GetString()!.ToLowerInvariant(),
                ["reason"] = row.GetProperty("reason").GetString(),
                ["model_limit"] = 512,
                ["seconds"] = seconds,
                ["source"] = name.EndsWith(".txt", StringComparison.Ordinal)
                    ? await File.ReadAllTextAsync(file, Cancellation)
                    : null,
            }
        );
    }

    [Theory]
    [MemberData(nameof(OfTexts))]
    public async Task A_text_has_the_reference_tokens(string id)
    {
        var input = Read(id);
        var model = input.GetProperty("model").GetString()!;
        var isByteLevel = model.Contains("RoBERTa", StringComparison.Ordinal);
        var tokenizer = TextTokenizer.Load(
            isByteLevel ? Path.Combine(Paths.Shared, ByteLevelModel) : Path.Combine(Paths.Repository, "models", model)
        );
        string[] texts = input.GetProperty("text").Deserialize<string[]>()!;
        var ids = texts.Select(text => tokenizer.Encode(text).Ids.ToArray()).ToArray();
        var observation = new JsonObject { ["token_ids"] = JsonSerializer.SerializeToNode(ids) };
        if (!isByteLevel)
        {
            await CheckAsync(id, observation);
            return;
        }

        observation["decoded"] = JsonSerializer.SerializeToNode(ids.Select(ByteLevelText));
        // its last assert calls a function of the product's: the ids of another text
        await CheckAsync(id, observation, withoutNames: true);
        ids[0].ShouldNotBe(tokenizer.Encode("a b c").Ids.ToArray());
    }

    [Theory]
    [MemberData(nameof(OfRequests))]
    public async Task A_request_is_answered_with_numbers_or_with_a_reason(string id)
    {
        var (code, output) = await PythonAsync(id, "--http", _product.Endpoint("functions"), $"MODEL={Model}");
        code.ShouldBe(0, output);
    }

    [Fact]
    public async Task Names_in_every_script_have_legal_keys_of_their_own()
    {
        var documents = await PutAsync("D-01");
        await CheckAsync(
            "D-01",
            new JsonObject
            {
                ["docs"] = documents,
                ["keys"] = new JsonArray([.. documents.Select(document => document!["key"]!.DeepClone())]),
            }
        );
    }

    [Fact]
    public async Task An_apostrophe_in_a_name_changes_no_other_document()
    {
        var before = await PutAsync("D-02");
        var first = Names("D-02")[0];
        var etag = (await _product.StatusAsync(first))!.Value.GetProperty("etag").GetString();
        await _product.PutAsync(first, "Soup of the day: onion.");
        await _product.EventuallyAsync(
            async () =>
                await _product.StatusAsync(first) is { } row
                && row.GetProperty("etag").GetString() != etag
                && row.GetProperty("state").GetString() == "Indexed",
            () => "the new text should be indexed",
            TimeSpan.FromSeconds(60)
        );
        var changed = await DocumentsAsync("D-02");
        await _product.Container.DeleteBlobAsync(first, cancellationToken: Cancellation);
        await _product.WaitForAsync(first, "Removed");
        JsonArray[] steps = [before, changed, await DocumentsAsync("D-02")];
        await CheckAsync(
            "D-02",
            new JsonObject
            {
                ["after"] = new JsonArray([
                    .. steps.Select(step => JsonValue.Create(string.Join('\n', step.Select(d => (string)d!["text"]!)))),
                ]),
            }
        );
    }

    [Fact]
    public async Task Percent_signs_in_names_are_percent_signs() =>
        await CheckAsync("D-03", new JsonObject { ["docs"] = await PutAsync("D-03") });

    [Fact]
    public async Task An_event_with_a_spoilt_name_does_no_harm()
    {
        var events = new QueueClient(
            _product.Endpoint("storage"),
            "blob-events",
            new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 }
        );
        await events.SendMessageAsync(Read("D-04").GetProperty("event").GetRawText(), Cancellation);

        var documents = await PutAsync("D-04");
        await _product.EventuallyAsync(
            async () => (await events.GetPropertiesAsync(Cancellation)).Value.ApproximateMessagesCount == 0,
            () => "the event should be dealt with",
            TimeSpan.FromSeconds(60)
        );
        var poison = new QueueClient(_product.Endpoint("storage"), "blob-events-poison");
        var poisoned = await poison.ExistsAsync(Cancellation)
            ? (await poison.GetPropertiesAsync(Cancellation)).Value.ApproximateMessagesCount
            : 0;
        await CheckAsync("D-04", new JsonObject { ["docs"] = documents, ["poison"] = poisoned });
    }

    [Theory]
    [InlineData("G-04")]
    [InlineData("G-05")]
    [InlineData("G-55")]
    public async Task Words_are_found_whatever_their_punctuation_and_script(string id)
    {
        await PutAsync(id);
        var search = new JsonArray();
        foreach (var query in Read(id).GetProperty("queries").EnumerateArray())
        {
            using var answer = await _product.Http.GetAsync(
                $"api/search?q={Uri.EscapeDataString(query.GetString()!)}&mode=keyword&top=50",
                Cancellation
            );
            var names = answer.IsSuccessStatusCode
                ? (await Product.ReadAsync(answer))
                    .GetProperty("results")
                    .EnumerateArray()
                    .Select(hit => hit.GetProperty("path").GetString()!)
                : [];
            search.Add(
                new JsonObject
                {
                    ["status"] = (int)answer.StatusCode,
                    ["names"] = JsonSerializer.SerializeToNode(names.Where(Names(id).Contains)),

                    // punctuation means nothing special in the product's queries
                    ["not_operator_unsupported"] = true,
                }
            );
        }

        await CheckAsync(id, new JsonObject { ["search"] = search });
    }

    private static string Folder => Path.Combine(Paths.Shared, "cases");

    private static string? Kind(JsonElement input) => input.GetProperty("type").GetString();

    private static TheoryData<string> Of(Func<JsonElement, bool> which)
    {
        if (!Directory.Exists(Folder))
        {
            // each is skipped and says so
            return ["../shared/cases"];
        }

        return
        [
            .. Cases()
                .Where(one => "ABCD".Contains(Id(one)[0], StringComparison.Ordinal))
                .Where(one => which(one.GetProperty("input")))
                .Select(Id),
        ];
    }

    private static string Id(JsonElement one) => one.GetProperty("id").GetString()!;

    private static IEnumerable<JsonElement> Cases() =>
        File.ReadLines(Path.Combine(Folder, "cases.jsonl"))
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line));

    private static JsonElement Read(string id)
    {
        Assert.SkipUnless(Directory.Exists(Folder), "needs ../shared/cases");
        return Cases().Single(one => Id(one) == id).GetProperty("input");
    }

    private static string[] Names(string id) =>
        [.. Read(id).GetProperty("blobs").EnumerateArray().Select(blob => blob.GetProperty("name").GetString()!)];

    /// <summary>The blobs of a case, put and indexed.</summary>
    private async Task<JsonArray> PutAsync(string id)
    {
        foreach (var blob in Read(id).GetProperty("blobs").EnumerateArray())
        {
            await _product.PutAsync(blob.GetProperty("name").GetString()!, blob.GetProperty("text").GetString()!);
        }

        foreach (var name in Names(id))
        {
            await _product.WaitForAsync(name, TimeSpan.FromSeconds(60), "Indexed");
        }

        return await DocumentsAsync(id);
    }

    private async Task<JsonArray> DocumentsAsync(string id)
    {
        var names = Names(id);
        var chunks = await _product.ChunksAsync("document", "content", "id");
        return
        [
            .. from chunk in chunks
            let source = chunk.GetString("document")["documents/".Length..]
            where names.Contains(source)
            select new JsonObject
            {
                ["source"] = source,
                ["text"] = chunk.GetString("content"),
                ["key"] = chunk.GetString("id"),
            },
        ];
    }

    private async Task<List<JsonObject>> ChunksAsync(string name)
    {
        List<JsonObject> chunks = [];
        var found = await _product.ChunksAsync("document", "ordinal", "heading", "content");
        foreach (
            var chunk in found
                .Where(chunk => chunk.GetString("document") == $"documents/{name}")
                .OrderBy(chunk => chunk.GetInt32("ordinal"))
        )
        {
            var (heading, text) = (chunk.GetString("heading"), chunk.GetString("content"));
            var embedded = await _product.PostAsync(
                "api/embed",
                new { input = string.IsNullOrEmpty(heading) ? text : $"{heading}\n{text}", input_type = "document" }
            );
            chunks.Add(
                new JsonObject
                {
                    ["text"] = text,
                    ["heading"] = heading,
                    ["tokens"] = embedded.GetProperty("data")[0].GetProperty("tokens").GetInt32(),
                }
            );
        }

        return chunks;
    }

    /// <summary>What the ids of a byte-level vocabulary stand for, by its file alone.</summary>
    private static string ByteLevelText(int[] ids)
    {
        var file = File.ReadAllText(Path.Combine(Paths.Shared, ByteLevelModel, "tokenizer.json"));
        using var json = JsonDocument.Parse(file);
        var special = json
            .RootElement.GetProperty("added_tokens")
            .EnumerateArray()
            .Select(token => token.GetProperty("id").GetInt32())
            .ToHashSet();
        var pieces = json
            .RootElement.GetProperty("model")
            .GetProperty("vocab")
            .EnumerateObject()
            .ToDictionary(piece => piece.Value.GetInt32(), piece => piece.Name);
        var letters = Enumerable
            .Range(0, 256)
            .Where(value => value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE)
            .ToDictionary(value => (char)value, value => (byte)value);
        foreach (var value in Enumerable.Range(0, 256).Where(value => !letters.ContainsKey((char)value)))
        {
            letters[(char)(0x100 + letters.Count - 188)] = (byte)value;
        }

        var bytes = ids.Where(one => !special.Contains(one)).SelectMany(one => pieces[one]).Select(c => letters[c]);
        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <param name="withoutNames">Asserts of what the observation does not name are left to the test.</param>
    private static async Task CheckAsync(string id, JsonObject observation, bool withoutNames = false)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, observation.ToJsonString(), Cancellation);
            var (code, output) = await PythonAsync(id, file);
            code.ShouldBe(withoutNames ? 2 : 0, output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<(int Code, string Output)> PythonAsync(string id, params string[] arguments)
    {
        Assert.SkipUnless(Directory.Exists(Folder), "needs ../shared/cases");
        var start = new ProcessStartInfo("python3")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        string[] all = [Path.Combine(Folder, "check.py"), Path.Combine(Folder, "cases.jsonl"), id, .. arguments];
        foreach (var argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(Cancellation);
        var output = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, output + await error);
    }
}

/// <summary>One product for all cases. Chunks repeat nothing, so that together they are the text.</summary>
public sealed class CaseProduct : IAsyncLifetime
{
    internal Product Product { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Product = await Product.StartAsync(
            new ProductOptions { Settings = new Dictionary<string, string> { ["Chunks__OverlapTokens"] = "0" } }
        );

    public ValueTask DisposeAsync() => Product.DisposeAsync();
}
