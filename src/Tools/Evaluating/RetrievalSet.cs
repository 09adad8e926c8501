using System.Globalization;
using System.Numerics.Tensors;
using EmbeddingFunctions.Embeddings;

namespace EmbeddingFunctions.Tools.Evaluating;

/// <summary>Questions with the one passage that answers each: at which place does the cosine find it?</summary>
internal sealed class RetrievalSet : ILabelledSet
{
    private readonly string _name;
    private readonly IReadOnlyList<Passage> _passages;
    private readonly IReadOnlyList<Question> _questions;
    private readonly Dictionary<string, int> _places;

    /// <exception cref="ToolException">A question asks for a passage that is not there.</exception>
    public RetrievalSet(string name, IReadOnlyList<Passage> passages, IReadOnlyList<Question> questions)
    {
        (_name, _passages, _questions) = (name, passages, questions);
        _places = passages.Index().ToDictionary(p => p.Item.Id, p => p.Index, StringComparer.Ordinal);
        if (questions.FirstOrDefault(question => !_places.ContainsKey(question.Passage)) is { } stray)
        {
            throw new ToolException($"{name}: a question asks for passage '{stray.Passage}', which is not there.");
        }
    }

    public string Name => _name;

    public IReadOnlyList<Passage> Passages => _passages;

    public IReadOnlyList<Question> Questions => _questions;

    public async Task<string> EvaluateAsync(
        EmbeddingModel model,
        string? prompt,
        Screen screen,
        CancellationToken cancellationToken
    )
    {
        var passages = await model.EmbedAllAsync(
            $"{_name}: passages",
            [.. _passages.Select(passage => passage.Text)],
            new EmbedOptions { InputType = InputType.Document },
            screen,
            cancellationToken
        );
        var questions = await model.EmbedAllAsync(
            $"{_name}: questions",
            [.. _questions.Select(question => question.Text)],
            new EmbedOptions { InputType = InputType.Query, Prompt = prompt },
            screen,
            cancellationToken
        );
        var ranks = _questions
            .Select((question, i) => Rank(questions[i], passages, _places[question.Passage]))
            .ToList();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{_name}: R@1 {ranks.Average(rank => rank <= 1 ? 1.0 : 0):0.000}, R@5 {ranks.Average(rank => rank <= 5 ? 1.0 : 0):0.000}, MRR@10 {ranks.Average(rank => rank <= 10 ? 1.0 / rank : 0):0.000} ({_questions.Count} questions, {_passages.Count} passages)"
        );
    }

    /// <summary>Place, from 1, of the right passage; among equally near ones the earlier comes first.</summary>
    internal static int Rank(float[] question, float[][] passages, int right)
    {
        var score = TensorPrimitives.CosineSimilarity(question, passages[right]);
        return 1
            + passages
                .Index()
                .Count(passage =>
                {
                    var other = TensorPrimitives.CosineSimilarity(question, passage.Item);
                    return other > score || (other.Equals(score) && passage.Index < right);
                });
    }
}
