namespace EmbeddingFunctions.SearchEmulator.Tests;

/// <summary>Other makers' clients, unmodified, over a real port: @azure/search-documents and LangChain.js on top of it.</summary>
public sealed class JavaScriptTests
{
    private static readonly string Folder = Path.Combine(
        Shared.RepositoryRoot,
        "tests",
        "SearchEmulator.Tests",
        "JavaScript"
    );

    [Fact]
    public async Task The_documented_samples_and_the_vector_store_of_LangChain_work()
    {
        await Node.InstallAsync(Folder);
        await using (var emulator = await Emulator.StartAsync())
            (await Node.RunAsync(Folder, "node", ["samples.mjs", emulator.Address.ToString()])).ShouldBe((0, "ok"));
        await using (var emulator = await Emulator.StartAsync(configure: o => o with { HttpsPort = 0 }))
        {
            foreach (var script in new[] { "samples.mjs", "langchain.mjs" })
                (
                    await Node.RunAsync(
                        Folder,
                        "node",
                        [script, emulator.Secure!.ToString()],
                        ("NODE_EXTRA_CA_CERTS", Path.Combine(emulator.Folder, "certificate.pem"))
                    )
                ).ShouldBe((0, "ok"), script);
        }
    }
}
