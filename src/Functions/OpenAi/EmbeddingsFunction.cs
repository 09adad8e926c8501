using System.Net;
using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.Embed;
using EmbeddingFunctions.Functions.Http;
using EmbeddingFunctions.Functions.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace EmbeddingFunctions.Functions.OpenAi;

/// <summary>
/// POST /v1/embeddings and GET /v1/models, as clients of OpenAI send them: the base address is all they need. A text that is too long
/// is refused, as theirs is.
/// </summary>
internal sealed class EmbeddingsFunction(ModelCatalog models, ModelSettings modelSettings, ApiSettings api)
{
    [Function("OpenAiEmbeddings")]
    public async Task<IActionResult> PostAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/embeddings")] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var body = await Json.ReadAsync<OpenAiRequest>(request, api, cancellationToken);
        if (body is not { Input.Items: var texts, Model: { } name })
        {
            throw new InvalidRequestException("'model' and 'input' (a text or an array of texts) were expected.");
        }

        TextLimits.Check("input", texts, api);
        if (texts.Contains(""))
        {
            throw new InvalidRequestException($"'input' [{texts.ToList().IndexOf("")}] is empty.");
        }

        if (body.EncodingFormat is not (null or EncodingFormat.Float or EncodingFormat.Base64))
        {
            throw new InvalidRequestException("'encoding_format' is neither float nor base64.");
        }

        var model = await models.ChosenAsync(name, modelSettings, cancellationToken);
        EmbedFunction.CheckDimensions(body.Dimensions, model.Description);
        var options = new EmbedOptions
        {
            InputType = body.InputType ?? InputType.Document,
            Dimensions = body.Dimensions,
            Truncate = false,
        };
        var embeddings = await model.EmbedAsync(texts, options, cancellationToken);
        var encoding = VectorEncoding.Of(
            body.EncodingFormat ?? EncodingFormat.Float,
            ranges: null,
            body.Dimensions ?? model.Description.Dimensions
        );
        var tokens = embeddings.Sum(one => one.Tokens);
        return Json.Answer(
            new
            {
                Object = "list",
                Data = embeddings.Select(
                    (one, index) =>
                        new
                        {
                            Object = "embedding",
                            Index = index,
                            Embedding = encoding(one.Vector),
                        }
                ),
                Model = model.Description.Name,
                Usage = new { PromptTokens = tokens, TotalTokens = tokens },
            }
        );
    }

    [Function("OpenAiModels")]
    public IActionResult List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/models")] HttpRequest request
    )
    {
        _ = new Query(request);
        return Json.Answer(new { Object = "list", Data = models.Names.Select(Card) });
    }

    [Function("OpenAiModel")]
    public IActionResult Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/models/{model}")] HttpRequest request,
        string model
    )
    {
        _ = new Query(request);
        return models.Names.Contains(model)
            ? Json.Answer(Card(model))
            : throw new InvalidRequestException($"There is no model '{model}'.", HttpStatusCode.NotFound);
    }

    private static object Card(string name) =>
        new
        {
            Id = name,
            Object = "model",
            Created = 0,
            OwnedBy = "local",
        };
}

internal sealed record OpenAiRequest
{
    public Texts? Input { get; init; }
    public string? Model { get; init; }
    public EncodingFormat? EncodingFormat { get; init; }
    public int? Dimensions { get; init; }

    /// <summary>Which of its prompts the model puts before the texts; theirs knows no such thing.</summary>
    public InputType? InputType { get; init; }

    /// <summary>Theirs; it says nothing here.</summary>
    public string? User { get; init; }
}
