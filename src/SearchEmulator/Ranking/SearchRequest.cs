using System.Collections.Immutable;

namespace EmbeddingFunctions.SearchEmulator.Ranking;

/// <summary>One search: texts of expressions as they came, limits checked, everything else bound later against a snapshot.</summary>
internal sealed record SearchRequest
{
    public const int DefaultTop = 50;
    public const int MostPerPage = 1000;
    public const int MostSkipped = 100_000;

    public TextQuery Text { get; init; } = new(null, null, IsFull: false, MatchAllTerms: false);
    public string? Select { get; init; }
    public string? Filter { get; init; }
    public string? OrderBy { get; init; }

    /// <summary>Null when the request did not say.</summary>
    public int? Top { get; init; }
    public int Skip { get; init; }
    public bool Count { get; init; }
    public double? MinimumCoverage { get; init; }
    public ImmutableArray<string> Facets { get; init; } = [];

    /// <summary>Fields, comma-separated, each with <c>-N</c> passages if it says so.</summary>
    public string? Highlight { get; init; }
    public string HighlightPreTag { get; init; } = "<em>";
    public string HighlightPostTag { get; init; } = "</em>";
    public string? ScoringProfile { get; init; }
    public ImmutableArray<string> ScoringParameters { get; init; } = [];
    public ImmutableArray<VectorQuery> VectorQueries { get; init; } = [];
    public bool PostFilter { get; init; }

    /// <summary>How many results this page may have.</summary>
    public int PageSize => Math.Min(Top ?? DefaultTop, MostPerPage);
}

/// <summary>Every field of <see cref="Fields"/> is searched and gives a ranked list of its own.</summary>
internal sealed record VectorQuery(float[] Vector, int K, string Fields);
