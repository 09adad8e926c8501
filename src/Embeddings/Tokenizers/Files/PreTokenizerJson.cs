using EmbeddingFunctions.Embeddings.Tokenizers.PreTokenizers;

namespace EmbeddingFunctions.Embeddings.Tokenizers.Files;

/// <summary>The "pre_tokenizer" of tokenizer.json.</summary>
internal static class PreTokenizerJson
{
    /// <param name="json">Null if there is none.</param>
    /// <param name="config">Its add_prefix_space wins over ByteLevel's own, as in the reference's fast tokenizers.</param>
    public static List<ITextStep> Read(Json? json, Json? config) => json is { } one ? [.. Steps(one, config)] : [];

    private static IEnumerable<ITextStep> Steps(Json json, Json? config)
    {
        var type = json["type"];
        return type.Text switch
        {
            "Sequence" => json["pretokenizers"].Items.SelectMany(part => Steps(part, config)),
            "BertPreTokenizer" => [new BertPreTokenizer()],
            "WhitespaceSplit" => [new WhitespaceSplit()],
            "Metaspace" => [Metaspace(json)],
            "ByteLevel" => ByteLevel(json, config),
            "Split" => [Split(json)],
            var other => throw type.Unsupported(
                $"pre-tokenizer '{other}' is not supported (BertPreTokenizer, ByteLevel, Metaspace, Sequence, Split, WhitespaceSplit)"
            ),
        };
    }

    private static Metaspace Metaspace(Json json)
    {
        var mark = json["replacement"];
        return new Metaspace(
            mark.Text is [var one] ? one : throw mark.Unsupported($"found '{mark.Text}', expected one character"),
            Prepend(json),
            json.OptionalValue("split")?.Flag ?? true
        );
    }

    /// <summary>Older files say add_prefix_space.</summary>
    private static MetaspacePrepend Prepend(Json json)
    {
        if (json.OptionalValue("prepend_scheme") is not { } scheme)
        {
            return json["add_prefix_space"].Flag ? MetaspacePrepend.Always : MetaspacePrepend.Never;
        }

        return scheme.Text switch
        {
            "always" => MetaspacePrepend.Always,
            "first" => MetaspacePrepend.First,
            "never" => MetaspacePrepend.Never,
            var other => throw scheme.Unsupported($"'{other}' is not supported (always, first, never)"),
        };
    }

    private static IEnumerable<ITextStep> ByteLevel(Json json, Json? config)
    {
        var prefixSpace = (config?.OptionalValue("add_prefix_space") ?? json["add_prefix_space"]).Flag;
        var words = json.OptionalValue("use_regex")?.Flag ?? true;

        return
        [
            .. prefixSpace ? [new PrefixSpace()] : Array.Empty<ITextStep>(),
            .. words ? [new GptWords()] : Array.Empty<ITextStep>(),
            new ByteLevel(),
        ];
    }

    private static ClipWords Split(Json json)
    {
        var pattern = json["pattern"]["Regex"];
        if (!string.Equals(pattern.Text, ClipWords.Pattern, StringComparison.Ordinal))
        {
            throw pattern.Unsupported($"the pattern '{pattern.Text}' is not supported ('{ClipWords.Pattern}')");
        }

        return (json["behavior"].Text, json["invert"].Flag) is ("Removed", true)
            ? new ClipWords()
            : throw json.Unsupported("expected the behavior 'Removed' with invert true");
    }
}
