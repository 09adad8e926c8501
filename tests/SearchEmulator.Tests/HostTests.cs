using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace EmbeddingFunctions.SearchEmulator.Tests;

public sealed class HostTests
{
    [Fact]
    public async Task A_data_folder_belongs_to_one_emulator()
    {
        await using var emulator = await Emulator.StartAsync();
        var refused = Should.Throw<IOException>(() =>
            SearchEmulatorHost.Create(new SearchEmulatorOptions { DataFolder = emulator.Folder })
        );
        refused.Message.ShouldContain("in use by another search emulator");
    }

    [Fact]
    public void A_query_must_have_some_time() =>
        Should
            .Throw<ArgumentException>(() =>
                SearchEmulatorHost.Create(
                    new SearchEmulatorOptions { DataFolder = "unused", LongestQuery = TimeSpan.Zero }
                )
            )
            .Message.ShouldContain("LongestQuery");

    [Fact]
    public async Task Ctrl_C_is_left_to_the_process_that_hosts_it()
    {
        var folder = Emulator.NewFolder();
        await using (var app = SearchEmulatorHost.Create(new SearchEmulatorOptions { DataFolder = folder }))
            app.Services.GetServices<IHostLifetime>()
                .ShouldHaveSingleItem()
                .GetType()
                .Name.ShouldNotBe("ConsoleLifetime");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Without_the_right_key_everything_is_forbidden()
    {
        await using var emulator = await Emulator.StartAsync(apiKey: "secret");
        foreach (var (key, status) in new[] { ("", 403), ("Secret", 403), ("secretx", 403), ("secret", 200) })
        {
            var (response, answer) = await emulator.SendAsync(
                "GET",
                $"indexes?{Emulator.Version}",
                null,
                ("api-key", key)
            );
            ((int)response.StatusCode).ShouldBe(status);
            if (status == 403)
                answer!["error"].ShouldNotBeNull();
        }
    }

    [Theory]
    [InlineData("GET", "indexes", 400)]
    [InlineData("GET", "indexes?api-version=2024-07-01", 400)]
    [InlineData("GET", "indexes?api-version=", 400)]
    [InlineData("GET", $"nothing?{Emulator.Version}", 404)]
    [InlineData("PATCH", $"indexes?{Emulator.Version}", 404)]
    [InlineData("GET", $"indexers?{Emulator.Version}", 400)]
    [InlineData("GET", $"indexes('none')/docs/$count?{Emulator.Version}", 404)]
    [InlineData("GET", $"?{Emulator.Version}", 404)]
    public async Task Other_requests_get_an_error_of_the_service(string method, string path, int status)
    {
        await using var emulator = await Emulator.StartAsync();
        var (response, answer) = await emulator.SendAsync(method, path);
        ((int)response.StatusCode).ShouldBe(status);
        ((string)answer!["error"]!["message"]!).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("2024-07-01")]
    [InlineData("2019-05-06")]
    [InlineData("")]
    public async Task Another_version_is_refused_in_the_words_of_the_service(string version)
    {
        await using var emulator = await Emulator.StartAsync();
        var (response, answer) = await emulator.SendAsync("GET", $"indexes?api-version={version}");
        ((int)response.StatusCode).ShouldBe(400);
        var error = answer!["error"]!;
        ((string)error["message"]!).ShouldBe("Invalid or missing api-version query string parameter.");
        ((string)error["details"]![0]!["message"]!).ShouldStartWith(
            $"'{version}' was found; 2023-11-01 and 2020-06-30"
        );
    }

    [Fact]
    public async Task The_version_of_2020_has_the_same_documents_and_no_vectors()
    {
        const string old = "api-version=2020-06-30";
        await using var emulator = await Emulator.StartAsync();
        var (created, definition) = await emulator.SendAsync(
            "POST",
            $"indexes?{old}",
            """{"name":"old","fields":[{"name":"id","type":"Edm.String","key":true},{"name":"tags","type":"Collection(Edm.String)"}]}"""
        );
        ((int)created.StatusCode).ShouldBe(201);
        created.Headers.Location!.Query.ShouldBe("?" + old);
        definition!["semantic"].ShouldBeNull();
        definition.AsObject().ContainsKey("vectorSearch").ShouldBeFalse();
        definition["fields"]![0]!.AsObject().ContainsKey("dimensions").ShouldBeFalse();
        await SendAsync(200, "docs/search.index", """{"value":[{"id":"a","tags":["x"]},{"id":"b"}]}""");
        var found = await SendAsync(
            200,
            "docs/search.post.search",
            """{"search":"x","facets":["tags"],"count":true}"""
        );
        ((string)found["value"]![0]!["id"]!).ShouldBe("a");
        ((string)found["@search.facets"]!["tags@odata.type"]!).ShouldBe(
            "#Collection(Microsoft.Azure.Search.V2020_06_30.QueryResultFacet)"
        );
        foreach (
            var later in new[]
            {
                """{"vectorQueries":[]}""",
                """{"semanticConfiguration":"c"}""",
                """{"queryType":"semantic"}""",
            }
        )
            await SendAsync(400, "docs/search.post.search", later);
        var vector = """{"name":"v","type":"Collection(Edm.Single)"}""";
        foreach (
            var (member, fields) in new[]
            {
                ("", vector),
                ("", """{"name":"t","type":"Edm.String","dimensions":4}"""),
                (""","vectorSearch":{}""", """{"name":"t","type":"Edm.String"}"""),
                (""","semantic":{}""", """{"name":"t","type":"Edm.String"}"""),
            }
        )
        {
            var (response, answer) = await emulator.SendAsync(
                "POST",
                $"indexes?{old}",
                $$"""{"name":"later","fields":[{"name":"id","type":"Edm.String","key":true},{{fields}}]{{member}}}"""
            );
            ((int)response.StatusCode).ShouldBe(400);
            ((string)answer!["error"]!["message"]!).ShouldMatch("2020-06-30|V2020_06_30");
        }

        async Task<JsonNode> SendAsync(int status, string operation, string body)
        {
            var (response, answer) = await emulator.SendAsync("POST", $"indexes('old')/{operation}?{old}", body);
            ((int)response.StatusCode).ShouldBe(status, answer?.ToJsonString());
            return answer!;
        }
    }

    [Fact]
    public async Task Get_is_a_twin_of_post()
    {
        await using var emulator = await Emulator.StartAsync();
        await emulator.CreateAsync(TestIndex.Everything());
        await emulator.IndexAsync(
            "things",
            [
                new
                {
                    id = "a",
                    title = "word",
                    small = 1,
                },
                new { id = "b", title = "word" },
            ]
        );
        var (response, answer) = await emulator.SendAsync(
            "GET",
            $"indexes('things')/docs?search=word&$filter=small%20eq%201&$select=id&$count=true&$top=5&{Emulator.Version}",
            null,
            ("Accept", "application/json; odata.metadata=none")
        );
        ((int)response.StatusCode).ShouldBe(200, answer?.ToJsonString());
        ((int)answer!["@odata.count"]!).ShouldBe(1);
        answer["value"]!.AsArray().Select(d => (string)d!["id"]!).ShouldBe(["a"]);
        answer["@odata.context"].ShouldBeNull();
    }
}
