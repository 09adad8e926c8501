using System.Net;
using EmbeddingFunctions.Functions.Http;

namespace EmbeddingFunctions.Functions.Search;

/// <summary>What to find.</summary>
internal sealed record SearchRequest
{
    /// <summary>Question or words, in any language. Punctuation means nothing special.</summary>
    public string? Query { get; init; }

    /// <summary>Results to give, 1 to 1000; 10 by default.</summary>
    public int? Top { get; init; }

    /// <summary>Results to leave out first, 0 to 100,000.</summary>
    public int? Skip { get; init; }

    /// <summary>Hybrid by default.</summary>
    public SearchMode? Mode { get; init; }

    /// <summary>Only chunks of this document (container/path).</summary>
    public string? Document { get; init; }

    /// <summary>Only chunks of this container.</summary>
    public string? Container { get; init; }

    /// <summary>Only chunks in this language.</summary>
    public string? Language { get; init; }

    /// <summary>An OData filter over the index's fields, passed on as it is.</summary>
    public string? Filter { get; init; }

    public const int LongestQuery = 8192;

    /// <exception cref="InvalidRequestException">A value is missing or out of its range.</exception>
    public SearchRequest Checked() =>
        this switch
        {
            { Query: null or "" } => throw Invalid("'query' is missing."),
            { Query.Length: > LongestQuery } => throw Invalid(
                $"'query' has {Query!.Length} characters; at most {LongestQuery} are taken."
            ),
            { Top: < 1 or > 1000 } => throw Invalid($"'top' is {Top}; 1 to 1000 was expected."),
            { Skip: < 0 or > 100_000 } => throw Invalid($"'skip' is {Skip}; 0 to 100000 was expected."),
            _ => this,
        };

    private static InvalidRequestException Invalid(string message) => new(message, HttpStatusCode.UnprocessableEntity);
}

/// <summary>How to find.</summary>
internal enum SearchMode
{
    /// <summary>By meaning and by words, the two lists fused by reciprocal rank.</summary>
    Hybrid,

    /// <summary>By meaning.</summary>
    Vector,

    /// <summary>By words.</summary>
    Keyword,
}
