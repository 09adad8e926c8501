using System.Text.Json;
using EmbeddingFunctions.Functions.Sync;

namespace EmbeddingFunctions.Functions.Tests;

/// <summary>What the Functions host (Core Tools, Azure) wants to find beside the worker.</summary>
public sealed class BuildOutputTests
{
    private static readonly string Output = Path.GetDirectoryName(typeof(DocumentPath).Assembly.Location)!;

    [Fact]
    public void The_host_finds_its_configuration()
    {
        using var host = Read("host.json");
        host.RootElement.GetProperty("version").GetString().ShouldBe("2.0");
        host.RootElement.GetProperty("extensions")
            .GetProperty("http")
            .GetProperty("routePrefix")
            .GetString()
            .ShouldBe("");
        host.RootElement.GetProperty("extensions")
            .GetProperty("queues")
            .GetProperty("messageEncoding")
            .GetString()
            .ShouldBe("base64");

        using var worker = Read("worker.config.json");
        var description = worker.RootElement.GetProperty("description");
        description.GetProperty("language").GetString().ShouldBe("dotnet-isolated");
        File.Exists(Path.Combine(Output, description.GetProperty("defaultWorkerPath").GetString()!)).ShouldBeTrue();
    }

    [Fact]
    public void The_host_finds_every_function_and_its_trigger()
    {
        using var metadata = Read("functions.metadata");
        var triggers = metadata
            .RootElement.EnumerateArray()
            .ToDictionary(
                function => function.GetProperty("name").GetString()!,
                function =>
                    function
                        .GetProperty("bindings")
                        .EnumerateArray()
                        .Select(binding => binding.GetProperty("type").GetString()!)
                        .Single(type => type.EndsWith("Trigger", StringComparison.Ordinal))
            );

        triggers.ShouldBe(
            new Dictionary<string, string>
            {
                ["SyncBlob"] = "queueTrigger",
                ["RecordPoison"] = "queueTrigger",
                ["IndexBlob"] = "blobTrigger",
                ["Reconcile"] = "timerTrigger",
                ["Embed"] = "httpTrigger",
                ["Similarity"] = "httpTrigger",
                ["Search"] = "httpTrigger",
                ["ListDocuments"] = "httpTrigger",
                ["GetDocument"] = "httpTrigger",
                ["RetryDocuments"] = "httpTrigger",
                ["Models"] = "httpTrigger",
                ["OpenAiEmbeddings"] = "httpTrigger",
                ["OpenAiModel"] = "httpTrigger",
                ["OpenAiModels"] = "httpTrigger",
                ["Health"] = "httpTrigger",
                ["UnknownRoute"] = "httpTrigger",
            },
            ignoreOrder: true
        );
    }

    [Fact]
    public void The_host_finds_the_storage_extensions_that_see_new_blobs()
    {
        using var extensions = Read("extensions.json");
        foreach (var extension in extensions.RootElement.GetProperty("extensions").EnumerateArray())
        {
            File.Exists(Path.Combine(Output, extension.GetProperty("hintPath").GetString()!)).ShouldBeTrue();
        }

        var dependencies = File.ReadAllText(Path.Combine(Output, ".azurefunctions", "function.deps.json"));
        dependencies.ShouldContain("\"Microsoft.Azure.WebJobs.Extensions.Storage.Blobs/5.3.10\"");
        dependencies.ShouldContain("\"Microsoft.Azure.WebJobs.Extensions.Storage.Queues/5.3.10\"");
    }

    private static JsonDocument Read(string file) => JsonDocument.Parse(File.ReadAllText(Path.Combine(Output, file)));
}
