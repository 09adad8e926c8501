using EmbeddingFunctions.Local.Azurite;
using EmbeddingFunctions.Local.Blobs;
using EmbeddingFunctions.Local.Processes;
using EmbeddingFunctions.Local.Settings;
using EmbeddingFunctions.Local.Triggers;
using Microsoft.Extensions.Configuration;

namespace EmbeddingFunctions.Local.Tests;

public sealed class SettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_environment_wins_over_local_settings_and_those_over_the_defaults()
    {
        var file = Write("""{ "Values": { "Sync__Queue": "mine", "A:B": "file", "C": "file" } /* a comment */ }""");

        var settings = AppSettings.Load(new Dictionary<string, string> { ["A__B"] = "environment" }, file);

        settings.Queue.ShouldBe("mine");
        settings["A__B"].ShouldBe("environment");
        settings["C"].ShouldBe("file");
        settings["AZURE_FUNCTIONS_ENVIRONMENT"].ShouldBe("Development");
        Directory.Exists(Path.Combine(settings["Models__Folder"]!)).ShouldBeTrue();
        settings.ToConfiguration([])["A:B"].ShouldBe("environment");
    }

    [Fact]
    public void What_the_options_determine_wins_over_everything()
    {
        var environment = new Dictionary<string, string> { ["documents"] = "other", ["Gone"] = "x" };

        var settings = AppSettings
            .Load(environment, _folder.In("none.json"))
            .With(("Documents", "ours"), ("Gone", null));

        settings["Documents"].ShouldBe("ours");
        settings["Gone"].ShouldBeNull();
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{ "Values": [] }""")]
    public void A_settings_file_that_is_none_is_said_so(string content) =>
        Should
            .Throw<LocalException>(() => AppSettings.Load(new Dictionary<string, string>(), Write(content)))
            .Message.ShouldContain("is not a settings file");

    [Theory]
    [InlineData("""{ "extensions": { "http": { "routePrefix": "" } } }""", "")]
    [InlineData("""{ "extensions": { "http": { "routePrefix": "v1/" } } }""", "v1")]
    [InlineData("""{ "version": "2.0" }""", "api")]
    public void The_route_prefix_of_host_json_is_honoured(string content, string prefix) =>
        HostJson.Load(Write(content), Settings()).RoutePrefix.ShouldBe(prefix);

    [Fact]
    public void Extension_options_of_host_json_reach_webjobs() =>
        HostJson
            .Load(Write("""{ "extensions": { "queues": { "maxDequeueCount": 7 } } }"""), Settings())
            .ToWebJobs()
            .ShouldContain(KeyValuePair.Create<string, string?>("AzureWebJobs:Extensions:queues:maxDequeueCount", "7"));

    [Fact]
    public void A_setting_wins_over_host_json_as_in_the_Functions_host() =>
        HostJson
            .Load(
                Write("""{ "extensions": { "queues": { "batchSize": 7 } } }"""),
                Settings(("AzureFunctionsJobHost__extensions__queues__batchSize", "3"))
            )
            .ToWebJobs()
            .ShouldContain(KeyValuePair.Create<string, string?>("AzureWebJobs:Extensions:queues:batchSize", "3"));

    [Theory]
    [InlineData("AzureWebJobs.F.Disabled", "true", true)]
    [InlineData("AzureWebJobs.F.Disabled", "1", true)]
    [InlineData("AzureWebJobs_F_Disabled", "True", true)]
    [InlineData("AzureWebJobs.F.Disabled", "false", false)]
    [InlineData("AzureWebJobs.G.Disabled", "true", false)]
    public void A_setting_switches_a_function_off(string key, string value, bool disabled)
    {
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { [key] = value })
            .Build();

        FunctionSwitches.IsDisabled(settings, "F").ShouldBe(disabled);
    }

    [Fact]
    public void An_account_behind_the_proxy_keeps_its_path_and_key()
    {
        var account = StorageAccount.Azurite(new StoragePorts(1, 2, 3), hybridScan: true);

        var behind = account.Behind(new Uri("http://127.0.0.1:10000"));

        StorageAccount.Parse(behind.ConnectionString).Blob.ShouldBe(new Uri("http://127.0.0.1:10000/devstoreaccount1"));
        StorageAccount.Parse(behind.ConnectionString).Queue.ShouldBe(new Uri("http://127.0.0.1:2/devstoreaccount1"));
        behind.ConnectionString.ShouldContain("AccountKey=");
        StorageAccount
            .Parse("UseDevelopmentStorage=true")
            .Behind(new Uri("http://127.0.0.1:7"))
            .Blob.ShouldBe(new Uri("http://127.0.0.1:7/devstoreaccount1"));
    }

    [Fact]
    public void A_data_folder_is_held_by_one_at_a_time()
    {
        using (DataFolder.Open(_folder.Path))
        {
            Should.Throw<LocalException>(() => DataFolder.Open(_folder.Path)).Message.ShouldContain("in use");
        }
        DataFolder.Open(_folder.Path).Dispose();
    }

    private string Write(string content)
    {
        var file = _folder.In("file.json");
        File.WriteAllText(file, content);
        return file;
    }

    private static AppSettings Settings(params (string Key, string? Value)[] determined) =>
        AppSettings.Load(new System.Collections.Hashtable(), "no such file").With(determined);
}
