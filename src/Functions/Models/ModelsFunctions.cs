using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace EmbeddingFunctions.Functions.Models;

/// <summary>Which models there are, and whether the app can work.</summary>
internal sealed class ModelsFunctions(ModelCatalog models, ModelSettings settings, Warmup warmup)
{
    [Function("Models")]
    public IActionResult List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/models")] HttpRequest request
    )
    {
        _ = new Query(request);
        object[] all = [.. models.Names.Select(Summarize)];
        return Json.Answer(new { settings.Default, Models = all });
    }

    /// <summary>A folder that cannot be used says why, and the others are there all the same.</summary>
    private object Summarize(string name)
    {
        try
        {
            return Summary.Of(models.Describe(name));
        }
        catch (ModelFolderException e)
        {
            return new { Name = name, Error = e.FirstLine() };
        }
    }

    [Function("Health")]
    public IActionResult Health(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/health")] HttpRequest request
    )
    {
        _ = new Query(request);
        var (status, reason) = warmup.Readiness;
        return Json.Answer(
            new
            {
                Status = status,
                Model = settings.Default,
                Reason = reason,
            }
        );
    }

    private sealed record Summary(
        string Name,
        int Dimensions,
        int MaxTokens,
        string Pooling,
        bool Normalized,
        Similarity Similarity,
        IEnumerable<string> Prompts,
        string? Licence
    )
    {
        public static Summary Of(ModelDescription model) =>
            new(
                model.Name,
                model.Dimensions,
                model.MaxTokens,
                string.Join('+', model.Pooling),
                model.Normalized,
                model.Similarity,
                model.Prompts.Keys,
                model.Licence
            );
    }
}
