using System.Numerics.Tensors;
using EmbeddingFunctions.Embeddings.Folders;

namespace EmbeddingFunctions.Embeddings.Modules;

/// <summary>Token vectors to one vector; several modes are put one after the other.</summary>
/// <param name="Modes">At least one.</param>
/// <param name="TokenDimensions">Length of a token's vector.</param>
/// <param name="IncludePrompt">False leaves the prompt's tokens out.</param>
internal sealed record PoolingModule(IReadOnlyList<Pooling> Modes, int TokenDimensions, bool IncludePrompt)
{
    private const string FlagPrefix = "pooling_mode_";

    // PyTorch's clamp of the sum of the mask.
    private const float SmallestCount = 1e-9f;

    // The order in which the reference's older flags are put one after the other.
    private static readonly (string Flag, string Name, Pooling Mode)[] Known =
    [
        ("pooling_mode_cls_token", "cls", Pooling.Cls),
        ("pooling_mode_max_tokens", "max", Pooling.Max),
        ("pooling_mode_mean_tokens", "mean", Pooling.Mean),
        ("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens", Pooling.MeanSqrtLength),
        ("pooling_mode_weightedmean_tokens", "weightedmean", Pooling.WeightedMean),
        ("pooling_mode_lasttoken", "lasttoken", Pooling.LastToken),
    ];

    public int Dimensions => Modes.Count * TokenDimensions;

    /// <summary>Reads config.json in its old form (a flag a mode) or its new one (pooling_mode: a name, or a list in order).</summary>
    public static PoolingModule Read(string path)
    {
        var config = Json.Read(path);
        var dimensions = config.Optional("embedding_dimension") ?? config["word_embedding_dimension"];
        var modes = config.OptionalValue("pooling_mode") is { } named ? Named(named) : Flagged(config);
        return new PoolingModule(
            modes,
            dimensions.Within(1, ModelFolder.MaxDimensions),
            config.OptionalValue("include_prompt")?.Flag ?? true
        );
    }

    /// <param name="tokens">A row a token; padding is not among them.</param>
    /// <param name="promptTokens">How many of the first rows are the prompt's, the tokens put before it counted.</param>
    public float[] Pool(ReadOnlySpan<float> tokens, int promptTokens)
    {
        var pooled = new float[Dimensions];
        var skipped = IncludePrompt ? 0 : Math.Min(promptTokens, tokens.Length / TokenDimensions);
        for (var at = 0; at < Modes.Count; at++)
        {
            Pool(Modes[at], tokens, skipped, pooled.AsSpan(at * TokenDimensions, TokenDimensions));
        }

        return pooled;
    }

    private void Pool(Pooling mode, ReadOnlySpan<float> tokens, int from, Span<float> into)
    {
        var count = tokens.Length / TokenDimensions;
        var weights = 0f;
        switch (mode)
        {
            case Pooling.Cls:
                Row(tokens, from < count ? from : 0).CopyTo(into);
                return;
            case Pooling.LastToken:
                if (from < count)
                {
                    Row(tokens, count - 1).CopyTo(into);
                }

                return;
            case Pooling.Max:
                into.Fill(float.NegativeInfinity);
                for (var token = from; token < count; token++)
                {
                    TensorPrimitives.Max(into, Row(tokens, token), into);
                }

                return;
            case Pooling.WeightedMean:
                for (var token = from; token < count; token++)
                {
                    // by the place in the text, from 1
                    TensorPrimitives.MultiplyAdd(Row(tokens, token), token + 1f, into, into);
                    weights += token + 1f;
                }

                break;
            default:
                for (var token = from; token < count; token++)
                {
                    TensorPrimitives.Add(into, Row(tokens, token), into);
                }

                weights = count - from;
                break;
        }

        var divisor = Math.Max(weights, SmallestCount);
        TensorPrimitives.Divide(into, mode == Pooling.MeanSqrtLength ? MathF.Sqrt(divisor) : divisor, into);
    }

    private ReadOnlySpan<float> Row(ReadOnlySpan<float> tokens, int token) =>
        tokens.Slice(token * TokenDimensions, TokenDimensions);

    private static Pooling[] Named(Json named)
    {
        Json[] names = named.IsText ? [named] : [.. named.Items];
        Pooling[] modes =
        [
            .. names.Select(name =>
                Known.Where(known => known.Name == name.Text).Select(known => (Pooling?)known.Mode).FirstOrDefault()
                ?? throw name.Unsupported(Unknown(name.Text))
            ),
        ];
        return modes.Length > 0 && modes.Distinct().Count() == modes.Length
            ? modes
            : throw named.Unsupported($"found {modes.Length} modes, expected one or several that differ");
    }

    private static Pooling[] Flagged(Json config)
    {
        string[] set =
        [
            .. config
                .Members.Where(m => m.Name.StartsWith(FlagPrefix, StringComparison.Ordinal) && m.Value.Flag)
                .Select(m => m.Name),
        ];
        if (set.FirstOrDefault(flag => Known.All(known => known.Flag != flag)) is { } unknown)
        {
            throw config.Unsupported(Unknown(unknown));
        }

        return set is []
            ? throw config.Unsupported("no pooling mode is set, expected at least one")
            : [.. Known.Where(known => set.Contains(known.Flag)).Select(known => known.Mode)];
    }

    private static string Unknown(string mode) =>
        $"pooling '{mode}' is not supported ({string.Join(", ", Known.Select(known => known.Name))})";
}
