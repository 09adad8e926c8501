using System.Net;
using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.Http;
using EmbeddingFunctions.Functions.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace EmbeddingFunctions.Functions.Embed;

/// <summary>POST /api/similarity: each text of a list with each, or one text with several.</summary>
internal sealed class SimilarityFunction(ModelCatalog models, ModelSettings modelSettings, ApiSettings api)
{
    /// <summary>A matrix of this many texts has a quarter of a million entries.</summary>
    private const int LargestMatrix = 512;

    [Function("Similarity")]
    public async Task<IActionResult> PostAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/similarity")] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var body = await Json.ReadAsync<SimilarityRequest>(request, api, cancellationToken);
        var metric = body.Metric ?? Similarity.Cosine;
        switch (body)
        {
            case { Input: { } one, Source: null, Targets: null }:
            {
                var input = Several("input", one);
                TextLimits.Check("input", input, api);
                if (input.Count > LargestMatrix)
                {
                    throw new InvalidRequestException(
                        $"'input' has {input.Count} texts; a matrix has at most {LargestMatrix}.",
                        HttpStatusCode.UnprocessableEntity
                    );
                }

                var (name, embedded) = await EmbedAsync(input, body.Model, cancellationToken);
                float[][] matrix =
                [
                    .. embedded.Select(row =>
                        embedded.Select(column => metric.Of(row.Vector.Span, column.Vector.Span)).ToArray()
                    ),
                ];
                return Json.Answer(
                    new
                    {
                        Model = name,
                        Metric = metric,
                        Matrix = matrix,
                        Truncated = embedded.Select(text => text.Truncated).ToArray(),
                    }
                );
            }
            case { Input: null, Source: { } source, Targets: { } some }:
            {
                var targets = Several("targets", some);
                TextLimits.Check("targets", targets, api);
                var (name, embedded) = await EmbedAsync([source, .. targets], body.Model, cancellationToken);
                var compared = embedded.Skip(1).ToArray();
                float[] scores = [.. compared.Select(target => metric.Of(embedded[0].Vector.Span, target.Vector.Span))];
                return Json.Answer(
                    new
                    {
                        Model = name,
                        Metric = metric,
                        Scores = scores,
                        SourceTruncated = embedded[0].Truncated,
                        Truncated = compared.Select(target => target.Truncated).ToArray(),
                    }
                );
            }
            default:
                throw new InvalidRequestException(
                    "Either 'input' (a list of texts) or 'source' and 'targets' were expected."
                );
        }
    }

    private static IReadOnlyList<string> Several(string name, Texts texts) =>
        texts.IsSingle
            ? throw new InvalidRequestException($"'{name}' is one text; an array of texts was expected.")
            : texts.Items;

    private async Task<(string Model, IReadOnlyList<TextEmbedding> Texts)> EmbedAsync(
        IReadOnlyList<string> texts,
        string? modelName,
        CancellationToken cancellationToken
    )
    {
        var model = await models.ChosenAsync(modelName, modelSettings, cancellationToken);
        var options = new EmbedOptions { InputType = AmongEquals(model.Description) };
        return (model.Description.Name, await model.EmbedAsync(texts, options, cancellationToken));
    }

    /// <summary>
    /// Texts that are compared with their like take the same prompt. A model that prompts both sides (e5) is to be given its query
    /// prompt on both, as its authors say; one that prompts queries only (bge) is trained to take the plain text on the other side.
    /// </summary>
    private static InputType AmongEquals(ModelDescription model) =>
        model.Prompts.ContainsKey("query") && model.Prompts.Count > 1 ? InputType.Query : InputType.Document;
}

internal sealed record SimilarityRequest
{
    public Texts? Input { get; init; }
    public string? Source { get; init; }
    public Texts? Targets { get; init; }
    public string? Model { get; init; }
    public Similarity? Metric { get; init; }
}
