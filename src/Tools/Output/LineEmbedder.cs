using System.Globalization;
using EmbeddingFunctions.Embeddings;

namespace EmbeddingFunctions.Tools.Output;

/// <summary>Embeds the lines of a file into a file of vectors. Memory: one group of lines.</summary>
internal static class LineEmbedder
{
    private const int Group = 256;
    private const int MostNamed = 10;

    /// <exception cref="ToolException">The output's format is not known.</exception>
    public static async Task RunAsync(
        EmbeddingModel model,
        EmbedOptions options,
        LineFile lines,
        string output,
        Screen screen,
        CancellationToken cancellationToken
    )
    {
        // a file of that name is a whole one
        var partial = output + ".part";
        List<long> truncated = [];
        var count = 0L;
        try
        {
            await using (var file = Open(output, partial, options.Dimensions ?? model.Description.Dimensions))
            {
                await screen.ProgressAsync(
                    "embedding",
                    lines.Bytes,
                    async report =>
                    {
                        foreach (var (group, position) in lines.Groups(Group))
                        {
                            var results = await EmbedAsync(model, group, options, count, cancellationToken);
                            foreach (var (text, result) in group.Zip(results))
                            {
                                count++;
                                await file.WriteAsync(text, result, cancellationToken);
                                if (result.Truncated)
                                {
                                    truncated.Add(count);
                                }
                            }

                            report(position);
                        }
                    }
                );
                await file.CompleteAsync(cancellationToken);
            }

            File.Move(partial, output, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }

        Tell(screen, output, count, truncated, model.Description.MaxTokens);
    }

    private static async Task<IReadOnlyList<TextEmbedding>> EmbedAsync(
        EmbeddingModel model,
        string[] group,
        EmbedOptions options,
        long before,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await model.EmbedAsync(group, options, cancellationToken);
        }
        catch (TextTooLongException e)
        {
            var tokens = model.CountTokens(group[e.Index], options.InputType);
            throw new ToolException(
                $"Line {before + e.Index + 1} has {tokens} tokens; the model takes {model.Description.MaxTokens}.",
                e
            );
        }
    }

    private static IVectorFile Open(string output, string partial, int dimensions) =>
        Path.GetExtension(output) switch
        {
            ".npy" => new NumpyFile(partial, dimensions),
            ".jsonl" => new JsonLinesFile(partial),
            var other => throw new ToolException($"The output ends in '{other}'; .npy or .jsonl was expected."),
        };

    private static void Tell(Screen screen, string output, long count, List<long> truncated, int maxTokens)
    {
        screen.Line($"{count} lines embedded into {Path.GetFullPath(output)}");
        if (truncated.Count > 0)
        {
            var named = string.Join(
                ", ",
                truncated.Take(MostNamed).Select(n => n.ToString(CultureInfo.InvariantCulture))
            );
            var more = truncated.Count > MostNamed ? ", …" : "";
            screen.Error($"{truncated.Count} of them were cut to {maxTokens} tokens: lines {named}{more}");
        }
    }
}
