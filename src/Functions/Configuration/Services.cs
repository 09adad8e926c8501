using Azure.Core.Pipeline;
using EmbeddingFunctions.Documents;
using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Functions.Index;
using EmbeddingFunctions.Functions.Models;
using EmbeddingFunctions.Functions.Search;
using EmbeddingFunctions.Functions.Sync;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EmbeddingFunctions.Functions.Configuration;

internal static class Services
{
    /// <summary>Everything the functions need.</summary>
    public static IServiceCollection AddEmbeddingFunctions(this IServiceCollection services) =>
        services
            .AddSettings<SyncSettings>("Sync")
            .AddSettings<SearchSettings>("Search")
            .AddSettings<ModelSettings>("Models")
            .AddSettings<ApiSettings>("Api")
            .AddSettings<ReadLimits>("Read")
            .AddSettings<ChunkOptions>("Chunks")
            .AddSingleton(TimeProvider.System)
            .AddSingleton<HttpPipelineTransport>(HttpClientTransport.Shared)
            .AddSingleton(Catalog)
            .AddSingleton<StorageAccount>()
            .AddSingleton<SearchConnection>()
            .AddSingleton<IndexSchema>()
            .AddSingleton<ChunkIndex>()
            .AddSingleton<Ledger>()
            .AddSingleton<SyncQueue>()
            .AddSingleton<IsolatedReader>()
            .AddSingleton<DocumentChunks>()
            .AddSingleton<DocumentSync>()
            .AddSingleton<Retries>()
            .AddSingleton<Reconciler>()
            .AddSingleton<Retriever>()
            .AddSingleton<Warmup>()
            .AddHostedService(provider => provider.GetRequiredService<Warmup>());

    private static ModelCatalog Catalog(IServiceProvider provider)
    {
        var settings = provider.GetRequiredService<ModelSettings>();
        var options = new EmbeddingModelOptions
        {
            Concurrency = settings.Concurrency,
            Precision = settings.Precision,
            UnloadAfter = settings.UnloadAfter,
        };
        return new ModelCatalog(Nearest(settings.Folder), options);
    }

    /// <summary>A published app has its models beside it; one that is run from its build output has them some folders above.</summary>
    private static string Nearest(string folder)
    {
        for (var parent = new DirectoryInfo(AppContext.BaseDirectory); parent is not null; parent = parent.Parent)
        {
            if (Path.GetFullPath(folder, parent.FullName) is var candidate && Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return Path.GetFullPath(folder, AppContext.BaseDirectory);
    }

    private static IServiceCollection AddSettings<T>(this IServiceCollection services, string section)
        where T : class
    {
        services.AddSingleton(new SettingsSection(section, typeof(T)));
        services.AddOptions<T>().BindConfiguration(section).ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton(provider => provider.GetRequiredService<IOptions<T>>().Value);
    }
}
