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
            throw NoDefault(e);
        }
    }

    /// <summary>What the default model's folder says.</summary>
    /// <exception cref="ModelFolderException">It is not understood, or there is no default model.</exception>
    public static ModelDescription DescribeDefault(this ModelCatalog models, ModelSettings settings)
    {
        try
        {
            return models.Describe(settings.Default);
        }
        catch (UnknownModelException e)
        {
            throw NoDefault(e);
        }
    }

    /// <summary>An unknown model is the caller's mistake; this one is not.</summary>
    private static ModelFolderException NoDefault(UnknownModelException e) => new($"Models__Default: {e.Message}", e);
}
