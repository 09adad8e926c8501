using EmbeddingFunctions.Functions.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EmbeddingFunctions.Functions.Tests.Configuration;

/// <summary>A wrong setting is one sentence: its name, what was found, what was expected.</summary>
public sealed class SettingsCheckTests
{
    private static readonly Dictionary<string, string?> Right = new(StringComparer.Ordinal)
    {
        ["Search:Endpoint"] = "http://127.0.0.1:1",
        ["Documents"] = "UseDevelopmentStorage=true",
        ["Models:Default"] = "multilingual-e5-small",
    };

    [Fact]
    public void Right_settings_pass() => Check().ShouldBeNull();

    [Theory]
    [InlineData("Chunks:MaxTokens", "abc", "Chunks__MaxTokens is 'abc'; expected a whole number from 16 to 8192.")]
    [InlineData("Chunks:MaxTokens", "15", "Chunks__MaxTokens is '15'; expected a whole number from 16 to 8192.")]
    [InlineData("Chunks:MaxTokens", "", "Chunks__MaxTokens is ''; expected a whole number from 16 to 8192.")]
    [InlineData(
        "Sync:FirstPause",
        "soon",
        "Sync__FirstPause is 'soon'; expected a time such as 00:00:30 from 00:00:01 to 01:00:00."
    )]
    [InlineData(
        "Sync:ClaimFor",
        "00:00:01",
        "Sync__ClaimFor is '00:00:01'; expected a time such as 00:00:30 from 00:00:15 to 00:01:00."
    )]
    [InlineData("Sync:Container", "", "Sync__Container is ''; expected some text.")]
    [InlineData(
        "Sync:StateContainer",
        "documents",
        "Sync__StateContainer is 'documents'; expected another container than Sync__Container."
    )]
    [InlineData(
        "Search:Endpoint",
        null,
        "Search__Endpoint is not set; expected an address such as https://name.search.windows.net."
    )]
    [InlineData(
        "Search:Endpoint",
        "nowhere",
        "Search__Endpoint is 'nowhere'; expected an address such as https://name.search.windows.net."
    )]
    [InlineData(
        "Search:Endpoint",
        "http://elsewhere.example",
        "Search:Endpoint 'http://elsewhere.example/' must be https; http is for this machine only."
    )]
    public void A_value_that_cannot_be(string name, string? value, string sentence) =>
        Check((name, value)).ShouldBe(sentence);

    [Fact]
    public void A_default_model_that_is_not_there() =>
        Check(("Models:Default", "nope"))!
            .ShouldMatch(
                "^Models__Default is 'nope'; expected a model of Models__Folder 'models': .*multilingual-e5-small.*\\.$"
            );

    [Fact]
    public void A_models_folder_that_is_not_there() =>
        Check(("Models:Folder", "/nowhere/models"))
            .ShouldBe(
                "Models__Folder is '/nowhere/models'; expected a folder of model folders (/nowhere/models: the folder is missing)."
            );

    [Theory]
    [InlineData("nonsense")]
    [InlineData("AccountName=a;AccountKey=secret!")]
    [InlineData("AccountName=a")]
    public void A_connection_string_that_is_none_is_not_shown(string text)
    {
        var sentence = Check(("Documents", text));

        sentence.ShouldStartWith("Documents is not a connection string of a storage account (");
        sentence.ShouldNotContain("secret");
        sentence.ShouldNotContain('\n');
    }

    [Fact]
    public void No_storage_at_all() =>
        Check(("Documents", null))
            .ShouldBe("Setting 'Documents' is no connection string and 'Documents__blobServiceUri' is no address.");

    private static string? Check(params (string Name, string? Value)[] changes)
    {
        var values = new Dictionary<string, string?>(Right, StringComparer.Ordinal);
        foreach (var (name, value) in changes)
        {
            values[name] = value;
        }

        using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(values).Build())
            .AddLogging()
            .AddEmbeddingFunctions()
            .BuildServiceProvider();
        return SettingsCheck.FirstWrong(services);
    }
}
