using System.Text.Json;

namespace EmbeddingFunctions.Embeddings.Tests.Fixtures;

/// <summary>Every layout of a published folder against what sentence-transformers gives for it.</summary>
[Trait("needs", "shared")]
public sealed class SentenceTransformersTests
{
    private const double Tolerance = 1e-5;

    public static TheoryData<string> Layouts =>
        [
            "bare-transformer",
            "bert-cls",
            "bert-cls-and-mean",
            "bert-max",
            "bert-mean-dense-normalize",
            "bert-mean-normalize",
            "bert-mean-sqrt-len",
            "bert-weightedmean",
            "roberta-lasttoken-normalize",
            "roberta-mean-no-prompt-tokens",
            "xlmr-cls-normalize",
            "xlmr-mean-normalize-prompts",
        ];

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task Vectors_equal_the_references(string layout)
    {
        var folder = Files.Shared($"fixtures/sentence-transformers/{layout}");
        var expected = Files.Read<Expected>(Path.Combine(folder, "expected.json"));
        using var model = EmbeddingModel.Load(folder);
        model.Description.MaxTokens.ShouldBe(expected.MaxSeqLength);
        foreach (var call in expected.Calls)
        {
            var options = Options(call.Arguments, model.Description);
            var results = await model.EmbedAsync(expected.Texts, options, TestContext.Current.CancellationToken);
            var worst = Distance.Worst(results.Select(result => result.Vector), call.Embeddings);
            TestContext.Current.TestOutputHelper?.WriteLine($"{layout} {options}: {worst:E1}");
            worst.ShouldBeLessThan(Tolerance, $"{layout} {options}");
            results.ShouldAllBe(result => result.Vector.Length == call.Dimensions);
            if (options is { Prompt: "" })
            {
                results
                    .Select(result => result.Tokens)
                    .ShouldBe(expected.TokenIdsWithoutPrompt.Select(ids => ids.Length));
            }
        }
    }

    [Fact]
    public void No_layout_is_left_out()
    {
        var folders = Directory.EnumerateDirectories(Files.Shared("fixtures/sentence-transformers"));
        folders
            .Select(folder => Path.GetFileName(folder)!)
            .Order(StringComparer.Ordinal)
            .ShouldBe(Layouts.Select(row => row.Data));
    }

    /// <summary>The reference's arguments; it takes no prompt unless told, and normalises no vector that it cuts.</summary>
    private static EmbedOptions Options(Dictionary<string, JsonElement> arguments, ModelDescription model)
    {
        var options = new EmbedOptions { Prompt = "" };
        foreach (var (name, value) in arguments)
        {
            options = name switch
            {
                "prompt" => options with { Prompt = value.GetString() },
                "prompt_name" => options with { Prompt = model.Prompts[value.GetString()!] },
                "truncate_dim" => options with
                {
                    Dimensions = value.GetInt32(),
                    Normalize = options.Normalize ?? false,
                },
                "normalize_embeddings" => options with { Normalize = value.GetBoolean() },
                _ => throw new InvalidOperationException(name),
            };
        }

        return options;
    }

    private sealed record Expected(string[] Texts, int MaxSeqLength, int[][] TokenIdsWithoutPrompt, Call[] Calls);

    private sealed record Call(Dictionary<string, JsonElement> Arguments, int Dimensions, float[][] Embeddings);
}
