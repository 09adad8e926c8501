using System.Globalization;

namespace EmbeddingFunctions.Embeddings.Tokenizers.Files;

/// <summary>The "added_tokens" of tokenizer.json, and those of tokenizer_config.json that it does not have.</summary>
internal static class AddedTokenJson
{
    /// <param name="find">Finds the id of a token in the model's vocabulary.</param>
    /// <returns>Tokens that are looked for in the raw text, and those that are in the normalised one.</returns>
    public static (List<AddedToken> Raw, List<AddedToken> Normalized) Read(
        Json json,
        Json? config,
        Func<string, int?> find
    )
    {
        List<AddedToken> raw = [];
        List<AddedToken> normalized = [];
        foreach (var token in json["added_tokens"].Items)
        {
            Add(token, token["id"].Number, token["id"]);
        }

        var known = raw.Concat(normalized).Select(token => token.Content).ToHashSet(StringComparer.Ordinal);
        foreach (var (id, token) in config?.OptionalValue("added_tokens_decoder")?.Members ?? [])
        {
            if (!known.Contains(token["content"].Text))
            {
                Add(token, Number(id, token), token);
            }
        }

        return (raw, normalized);

        void Add(Json token, int id, Json where)
        {
            var content = token["content"].Text;
            if (content is "")
            {
                throw token["content"].Unsupported("an added token cannot be empty");
            }

            if (find(content) is { } known && known != id)
            {
                throw where.Unsupported($"'{content}' has the id {id} here and {known} in the vocabulary");
            }

            (token["normalized"].Flag ? normalized : raw).Add(
                new AddedToken(
                    id,
                    content,
                    StripLeft: token["lstrip"].Flag,
                    StripRight: token["rstrip"].Flag,
                    SingleWord: token["single_word"].Flag
                )
            );
        }
    }

    private static int Number(string id, Json token) =>
        int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw token.Unsupported($"'{id}' is no id");

    /// <summary>The tokens as they stand in normalised text.</summary>
    public static IEnumerable<AddedToken> Normalize(
        IEnumerable<AddedToken> tokens,
        IReadOnlyList<ITextStep> normalizers,
        Json where
    )
    {
        foreach (var token in tokens)
        {
            var content = TokenPipeline.Normalize(token.Content, normalizers);
            yield return content is ""
                ? throw where.Unsupported($"'{token.Content}' is nothing once it is normalised")
                : token with
                {
                    Content = content,
                };
        }
    }
}
