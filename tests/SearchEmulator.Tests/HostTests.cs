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
    [InlineData("GET", "indexes?api-version=2020-06-30", 400)]
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
