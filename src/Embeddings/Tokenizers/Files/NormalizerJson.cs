using EmbeddingFunctions.Embeddings.Tokenizers.Normalizers;

namespace EmbeddingFunctions.Embeddings.Tokenizers.Files;

/// <summary>The "normalizer" of tokenizer.json.</summary>
internal static class NormalizerJson
{
    /// <param name="json">Null if there is none.</param>
    /// <param name="config">Its BERT rules win over the normalizer's own, as in the reference's fast tokenizers.</param>
    public static List<ITextStep> Read(Json? json, Json? config) => json is { } one ? [.. Steps(one, config)] : [];

    /// <param name="lowerCase">do_lower_case.</param>
    /// <param name="stripAccents">strip_accents: null or none means as lowerCase says.</param>
    public static BertNormalizer Bert(bool cleanText, Json lowerCase, Json? stripAccents, Json ideographs) =>
        new(
            new BertRules(
                CleanText: cleanText,
                LowerCase: lowerCase.Flag,
                StripAccents: stripAccents is { IsNull: false } strip ? strip.Flag : lowerCase.Flag,
                SeparateIdeographs: ideographs.Flag
            )
        );

    private static IEnumerable<ITextStep> Steps(Json json, Json? config)
    {
        var type = json["type"];
        return type.Text switch
        {
            "Sequence" => json["normalizers"].Items.SelectMany(part => Steps(part, config)),
            "BertNormalizer" =>
            [
                Bert(
                    json["clean_text"].Flag,
                    config?.OptionalValue("do_lower_case") ?? json["lowercase"],
                    config?.Optional("strip_accents") ?? json.Optional("strip_accents"),
                    config?.OptionalValue("tokenize_chinese_chars") ?? json["handle_chinese_chars"]
                ),
            ],
            "Precompiled" => [Precompiled(json["precompiled_charsmap"])],
            "NFC" => [new CanonicalComposition()],
            "Lowercase" => [new Lowercase()],
            "Strip" => [new Strip(json["strip_left"].Flag, json["strip_right"].Flag)],
            "Replace" => [Replacement(json)],
            var other => throw type.Unsupported(
                $"normalizer '{other}' is not supported (BertNormalizer, Lowercase, NFC, Precompiled, Replace, Sequence, Strip)"
            ),
        };
    }

    private static Replace Replacement(Json json)
    {
        var content = json["content"].Text;
        if (json["pattern"].OptionalValue("String") is { } text)
        {
            return text.Text is ""
                ? throw text.Unsupported("an empty text cannot be replaced")
                : Replace.Text(text.Text, content);
        }

        var pattern = json["pattern"]["Regex"];
        return pattern.Text switch
        {
            @"\s+" => Replace.WhiteSpace(content),
            " {2,}" => Replace.Spaces(content),
            var other => throw pattern.Unsupported($@"the pattern '{other}' is not supported ('\s+', ' {{2,}}')"),
        };
    }

    private static CharacterMap Precompiled(Json json)
    {
        try
        {
            return CharacterMap.Read(Convert.FromBase64String(json.IsNull ? "" : json.Text));
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            throw json.Unsupported($"no character map: {e.Message}");
        }
    }
}
