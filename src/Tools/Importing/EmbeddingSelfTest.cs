using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using EmbeddingFunctions.Embeddings;

namespace EmbeddingFunctions.Tools.Importing;

/// <summary>Runs a model once in every way it will be used, and tells what it is.</summary>
internal static class EmbeddingSelfTest
{
    private static readonly string[] Texts =
    [
        "A pump in the harbour was oiled on Monday.",
        "港口的水泵星期一上了油。",
        "The minister resigned after the vote.",
        "",
    ];

    /// <summary>A few lines for the reader.</summary>
    /// <exception cref="ToolException">The model does not do what its folder says.</exception>
    public static async Task<Report> RunAsync(EmbeddingModel model, CancellationToken cancellationToken)
    {
        var description = model.Description;
        var whole = string.Join(' ', Enumerable.Repeat(Texts[0], description.MaxTokens));
        List<float[]> vectors = [];
        foreach (var type in new[] { InputType.Query, InputType.Document })
        {
            var options = new EmbedOptions { InputType = type };
            var results = await model.EmbedAsync([.. Texts, whole], options, cancellationToken);
            foreach (var result in results)
            {
                Check(description, result);
                vectors.Add(result.Vector.ToArray());
            }

            if (results[^1] is not { Truncated: true } last || last.Tokens != description.MaxTokens)
            {
                throw new ToolException(
                    $"A text of {model.CountTokens(whole, type)} tokens was not cut to {description.MaxTokens}."
                );
            }

            var again = await model.EmbedAsync([Texts[0]], options, cancellationToken);
            if (!again[0].Vector.Span.SequenceEqual(results[0].Vector.Span))
            {
                throw new ToolException("The same text twice gave two vectors.");
            }
        }

        if (TensorPrimitives.CosineSimilarity(vectors[0], vectors[2]) > 0.99999f)
        {
            throw new ToolException("Two different texts gave one vector.");
        }

        return Tell(description, await MillisecondsAsync(model, whole, cancellationToken));
    }

    private static void Check(ModelDescription description, TextEmbedding result)
    {
        var vector = result.Vector.Span;
        if (vector.Length != description.Dimensions)
        {
            throw new ToolException(
                $"A vector has {vector.Length} dimensions; the folder says {description.Dimensions}."
            );
        }

        var norm = TensorPrimitives.Norm(vector);
        if (!float.IsFinite(norm) || norm == 0)
        {
            throw new ToolException($"A vector's length is {norm.ToString(CultureInfo.InvariantCulture)}.");
        }

        if (description.Normalized && Math.Abs(norm - 1) > 1e-4)
        {
            throw new ToolException(
                $"A vector's length is {norm.ToString(CultureInfo.InvariantCulture)}; the folder says that it is 1."
            );
        }
    }

    private static async Task<double> MillisecondsAsync(
        EmbeddingModel model,
        string text,
        CancellationToken cancellationToken
    )
    {
        var watch = Stopwatch.StartNew();
        await model.EmbedAsync([text], new EmbedOptions(), cancellationToken);
        return watch.Elapsed.TotalMilliseconds;
    }

    private static Report Tell(ModelDescription description, double milliseconds)
    {
        var report = new Report()
            .Add("dimensions", description.Dimensions)
            .Add("pooling", string.Join(", ", description.Pooling))
            .Add("normalized", description.Normalized ? "yes" : "no")
            .Add("similarity", description.Similarity)
            .Add("most tokens", description.MaxTokens);
        foreach (var (name, prompt) in description.Prompts)
        {
            report.Add($"prompt '{name}'", $"'{prompt}'");
        }

        return report.Add(
            "self-test",
            $"passed; a text of {description.MaxTokens} tokens takes {milliseconds:0} ms on one core"
        );
    }
}
