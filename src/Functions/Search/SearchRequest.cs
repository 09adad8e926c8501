using System.Net;
using EmbeddingFunctions.Functions.Http;

namespace EmbeddingFunctions.Functions.Search;

/// <summary>What to find.</summary>
internal sealed record SearchRequest
{
    /// <summary>Question or words, in any language. Punctuation means nothing special.</summary>
    public string? Query { get; init; }

    /// <summary>Short for <see cref="Query"/>.</summary>
    public string? Q { get; init; }

    /// <summary>Results to give, 1 to 1000; 10 by default.</summary>
    public int? Top { get; init; }

    /// <summary>Results to leave out first; with <see cref="Top"/> at most <see cref="Deepest"/>.</summary>
    public int? Skip { get; init; }

    /// <summary>Hybrid by default.</summary>
    public SearchMode? Mode { get; init; }

    /// <summary>Only chunks of this document (container/path).</summary>
    public string? Document { get; init; }

    /// <summary>Only chunks of this container.</summary>
    public string? Container { get; init; }

    /// <summary>Only chunks in this language.</summary>
    public string? Language { get; init; }

    /// <summary>Only chunks of documents whose author is just this.</summary>
    public string? Author { get; init; }

    /// <summary>Only chunks of documents that say they were first made then or later.</summary>
    public DateTimeOffset? CreatedSince { get; init; }

    /// <summary>Only chunks of documents that say they were first made earlier.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>Only chunks of documents that say they were last changed then or later.</summary>
    public DateTimeOffset? ModifiedSince { get; init; }

    /// <summary>Only chunks of documents that say they were last changed earlier.</summary>
    public DateTimeOffset? ModifiedBefore { get; init; }

    /// <summary>An OData filter over the index's fields, passed on as it is.</summary>
    public string? Filter { get; init; }

    /// <summary>The most neighbours that the search service looks for, which one more page would have to be among.</summary>
    public const int Deepest = 10_000;

    public const int LongestQuery = 8192;

    /// <summary>The same with <see cref="Query"/> set.</summary>
    /// <exception cref="InvalidRequestException">A value is missing or out of its range.</exception>
    public SearchRequest Checked() =>
        this switch
        {
            { Query: not null, Q: not null } => throw new InvalidRequestException(
                "'query' and 'q' are both given; they are two names of one thing."
            ),
            { Query: null, Q: { } query } => (this with { Query = query, Q = null }).Checked(),
            { Query: null } => throw Invalid("'query' is missing."),
            _ when string.IsNullOrWhiteSpace(Query) => throw Invalid("'query' is blank; words were expected."),
            { Query.Length: > LongestQuery } => throw Invalid(
                $"'query' has {Query!.Length} characters; at most {LongestQuery} are taken."
            ),
            { Top: < 1 or > 1000 } => throw Invalid($"'top' is {Top}; 1 to 1000 was expected."),
            { Skip: < 0 } => throw Invalid($"'skip' is {Skip}; 0 or more was expected."),
            _ when (long)TopOrDefault + SkipOrDefault > Deepest => throw new InvalidRequestException(
                $"'skip' {SkipOrDefault} and 'top' {TopOrDefault} are more than {Deepest} together; ask for something narrower."
            ),
            { Filter: { } filter } when ClosesWhatItDidNotOpen(filter) => throw new InvalidRequestException(
                "'filter' closes a parenthesis that it did not open."
            ),
            _ => this,
        };

    internal int TopOrDefault => Top ?? 10;

    internal int SkipOrDefault => Skip ?? 0;

    /// <summary>Such a filter would get out of the parentheses that keep it beside our own conditions.</summary>
    private static bool ClosesWhatItDidNotOpen(string filter)
    {
        var depth = 0;
        var quoted = false;
        foreach (var character in filter)
        {
            quoted ^= character == '\'';
            depth += quoted
                ? 0
                : character switch
                {
                    '(' => 1,
                    ')' => -1,
                    _ => 0,
                };
            if (depth < 0)
            {
                return true;
            }
        }

        return false;
    }

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
