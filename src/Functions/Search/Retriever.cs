using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Azure;
using Azure.Search.Documents;
using Azure.Search.Documents.Models;
using EmbeddingFunctions.Embeddings;
using EmbeddingFunctions.Functions.Configuration;
using EmbeddingFunctions.Functions.Http;
using EmbeddingFunctions.Functions.Index;
using EmbeddingFunctions.Functions.Models;

namespace EmbeddingFunctions.Functions.Search;

/// <summary>Finds chunks. Thread-safe.</summary>
internal sealed partial class Retriever(
    ModelCatalog models,
    ModelSettings modelSettings,
    ChunkIndex index,
    IndexSchema schema,
    TimeProvider time
)
{
    /// <summary>Neighbours that go into the fusion: enough for the words to move some up.</summary>
    private const int FewestNeighbours = 50;

    private static readonly string[] Shown =
    [
        Fields.Id,
        Fields.Document,
        Fields.Container,
        Fields.Title,
        Fields.Heading,
        Fields.Content,
        Fields.Page,
        Fields.Place,
        Fields.Ordinal,
        Fields.Language,
        Fields.Author,
        Fields.Created,
        Fields.Modified,
        Fields.Metadata,
    ];

    public async Task<SearchAnswer> FindAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        var mode = request.Mode ?? SearchMode.Hybrid;
        var options = Options(request);
        var started = time.GetTimestamp();
        var truncated = false;
        if (mode is not SearchMode.Keyword)
        {
            var model = await models.ChosenAsync(null, modelSettings, cancellationToken);
            var query = new EmbedOptions { InputType = InputType.Query };
            var embedded = await model.EmbedAsync([request.Query!], query, cancellationToken);
            truncated = embedded[0].Truncated;
            options.VectorSearch = new VectorSearchOptions
            {
                Queries =
                {
                    new VectorizedQuery(embedded[0].Vector)
                    {
                        KNearestNeighborsCount = Math.Max(
                            FewestNeighbours,
                            request.SkipOrDefault + request.TopOrDefault
                        ),
                        Fields = { Fields.ContentVector },
                    },
                },
            };
        }

        var embeddedAt = time.GetTimestamp();
        var text = mode is SearchMode.Vector ? null : Plain(request.Query!);
        try
        {
            var found = await index.SearchAsync(text, options, cancellationToken);
            List<SearchHit> hits = [];
            await foreach (var result in found.GetResultsAsync().WithCancellation(cancellationToken))
            {
                hits.Add(SearchHit.Of(result));
            }

            var took = new Took(Milliseconds(started, embeddedAt), Milliseconds(embeddedAt, time.GetTimestamp()));
            return new SearchAnswer(mode, hits, found.TotalCount, truncated, took);
        }
        catch (RequestFailedException e) when (e.Status == 400)
        {
            throw Refused(e, request);
        }
    }

    /// <summary>The service names the parameter that it does not take: the caller's, or one of ours.</summary>
    private Exception Refused(RequestFailedException refusal, SearchRequest request)
    {
        var reason = refusal.FirstLine().TrimEnd('.');
        return request.Filter is not null && refusal.Message.Contains("$filter", StringComparison.Ordinal)
                ? new InvalidRequestException(
                    $"The search service refused 'filter': {reason}. "
                        + $"Filterable are: {string.Join(", ", schema.Filterable)}; 'document' is container/path."
                )
            : refusal.Message.Contains("Parameter name: search", StringComparison.Ordinal)
                ? new InvalidRequestException($"The search service refused 'query': {reason}.")
            : new SearchRefusedException($"The search service refused the app's request: {reason}.");
    }

    private static SearchOptions Options(SearchRequest request)
    {
        string?[] filters =
        [
            request.Document is { } document ? SearchFilter.Create($"document eq {document}") : null,
            request.Container is { } container ? SearchFilter.Create($"container eq {container}") : null,
            request.Language is { } language ? SearchFilter.Create($"language eq {language}") : null,
            request.Author is { } author ? SearchFilter.Create($"author eq {author}") : null,
            Compared(Fields.Created, "ge", request.CreatedSince),
            Compared(Fields.Created, "lt", request.CreatedBefore),
            Compared(Fields.Modified, "ge", request.ModifiedSince),
            Compared(Fields.Modified, "lt", request.ModifiedBefore),
            request.Filter is { } raw ? $"({raw})" : null,
        ];
        var options = new SearchOptions
        {
            Size = request.TopOrDefault,
            Skip = request.SkipOrDefault,
            IncludeTotalCount = true,
            QueryType = SearchQueryType.Simple,
        };
        if (filters.Any(filter => filter is not null))
        {
            options.Filter = string.Join(" and ", filters.Where(filter => filter is not null));
        }

        foreach (var field in Shown)
        {
            options.Select.Add(field);
        }

        return options;
    }

    private static string? Compared(string field, string comparison, DateTimeOffset? time) =>
        time is { } one ? string.Create(CultureInfo.InvariantCulture, $"{field} {comparison} {one:O}") : null;

    /// <summary>
    /// People's words are not a query language: what has a meaning in the simple syntax loses it. A short Chinese word also finds
    /// the longer ones that it begins, such as 装订 the 装订机, which the analyzer takes as one word.
    /// </summary>
    internal static string Plain(string query)
    {
        var plain = new StringBuilder(query.Length + 8);
        foreach (var character in query)
        {
            if (@"+-|""()'*\~".Contains(character, StringComparison.Ordinal))
            {
                plain.Append('\\');
            }

            plain.Append(character);
        }

        foreach (var word in ShortHanWords().EnumerateMatches(query))
        {
            plain.Append(' ').Append(query.AsSpan(word.Index, word.Length)).Append('*');
        }

        return plain.ToString();
    }

    [GeneratedRegex(
        @"(?<!\p{IsCJKUnifiedIdeographs})\p{IsCJKUnifiedIdeographs}{2,4}(?!\p{IsCJKUnifiedIdeographs})",
        RegexOptions.None,
        1000
    )]
    private static partial Regex ShortHanWords();

    private double Milliseconds(long from, long to) => Math.Round(time.GetElapsedTime(from, to).TotalMilliseconds, 1);
}

