namespace EmbeddingFunctions.Embeddings.Tests.Tiny;

/// <summary>What modules.json and its folders say is what is done to the token vectors.</summary>
public sealed class PoolingTests
{
    private const string Text = "w1 w7 w7 W3";
    private const double Tolerance = 1e-6;

    public static TheoryData<string> Modes =>
        ["cls", "mean", "max", "mean_sqrt_len_tokens", "weightedmean", "lasttoken"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Each_mode_in_either_schema(string mode)
    {
        using var folder = new TinyModel();
        folder.WriteModules($$"""{"embedding_dimension": 4, "pooling_mode": "{{mode}}"}""");
        await EqualAsync(folder, Pooled(mode, TinyModel.Tokens(Text)));
        folder.WriteModules(Flags(mode));
        await EqualAsync(folder, Pooled(mode, TinyModel.Tokens(Text)));
    }

    [Fact]
    public async Task Flags_are_put_together_in_the_references_order()
    {
        using var folder = new TinyModel();
        string[] modes = ["lasttoken", "weightedmean", "mean_sqrt_len_tokens", "max", "mean", "cls"];
        folder.WriteModules(Flags(modes));
        string[] order = ["cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken"];
        await EqualAsync(folder, [.. order.SelectMany(mode => Pooled(mode, TinyModel.Tokens(Text)))]);
    }

    [Fact]
    public async Task A_list_of_modes_is_put_together_in_its_own_order()
    {
        using var folder = new TinyModel();
        folder.WriteModules("""{"embedding_dimension": 4, "pooling_mode": ["max", "cls"]}""");
        var tokens = TinyModel.Tokens(Text);
        await EqualAsync(folder, [.. Pooled("max", tokens), .. Pooled("cls", tokens)]);
    }

    // The reference counts the prompt's tokens and the [CLS] before them.
    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Tokens_of_a_prompt_are_left_out_where_the_folder_says_so(string mode)
    {
        using var folder = new TinyModel();
        folder.WriteModules($$"""{"embedding_dimension": 4, "pooling_mode": "{{mode}}", "include_prompt": false}""");
        folder.Write("config_sentence_transformers.json", """{"prompts": {"document": "w2 w3 "}}""");
        await EqualAsync(folder, Pooled(mode, TinyModel.Tokens($"w2 w3 {Text}"), skipped: 3), new EmbedOptions());
        await EqualAsync(folder, Pooled(mode, TinyModel.Tokens(Text)), new EmbedOptions { Prompt = "" });
    }

    [Theory]
    [InlineData("linear.Identity")]
    [InlineData("activation.Tanh")]
    [InlineData("activation.ReLU")]
    [InlineData("activation.Sigmoid")]
    [InlineData("activation.SiLU")]
    [InlineData("activation.GELU")]
    public async Task Dense_then_normalize(string activation)
    {
        using var folder = new TinyModel();
        folder.WriteModules(
            """{"embedding_dimension": 4, "pooling_mode": "mean"}""",
            "dense.Dense",
            "normalize.Normalize"
        );
        float[][] weight =
        [
            [0.5f, -1, 2, 0.25f],
            [1, 1, -1, -3],
            [0, 0.125f, 0.5f, 1],
        ];
        float[] bias = [0.75f, -0.5f, 0];
        folder.Write(
            "2_Dense/config.json",
            $$"""{"in_features": 4, "out_features": 3, "bias": true, "activation_function": "torch.nn.modules.{{activation}}"}"""
        );
        folder.Write(
            "2_Dense/model.safetensors",
            TinyTensors.Write(("linear.weight", weight), ("linear.bias", [bias]))
        );
        var mean = Pooled("mean", TinyModel.Tokens(Text));
        double[] dense =
        [
            .. weight.Zip(bias, (row, b) => Activated(activation, row.Zip(mean, (x, y) => (double)x * y).Sum() + b)),
        ];
        var length = Math.Sqrt(dense.Sum(x => x * x));
        await EqualAsync(folder, [.. dense.Select(x => (float)(x / length))]);
        using var model = EmbeddingModel.Load(folder.Folder);
        (model.Description.Dimensions, model.Description.Normalized).ShouldBe((3, true));
    }

    [Fact]
    public async Task Normalize_before_dense_does_not_make_a_normalised_model()
    {
        using var folder = new TinyModel();
        folder.WriteModules(
            """{"embedding_dimension": 4, "pooling_mode": "cls"}""",
            "normalize.Normalize",
            "dense.Dense"
        );
        folder.Write(
            "3_Dense/config.json",
            """{"in_features": 4, "out_features": 1, "bias": false, "activation_function": "torch.nn.modules.linear.Identity"}"""
        );
        folder.Write(
            "3_Dense/model.safetensors",
            TinyTensors.Write(
                (
                    "linear.weight",
                    [
                        [1, 2, 3, 4],
                    ]
                )
            )
        );
        var cls = TinyModel.Tokens(Text)[0];
        var length = Math.Sqrt(cls.Sum(x => (double)x * x));
        await EqualAsync(folder, [(float)(cls.Select((x, at) => x * (at + 1)).Sum() / length)]);
        using var model = EmbeddingModel.Load(folder.Folder);
        model.Description.Normalized.ShouldBeFalse();
    }

    private static string Flags(params string[] modes)
    {
        string[] all =
        [
            "pooling_mode_cls_token",
            "pooling_mode_mean_tokens",
            "pooling_mode_max_tokens",
            "pooling_mode_mean_sqrt_len_tokens",
            "pooling_mode_weightedmean_tokens",
            "pooling_mode_lasttoken",
        ];
        var flags = all.Select(flag => $"\"{flag}\": {(modes.Any(mode => IsOf(flag, mode)) ? "true" : "false")}");
        return $$"""{"word_embedding_dimension": 4, {{string.Join(", ", flags)}}}""";

        static bool IsOf(string flag, string mode) =>
            flag == $"pooling_mode_{mode}"
            || flag == $"pooling_mode_{mode}_token"
            || flag == $"pooling_mode_{mode}_tokens";
    }

    private static async Task EqualAsync(TinyModel folder, float[] expected, EmbedOptions? options = null)
    {
        using var model = EmbeddingModel.Load(folder.Folder);
        var vector = (await model.EmbedAsync([Text], options ?? new EmbedOptions(), Cancelled))[0].Vector.ToArray();
        model.Description.Dimensions.ShouldBe(expected.Length);
        vector.ShouldBe(expected, Tolerance);
    }

    private static float[] Pooled(string mode, float[][] tokens, int skipped = 0) =>
        [.. Enumerable.Range(0, TinyModel.Width).Select(at => (float)Pooled(mode, tokens, skipped, at))];

    private static double Pooled(string mode, float[][] tokens, int skipped, int at)
    {
        (double Value, int Place)[] column =
        [
            .. tokens.Select((row, place) => ((double)row[at], place + 1)).Skip(skipped),
        ];
        return mode switch
        {
            "cls" => column[0].Value,
            "mean" => column.Average(x => x.Value),
            "max" => column.Max(x => x.Value),
            "mean_sqrt_len_tokens" => column.Sum(x => x.Value) / Math.Sqrt(column.Length),
            "weightedmean" => column.Sum(x => x.Value * x.Place) / column.Sum(x => x.Place),
            _ => column[^1].Value,
        };
    }

    private static double Activated(string activation, double x) =>
        activation switch
        {
            "activation.Tanh" => Math.Tanh(x),
            "activation.ReLU" => Math.Max(x, 0),
            "activation.Sigmoid" => 1 / (1 + Math.Exp(-x)),
            "activation.SiLU" => x / (1 + Math.Exp(-x)),
            // by the definition of Φ: the area under the bell curve, in small steps
            "activation.GELU" => x
                * (
                    0.5
                    + Enumerable.Range(0, 100_000).Sum(i => Math.Exp(-Math.Pow((i + 0.5) * x / 100_000, 2) / 2))
                        * x
                        / 100_000
                        / Math.Sqrt(2 * Math.PI)
                ),
            _ => x,
        };
}
