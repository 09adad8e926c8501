using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace EmbeddingFunctions.SearchEmulator.Scoring;

/// <summary>A scoring profile of an index: weights of text fields, and functions of a document's values that raise its score.</summary>
internal sealed class ScoringProfile
{
    private readonly ImmutableArray<JsonObject> _functions;
    private readonly string _aggregation;

    private ScoringProfile(JsonObject definition)
    {
        Weights =
            definition["text"]
                ?["weights"]?.AsObject()
                .ToFrozenDictionary(w => w.Key, w => (float)w.Value!, StringComparer.Ordinal)
            ?? FrozenDictionary<string, float>.Empty;
        _functions = [.. definition["functions"]?.AsArray().Select(f => f!.AsObject()) ?? []];
        _aggregation = (string?)definition["functionAggregation"] ?? "sum";
    }

    public FrozenDictionary<string, float> Weights { get; }

    /// <summary>The profile of that name, or the index's default one without a name; null when it has none.</summary>
    /// <exception cref="ServiceException">400 when there is none of that name.</exception>
    public static ScoringProfile? Find(IndexSchema schema, string? name)
    {
        var wanted = string.IsNullOrEmpty(name) ? (string?)schema.Definition["defaultScoringProfile"] : name;
        if (wanted is null)
            return null;
        var definition = schema.Definition["scoringProfiles"]!
            .AsArray()
            .FirstOrDefault(p => string.Equals((string)p!["name"]!, wanted, StringComparison.OrdinalIgnoreCase));
        return definition is null
            ? throw ServiceException.InvalidParameter(
                "UnknownScoringProfile",
                $"The scoring profile '{wanted}' does not exist in this index definition.",
                "scoringProfile"
            )
            : new ScoringProfile(definition.AsObject());
    }

    /// <summary>
    /// What a row's score is multiplied with: 1 + Σ (boost - 1) · t, where t from 0 to 1 says how well the row fits a function; other
    /// aggregations take the mean, least, greatest or first fitting summand. Null without functions.
    /// </summary>
    /// <exception cref="ServiceException">400 when a parameter of a function is missing or wrong.</exception>
    public Func<int, double>? Boost(Snapshot snapshot, IReadOnlyList<string> parameters, DateTimeOffset now)
    {
        if (_functions.IsEmpty)
            return null;
        var given = ScoringParameters.Parse(parameters);
        Func<int, double>[] functions = [.. _functions.Select(f => ScoringFunction.Bind(f, snapshot, given, now))];
        return _aggregation switch
        {
            "average" => row => 1 + functions.Average(f => f(row)),
            "minimum" => row => 1 + functions.Min(f => f(row)),
            "maximum" => row => 1 + functions.Max(f => f(row)),
            "firstMatching" => row => 1 + functions.Select(f => f(row)).FirstOrDefault(v => v != 0),
            _ => row => 1 + functions.Sum(f => f(row)),
        };
    }
}