/// <param name="Mode">How it was found.</param>
/// <param name="Results">Best first.</param>
/// <param name="Count">How many there are in all.</param>
/// <param name="Truncated">True if the query was longer than the model takes, and its end is not in the vector.</param>
/// <param name="TookMs">Milliseconds.</param>
internal sealed record SearchAnswer(
    SearchMode Mode,
    IReadOnlyList<SearchHit> Results,
    long? Count,
    bool Truncated,
    Took TookMs
);

internal sealed record Took(double Embed, double Search);

internal sealed record SearchHit(
    string Id,
    double? Score,
    string Document,
    string Container,
    string Path,
    string? Title,
    string? Heading,
    int? Page,
    string? Place,
    int? Ordinal,
    string? Language,
    string? Author,
    DateTimeOffset? Created,
    DateTimeOffset? Modified,
    string Content,
    IReadOnlyDictionary<string, string> Metadata
)
{
    public static SearchHit Of(SearchResult<SearchDocument> result)
    {
        var fields = result.Document;
        var document = fields.GetString(Fields.Document);
        var container = fields.GetString(Fields.Container);
        var metadata =
            fields.TryGetValue(Fields.Metadata, out var pairs) && pairs is object[] values ? values.Cast<string>() : [];
        return new SearchHit(
            fields.GetString(Fields.Id),
            result.Score,
            document,
            container,
            document[(container.Length + 1)..],
            fields.GetString(Fields.Title),
            fields.GetString(Fields.Heading),
            fields.GetInt32(Fields.Page),
            fields.GetString(Fields.Place),
            fields.GetInt32(Fields.Ordinal),
            fields.GetString(Fields.Language),
            fields.GetString(Fields.Author),
            fields.GetDateTimeOffset(Fields.Created),
            fields.GetDateTimeOffset(Fields.Modified),
            fields.GetString(Fields.Content),
            metadata
                .Select(pair => pair.Split('=', 2))
                .ToDictionary(pair => pair[0], pair => pair[^1], StringComparer.Ordinal)
        );
    }
}
