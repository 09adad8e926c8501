using EmbeddingFunctions.Embeddings.Tokenizers.Models;
using EmbeddingFunctions.Embeddings.Tokenizers.PreTokenizers;

namespace EmbeddingFunctions.Embeddings.Tokenizers.Files;

/// <summary>Puts a tokenizer together as tokenizer.json says; what it names and is not known here is refused.</summary>
internal static class TokenizerJson
{
    /// <param name="json">tokenizer.json.</param>
    /// <param name="config">tokenizer_config.json, if there is one.</param>
    public static TextTokenizer Load(Json json, Json? config)
    {
        // These classes set nothing by tokenizer_config.json; all others do so for what their own constructors take.
        var overrides = config?.OptionalValue("tokenizer_class")?.Text
            is "PreTrainedTokenizerFast"
                or "TokenizersBackend"
            ? null
            : config;
        var normalizers = NormalizerJson.Read(json.OptionalValue("normalizer"), overrides);
        var preTokenizers = PreTokenizerJson.Read(json.OptionalValue("pre_tokenizer"), overrides);
        var (model, find) = ModelJson.Read(json["model"]);
        if (model is BytePairs != preTokenizers is [.., ByteLevel])
        {
            throw json["pre_tokenizer"]
                .Unsupported("ByteLevel must come last where the model is BPE, and nowhere else");
        }

        var added = AddedTokenJson.Read(json, config, find);
        var (single, pair, trim) = PostProcessorJson.Read(json.OptionalValue("post_processor"));
        var pipeline = new TokenPipeline
        {
            RawTokens = new AddedTokens(added.Raw),
            Normalizers = normalizers,
            NormalizedTokens = new AddedTokens(
                AddedTokenJson.Normalize(added.Normalized, normalizers, json["added_tokens"])
            ),
            PreTokenizers = preTokenizers,
            Model = model,
            Trim = trim,
        };
        return new TextTokenizer(pipeline, single, pair, KeepsEnd(json, config));
    }

    /// <summary>tokenizer_config.json wins, as in the reference.</summary>
    public static bool KeepsEnd(Json? json, Json? config)
    {
        var side =
            config?.OptionalValue("truncation_side") ?? json?.OptionalValue("truncation")?.OptionalValue("direction");
        return side?.Text switch
        {
            null or "right" or "Right" => false,
            "left" or "Left" => true,
            var other => throw side.Value.Unsupported($"'{other}' is not supported (left, right)"),
        };
    }
}
