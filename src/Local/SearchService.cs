using EmbeddingFunctions.SearchEmulator;

namespace EmbeddingFunctions.Local;

/// <summary>The search service in this process.</summary>
internal static class SearchService
{
    /// <summary>A web application that listens on a free loopback port once it is started.</summary>
    public static WebApplication Create(string dataFolder, string? apiKey) =>
        SearchEmulatorHost.Create(new SearchEmulatorOptions { DataFolder = dataFolder, ApiKey = apiKey });
}
