using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Functions.Configuration;

namespace EmbeddingFunctions.Functions.Models;

internal static class ModelCatalogExtensions
{
    /// <summary>The model that the caller named, or the default one.</summary>
    /// <exception cref="UnknownModelException">There is no model of the name given.</exception>
    /// <exception cref="ModelFolderException">The model cannot be loaded, or there is no default one.</exception>
    public static async Task<EmbeddingModel> ChosenAsync(
        this ModelCatalog models,
        string? name,
        ModelSettings settings,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await models.GetAsync(name ?? settings.Default, cancellationToken);
        }
        catch (UnknownModelException e) when (name is null)
        {
            // the caller cannot help it
            throw new ModelFolderException($"Models__Default: {e.Message}", e);
        }
    }
}
