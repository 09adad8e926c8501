using System.Net;
using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.Http;
using EmbeddingFunctions.Functions.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace EmbeddingFunctions.Functions.Embed;

/// <summary>POST /api/embed: texts to vectors.</summary>
internal sealed class EmbedFunction(ModelCatalog models, ModelSettings modelSettings, ApiSettings api)
{
    [Function("Embed")]
    public async Task<IActionResult> PostAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/embed")] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var body = await Json.ReadAsync<EmbedRequest>(request, api, cancellationToken);
        if (body.Input is not { Items: var texts })
        {
            throw new InvalidRequestException("'input' is missing; a text or an array of texts was expected.");
        }

        TextLimits.Check("input", texts, api);
        var model = await models.ChosenAsync(body.Model, modelSettings, cancellationToken);
        CheckDimensions(body.Dimensions, model.Description);
        var dimensions = body.Dimensions ?? model.Description.Dimensions;
        var encoding = VectorEncoding.Of(body.EncodingFormat ?? EncodingFormat.Float, body.Ranges, dimensions);
        var options = new EmbedOptions
        {
            InputType = body.InputType ?? InputType.Query,
            Dimensions = body.Dimensions,
            Truncate = body.Truncate ?? true,
            Batch = body.Batch ?? false,
        };
        var embeddings = await model.EmbedAsync(texts, options, cancellationToken);
        return Json.Answer(
            new EmbedAnswer(
                model.Description.Name,
                dimensions,
                [.. embeddings.Select((one, index) => EmbeddedText.Of(index, one, encoding))],
                new Usage(embeddings.Sum(one => one.Tokens))
            )
        );
    }

    /// <exception cref="InvalidRequestException">The model has not so many.</exception>
    public static void CheckDimensions(int? dimensions, ModelDescription model)
    {
        if (dimensions is { } asked && (asked < 1 || asked > model.Dimensions))
        {
            throw new InvalidRequestException(
                $"'dimensions' is {asked}; {model.Name} has 1 to {model.Dimensions}.",
                HttpStatusCode.UnprocessableEntity
            );
        }
    }
}

internal sealed record EmbedRequest
{
    public Texts? Input { get; init; }
    public string? Model { get; init; }
    public InputType? InputType { get; init; }
    public int? Dimensions { get; init; }
    public bool? Truncate { get; init; }
    public bool? Batch { get; init; }
    public EncodingFormat? EncodingFormat { get; init; }
    public QuantizationRanges? Ranges { get; init; }
}

internal sealed record EmbedAnswer(string Model, int Dimensions, IReadOnlyList<EmbeddedText> Data, Usage Usage);

/// <param name="Embedding">Numbers, or a text of them.</param>
internal sealed record EmbeddedText(int Index, object Embedding, int Tokens, bool Truncated, bool Batched)
{
    public static EmbeddedText Of(int index, TextEmbedding text, Func<ReadOnlyMemory<float>, object> encoding) =>
        new(index, encoding(text.Vector), text.Tokens, text.Truncated, text.Batched);
}

internal sealed record Usage(int TotalTokens);

/// <summary>How many texts a request may have.</summary>
internal static class TextLimits
{
    public static void Check(string name, IReadOnlyList<string> texts, ApiSettings api)
    {
        if (texts.Count == 0 || texts.Count > api.MaxTexts)
        {
            throw new InvalidRequestException(
                $"'{name}' has {texts.Count} texts; 1 to {api.MaxTexts} were expected.",
                HttpStatusCode.UnprocessableEntity
            );
        }
    }
}
