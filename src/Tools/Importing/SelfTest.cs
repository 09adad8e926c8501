using System.Text.Json;
using EmbeddingFunctions.Embeddings;

namespace EmbeddingFunctions.Tools.Importing;

/// <summary>Loads a folder as the kind of model that it is, and runs it.</summary>
internal static class SelfTest
{
    private static readonly string[] Texts =
    [
        "A pump in the harbour was oiled on Monday.",
        "The harbour's pump got its oil.",
        "The minister resigned after the vote.",
    ];

    /// <summary>What the model is.</summary>
    /// <exception cref="ToolException">The model does not do what its folder says.</exception>
    /// <exception cref="ModelFolderException">The folder says something that is not understood, or lacks a part.</exception>
    public static async Task<Report> RunAsync(string folder, CancellationToken cancellationToken)
    {
        var report = KindOf(folder) switch
        {
            Kind.Reranker => await RerankerAsync(folder, cancellationToken),
            Kind.Clip => await ClipAsync(folder, cancellationToken),
            _ => await EmbeddingAsync(folder, cancellationToken),
        };
        return report.Add("licence", LicenceOf(folder));
    }

    private static async Task<Report> EmbeddingAsync(string folder, CancellationToken cancellationToken)
    {
        EmbeddingModel model;
        try
        {
            model = EmbeddingModel.Load(folder);
        }
        catch (ModelFolderException) when (AsBgeM3(folder) is { } other)
        {
            using (other)
            {
                return await BgeM3Async(other, cancellationToken);
            }
        }

        using (model)
        {
            return await EmbeddingSelfTest.RunAsync(model, cancellationToken);
        }
    }

    private static async Task<Report> RerankerAsync(string folder, CancellationToken cancellationToken)
    {
        using var model = CrossEncoder.Load(folder);
        var scores = await model.ScoreAsync(Texts[0], Texts, cancellationToken: cancellationToken);
        Check([.. scores.Select(score => score.Score)]);
        return new Report().Add("kind", "reranker").Add("most tokens", model.MaxTokens).Add("self-test", "passed");
    }

    private static async Task<Report> ClipAsync(string folder, CancellationToken cancellationToken)
    {
        // loading it has run its part for images
        using var model = ClipModel.Load(folder);
        var vectors = await model.EmbedTextsAsync(Texts, cancellationToken);
        Check([.. vectors.Select(vector => Similarity.Cosine.Of(vectors[0].Vector.Span, vector.Vector.Span))]);
        return new Report()
            .Add("kind", "CLIP: texts and images")
            .Add("dimensions", model.Dimensions)
            .Add("most tokens", model.MaxTokens)
            .Add("self-test", "passed");
    }

    private static async Task<Report> BgeM3Async(BgeM3 model, CancellationToken cancellationToken)
    {
        var results = await model.EmbedAsync(Texts, new EmbedOptions(), cancellationToken);
        Check([.. results.Select(result => Similarity.Dot.Of(results[0].Dense.Span, result.Dense.Span))]);
        return new Report()
            .Add("kind", "BGE-M3: dense vector, lexical weights, a vector a token")
            .Add("dimensions", results[0].Dense.Length)
            .Add("most tokens", model.MaxTokens)
            .Add("self-test", "passed");
    }

    /// <summary>Scores of three texts against the first: numbers, and not all the same.</summary>
    private static void Check(float[] scores)
    {
        if (!scores.All(float.IsFinite) || scores.Distinct().Count() < scores.Length)
        {
            throw new ToolException($"Three different texts scored {string.Join(", ", scores)}.");
        }
    }

    private static BgeM3? AsBgeM3(string folder)
    {
        try
        {
            return BgeM3.Load(folder);
        }
        catch (ModelFolderException)
        {
            // what the folder lacks as an embedding model is what is told
            return null;
        }
    }

    private static Kind KindOf(string folder)
    {
        var config = Path.Combine(folder, "config.json");
        if (File.Exists(Path.Combine(folder, "modules.json")) || !File.Exists(config))
        {
            return Kind.Embedding;
        }

        try
        {
            using var file = File.OpenRead(config);
            using var json = JsonDocument.Parse(file);
            var root = json.RootElement;
            return root switch
            {
                _ when root.TryGetProperty("model_type", out var type) && type.ValueEquals("clip") => Kind.Clip,
                _ when root.TryGetProperty("architectures", out var names) && names.EnumerateArray().Any(IsReranker) =>
                    Kind.Reranker,
                _ => Kind.Embedding,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // loading it tells what is wrong
            return Kind.Embedding;
        }
    }

    private static bool IsReranker(JsonElement architecture) =>
        architecture.GetString()?.EndsWith("ForSequenceClassification", StringComparison.Ordinal) == true;

    private static string LicenceOf(string folder)
    {
        var file = Path.Combine(folder, "LICENSE");
        return File.Exists(file) && File.ReadLines(file).FirstOrDefault(line => line.Trim() is not "") is { } first
            ? first.Trim()
            : "no LICENSE file: look it up before you use the model";
    }

    private enum Kind
    {
        Embedding,
        Reranker,
        Clip,
    }
}
