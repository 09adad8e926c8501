using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmbeddingFunctions.Tools.Evaluating;

/// <summary>The labelled sets of a folder, in JSON lines.</summary>
internal static class LabelledSets
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    };

    /// <exception cref="ToolException">There is none, or a line of one is not what it should be.</exception>
    public static IReadOnlyList<ILabelledSet> Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new ToolException($"The folder of labelled sets does not exist: {Path.GetFullPath(folder)}");
        }

        List<ILabelledSet> sets =
        [
            .. Directory
                .EnumerateFiles(folder, "sts-*.jsonl")
                .Order(StringComparer.Ordinal)
                .Select(file => new SimilaritySet(Name(file), Lines<SentencePair>(file))),
            .. ReadRetrieval(folder),
        ];
        return sets.Count > 0
            ? sets
            : throw new ToolException(
                $"{Path.GetFullPath(folder)} has no labelled set; expected files sts-*.jsonl or retrieval-*-passages.jsonl with retrieval-*-questions.jsonl."
            );
    }

    /// <summary>Those of questions and passages; perhaps none.</summary>
    /// <exception cref="ToolException">A line of one is not what it should be.</exception>
    public static IEnumerable<RetrievalSet> ReadRetrieval(string folder)
    {
        foreach (
            var file in Directory.EnumerateFiles(folder, "retrieval-*-passages.jsonl").Order(StringComparer.Ordinal)
        )
        {
            var questions = file.Replace("-passages.jsonl", "-questions.jsonl", StringComparison.Ordinal);
            var name = Name(file)[..^"-passages".Length];
            yield return new RetrievalSet(name, Lines<Passage>(file), Lines<Question>(questions));
        }
    }

    private static string Name(string file) => Path.GetFileNameWithoutExtension(file);

    private static List<T> Lines<T>(string file)
        where T : class
    {
        List<T> rows = [];
        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            try
            {
                rows.Add(
                    JsonSerializer.Deserialize<T>(line, Json) ?? throw new JsonException("null is no row of a set.")
                );
            }
            catch (JsonException e)
            {
                throw new ToolException($"{file}, line {number}: {e.Message}", e);
            }
        }

        return rows.Count > 0 ? rows : throw new ToolException($"{file} is empty.");
    }
}

/// <param name="A">One sentence.</param>
/// <param name="B">The other.</param>
/// <param name="Score">How similar people found them; only the order matters.</param>
internal sealed record SentencePair(string A, string B, double Score);

/// <param name="Id">What questions call it.</param>
/// <param name="Text">Its text.</param>
/// <param name="Title">Of the article that it is from; passages of one title, in their order, are one article.</param>
internal sealed record Passage(string Id, string Text, string Title = "");

/// <param name="Text">The question.</param>
/// <param name="Passage">Id of the one passage that answers it.</param>
internal sealed record Question([property: JsonPropertyName("question")] string Text, string Passage);
