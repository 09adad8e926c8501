using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Tools.Evaluating;
using EmbeddingFunctions.Tools.Importing;
using EmbeddingFunctions.Tools.Output;

namespace EmbeddingFunctions.Tools;

/// <summary>The command line. Results go to standard output, progress and errors to standard error; exit code 1 after an error.</summary>
internal static class Commands
{
    /// <summary>Checks a model folder or zip as a hub publishes it, tries it out, and copies it into the folder of models.</summary>
    /// <param name="source">Folder or zip file of the model.</param>
    /// <param name="name">Name it gets; that of the folder or zip without one.</param>
    /// <param name="models">Folder of models.</param>
    /// <param name="replace">Replace a model of that name.</param>
    public static Task<int> ImportAsync(
        [ConsoleAppFramework.Argument] string source,
        string? name = null,
        string models = "models",
        bool replace = false,
        CancellationToken cancellationToken = default
    ) =>
        RunAsync(async screen =>
        {
            using var unpacked = await ModelSource.OpenAsync(source, screen, cancellationToken);
            var import = new ModelImport(unpacked, name ?? unpacked.Name, models, replace);
            await import.RunAsync(screen, cancellationToken);
        });

    /// <summary>Runs labelled sets: sts-*.jsonl (Spearman) and retrieval-*-passages.jsonl with -questions.jsonl (R@1, R@5, MRR@10).</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="sets">Folder of the labelled sets.</param>
    /// <param name="prompt">Put before every query and sentence instead of the model's own prompt; "" is none.</param>
    /// <param name="models">Folder of models.</param>
    public static Task<int> EvaluateAsync(
        string model,
        string sets,
        string? prompt = null,
        string models = "models",
        CancellationToken cancellationToken = default
    ) =>
        RunAsync(async screen =>
        {
            var labelled = LabelledSets.Read(sets);
            using var loaded = Load(models, model);
            foreach (var set in labelled)
            {
                screen.Line(await set.EvaluateAsync(loaded, prompt, screen, cancellationToken));
            }
        });

    /// <summary>
    /// Which size of chunks finds answers best: articles of retrieval-*-passages.jsonl (passages of one title) cut in each size.
    /// </summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="sets">Folder of the labelled sets.</param>
    /// <param name="sizes">Tokens of a chunk.</param>
    /// <param name="overlaps">Percent of a chunk that the next one may repeat.</param>
    /// <param name="models">Folder of models.</param>
    public static Task<int> ChunksAsync(
        string model,
        string sets,
        int[]? sizes = null,
        int[]? overlaps = null,
        string models = "models",
        CancellationToken cancellationToken = default
    ) =>
        RunAsync(async screen =>
        {
            var retrieval = LabelledSets.ReadRetrieval(sets).ToList();
            using var loaded = Load(models, model);
            foreach (var set in retrieval)
            {
                await new ChunkSizes(loaded, set, screen).RunAsync(
                    sizes ?? [128, 256, 384, 512],
                    overlaps ?? [0, 10, 25],
                    cancellationToken
                );
            }
        });

    /// <summary>Embeds each line of a UTF-8 file.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="input">File of texts, one a line.</param>
    /// <param name="output">File to write: .npy (float32, one row a line) or .jsonl (text, tokens, truncated, embedding).</param>
    /// <param name="inputType">What the lines are: decides the prompt.</param>
    /// <param name="dimensions">Leading dimensions to keep; all without.</param>
    /// <param name="noTruncate">Fail at a line that is longer than the model takes instead of cutting it.</param>
    /// <param name="models">Folder of models.</param>
    public static Task<int> EmbedAsync(
        string model,
        string input,
        string output,
        InputType inputType = InputType.Document,
        int? dimensions = null,
        bool noTruncate = false,
        string models = "models",
        CancellationToken cancellationToken = default
    ) =>
        RunAsync(async screen =>
        {
            var lines = new LineFile(input);
            using var loaded = Load(models, model);
            var options = new EmbedOptions
            {
                InputType = inputType,
                Dimensions = dimensions,
                Truncate = !noTruncate,
            };
            await LineEmbedder.RunAsync(loaded, options, lines, output, screen, cancellationToken);
        });

    private static EmbeddingModel Load(string models, string name)
    {
        if (name.AsSpan().ContainsAny('/', '\\') || !Directory.Exists(Path.Combine(models, name)))
        {
            var there = Directory.Exists(models)
                ? Directory.EnumerateDirectories(models).Select(Path.GetFileName).Order(StringComparer.Ordinal)
                : throw new ToolException($"The folder of models does not exist: {Path.GetFullPath(models)}");
            throw new ToolException(
                $"There is no model '{name}' in {Path.GetFullPath(models)}; there are {string.Join(", ", there)}."
            );
        }

        return EmbeddingModel.Load(Path.Combine(models, name));
    }

    private static async Task<int> RunAsync(Func<Screen, Task> command)
    {
        var screen = Screen.Create();
        try
        {
            await command(screen);
            return 0;
        }
        catch (OperationCanceledException)
        {
            screen.Error("Stopped.");
            return 1;
        }
        catch (Exception e)
            when (e
                    is ToolException
                        or ModelFolderException
                        or TextTooLongException
                        or IOException
                        or UnauthorizedAccessException
                        or ArgumentOutOfRangeException
            )
        {
            screen.Error(e.Message);
            return 1;
        }
    }
}
