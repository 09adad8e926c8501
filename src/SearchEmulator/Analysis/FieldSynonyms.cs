using Lucene.Net.Analysis;

namespace EmbeddingFunctions.SearchEmulator.Analysis;

/// <summary>A synonym map in the words of one field. Immutable.</summary>
internal sealed class FieldSynonyms
{
    private readonly Dictionary<string, List<Replacement>> _byFirstWord = new(StringComparer.Ordinal);

    public FieldSynonyms(SynonymRules rules, Analyzer analyzer)
    {
        foreach (var (input, output, keepsInput) in rules.Replacements(analyzer))
        {
            var first = input.Words[0].Text;
            if (!_byFirstWord.TryGetValue(first, out var known))
                _byFirstWord.Add(first, known = []);
            var index = known.FindIndex(r => r.Input.HasWordsOf(input));
            if (index < 0)
                known.Add(new Replacement(input, [output], keepsInput));
            else
            {
                known[index].Outputs.Add(output);
                known[index] = known[index] with { KeepsInput = known[index].KeepsInput || keepsInput };
            }
        }
        foreach (var replacements in _byFirstWord.Values)
            replacements.Sort((a, b) => b.Input.Words.Length.CompareTo(a.Input.Words.Length));
    }

    /// <summary>The rule with the most words that stand in a text from a place on; null when there is none.</summary>
    /// <param name="positions">The words of the text; a position can have several.</param>
    /// <param name="start">The place.</param>
    public Replacement? Longest(IReadOnlyList<IReadOnlyList<string>> positions, int start) =>
        positions[start]
            .SelectMany(word => _byFirstWord.GetValueOrDefault(word) ?? [])
            .Where(r => IsAt(r.Input, positions, start))
            .MaxBy(r => r.Input.Words.Length);

    private static bool IsAt(SynonymTerm input, IReadOnlyList<IReadOnlyList<string>> positions, int start) =>
        start + input.Words.Length <= positions.Count
        && Enumerable.Range(0, input.Words.Length).All(i => positions[start + i].Contains(input.Words[i].Text));

    /// <summary>What stands for <paramref name="Input"/>, beside it or in its place.</summary>
    public sealed record Replacement(SynonymTerm Input, List<SynonymTerm> Outputs, bool KeepsInput);
}
